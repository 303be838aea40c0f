package dev.myriad.channels;

import dev.myriad.net.HttpQuestion;
import dev.myriad.tokens.Token;
import dev.myriad.tokens.TokenResult;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * What a client of long polling shows with each request to be led to its session: the session's id,
 * signed. The secret is this JVM's own, as the sessions are: nobody else could make use of a token.
 * Stateless, so thread-safe.
 */
final class LongPollToken {
    /** Where clients from Phoenix 1.9 on send it; before, it was a query parameter. */
    private static final String HEADER = "x-phoenix-longpoll-token";

    private static final String PARAMETER = "token";
    private static final String SALT = "long poll";
    private static final Duration MAX_AGE = Duration.ofDays(14);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String SECRET = random(32);

    private LongPollToken() {}

    /** A session id that nobody can guess. */
    static String newId() {
        return random(16);
    }

    static String sign(String id) {
        return Token.sign(SECRET, SALT, id, MAX_AGE);
    }

    /** What the request shows; the header counts if there are both. */
    static Optional<String> shown(HttpQuestion question) {
        return question.header(HEADER)
                .or(() -> Optional.ofNullable(question.query().get(PARAMETER)));
    }

    /** The id in a token, if that was signed here. */
    static Optional<String> verify(String token) {
        return Token.verify(SECRET, SALT, token) instanceof TokenResult.Valid(String id, var _)
                ? Optional.of(id)
                : Optional.empty();
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
