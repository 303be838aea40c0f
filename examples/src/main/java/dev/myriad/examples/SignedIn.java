package dev.myriad.examples;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Connect;
import dev.myriad.channels.ConnectInfo;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.protocol.Payload;
import dev.myriad.tokens.Token;
import dev.myriad.tokens.TokenResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A room for each user, which nobody else may join: who a client is, a signed token says. */
public final class SignedIn extends Channel {
    private static final String SALT = "user socket";
    private static final Duration MAX_AGE = Duration.ofHours(12);

    @Override
    protected JoinResult join(String topic, Payload params) {
        return mayJoin(topic)
                ? JoinResult.ok()
                : JoinResult.error(Map.of("reason", "unauthorized"));
    }

    private boolean mayJoin(String topic) {
        return topic.equals("user:" + socket().assigns().get("user"));
    }

    @Override
    protected void renewed() {
        if (!mayJoin(topic())) {
            stop("not allowed any more");
        }
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        return Result.error(Map.of("reason", "unknown event"));
    }

    /** What your web application writes into the page of a user who has signed in. */
    static String tokenFor(String secret, String user) {
        return Token.sign(secret, SALT, user);
    }

    /** Who has no token of ours, or an old one, does not connect; who has, until it is old. */
    static Connect checkingTokens(String secret) {
        return (Map<String, String> params, ConnectInfo info) -> {
            String token = info.authToken().orElse("");
            return switch (Token.verify(secret, SALT, token, MAX_AGE)) {
                case TokenResult.Valid(String user, Instant signedAt) ->
                        ConnectResult.ok(Map.of("user", user))
                                .id("users:" + user)
                                .expiresAt(signedAt.plus(MAX_AGE));
                case TokenResult.Valid _ -> ConnectResult.refused("not a user's token");
                case TokenResult.Expired _ -> ConnectResult.refused("expired");
                case TokenResult.Invalid _ -> ConnectResult.refused("invalid");
            };
        };
    }

    static Endpoint serve(int port, String secret) {
        return Endpoint.builder()
                .port(port)
                .limits(Limits.DEFAULT.with(Limit.CONNECTIONS_PER_ADDRESS_MAX, 100))
                .socket("/socket", socket -> offer(socket, secret))
                .start();
    }

    static void offer(SocketRoutes socket, String secret) {
        socket.checkOrigin(List.of("https://example.com", "//*.example.com"))
                .connect(checkingTokens(secret))
                .channel("user:*", SignedIn::new);
    }

    /** Predicates are for what no list can say. */
    static void previewsToo(SocketRoutes socket) {
        socket.checkOrigin(
                origin ->
                        origin.scheme().equals("https")
                                && origin.host().matches("preview-[0-9]+\\.example\\.com"));
    }

    static void main() {
        String secret = System.getenv("SECRET_KEY_BASE");
        if (secret == null) {
            throw new IllegalArgumentException("SECRET_KEY_BASE is not set");
        }
        Endpoint endpoint = serve(4000, secret);
        Runtime.getRuntime().addShutdownHook(new Thread(endpoint::close));
        IO.println("Listening on " + endpoint.address());
        IO.println("Ada's token: " + tokenFor(secret, "ada"));
    }
}
