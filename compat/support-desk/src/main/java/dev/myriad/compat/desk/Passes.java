package dev.myriad.compat.desk;

import dev.myriad.channels.ConnectResult;
import dev.myriad.tokens.Token;
import dev.myriad.tokens.TokenResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;

/** Signs the tokens of both kinds of users, and tells whose they are. Thread-safe. */
@Service
class Passes {
    static final Duration MAX_AGE = Duration.ofHours(1);

    // Two salts: no customer's token is ever an agent's.
    private static final String CUSTOMER = "customer";
    private static final String AGENT = "agent";

    private final String secret;

    Passes(@Value("${desk.secret}") String secret) {
        this.secret = secret;
    }

    /** Who has a token, and until when. */
    record Pass(User user, Instant until) {
        ConnectResult connect() {
            return ConnectResult.ok(Map.of("user", user)).id(user.id()).expiresAt(until);
        }
    }

    String sign(User user) {
        return switch (user) {
            case User.Customer(String name, long ticket) ->
                    Token.sign(secret, CUSTOMER, Map.of("name", name, "ticket", ticket));
            case User.Agent(String name, User.Role role) ->
                    Token.sign(secret, AGENT, Map.of("name", name, "role", role.name()));
        };
    }

    Optional<Pass> customer(String token) {
        return check(
                CUSTOMER,
                token,
                says -> new User.Customer((String) says.get("name"), (long) says.get("ticket")));
    }

    Optional<Pass> agent(String token) {
        return check(
                AGENT,
                token,
                says ->
                        new User.Agent(
                                (String) says.get("name"),
                                User.Role.valueOf((String) says.get("role"))));
    }

    private Optional<Pass> check(String salt, String token, Function<Map<?, ?>, User> user) {
        return switch (Token.verify(secret, salt, token, MAX_AGE)) {
            case TokenResult.Valid(Map<?, ?> says, Instant signed) ->
                    Optional.of(new Pass(user.apply(says), signed.plus(MAX_AGE)));
            case TokenResult.Valid _, TokenResult.Expired _, TokenResult.Invalid _ ->
                    Optional.empty();
        };
    }
}
