package dev.myriad.tokens;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Signed tokens, the same as those of {@code Phoenix.Token}: an Elixir application that knows the
 * secret signs what this verifies, and the other way round. Thread-safe.
 *
 * <p>A token is signed, not encrypted: whoever holds it can read its data. It consists of three
 * parts in base64url without padding, joined by dots: {@code HS256}; the term {@code {data,
 * signed_at_millis, max_age_seconds}} in Erlang's external format; and the HMAC-SHA256 of both. The
 * key is 32 bytes of PBKDF2-HMAC-SHA256 with 1,000 iterations over {@code secret_key_base} and
 * salt.
 *
 * <p>Data are a {@code String}, an integer of at most 64 bits, a {@code Boolean}, or a {@code Map}
 * from strings to these, nested 16 deep at most.
 */
public final class Token {
    /** How long a token is valid unless someone says otherwise. */
    public static final Duration MAX_AGE_DEFAULT = Duration.ofDays(1);

    private static final TokenResult INVALID = new TokenResult.Invalid();
    private static final TokenResult EXPIRED = new TokenResult.Expired();

    private Token() {}

    /**
     * Signs data, valid for {@link #MAX_AGE_DEFAULT} unless the verifier says otherwise.
     *
     * @param secret Phoenix's {@code secret_key_base}, at least 20 bytes
     * @param salt what the token is for, such as {@code "user socket"}, so that one made for
     *     another purpose is not accepted
     * @throws IllegalArgumentException if the secret is too short, the salt is empty, the data are
     *     not of the kinds above, or the token would be longer than 16 KiB
     */
    public static String sign(String secret, String salt, Object data) {
        return sign(secret, salt, data, MAX_AGE_DEFAULT);
    }

    /**
     * Signs data, valid for so long unless the verifier says otherwise.
     *
     * @throws IllegalArgumentException as above
     */
    public static String sign(String secret, String salt, Object data, Duration maxAge) {
        return sign(secret, salt, data, System.currentTimeMillis(), maxAge);
    }

    static String sign(String secret, String salt, Object data, long nowMillis, Duration maxAge) {
        byte[] payload = TermWriter.signed(data, nowMillis, maxAge.toSeconds());
        String token = SignedMessage.sign(secret, salt, payload);
        if (token.length() > SignedMessage.CHARS_MAX) {
            throw new IllegalArgumentException(
                    "the token would have " + token.length() + " characters");
        }
        return token;
    }

    /**
     * Verifies a token that may be as old as its signer said.
     *
     * @throws IllegalArgumentException if the secret is too short or the salt is empty
     */
    public static TokenResult verify(String secret, String salt, String token) {
        return verify(secret, salt, token, Optional.empty(), System.currentTimeMillis());
    }

    /**
     * Verifies a token, whatever its signer said on its age.
     *
     * @param maxAge since it was signed
     * @throws IllegalArgumentException if the secret is too short or the salt is empty
     */
    public static TokenResult verify(String secret, String salt, String token, Duration maxAge) {
        return verify(secret, salt, token, Optional.of(maxAge), System.currentTimeMillis());
    }

    /**
     * Verifies a token as it is at a moment, such as that of a clock of your own.
     *
     * @param maxAge since it was signed
     * @throws IllegalArgumentException if the secret is too short or the salt is empty
     */
    public static TokenResult verify(
            String secret, String salt, String token, Duration maxAge, Instant now) {
        return verify(secret, salt, token, Optional.of(maxAge), now.toEpochMilli());
    }

    static TokenResult verify(
            String secret, String salt, String token, Optional<Duration> maxAge, long nowMillis) {
        return SignedMessage.verify(secret, salt, token)
                .flatMap(TermReader::signed)
                .map(
                        signed ->
                                expired(signed, maxAge, nowMillis)
                                        ? EXPIRED
                                        : new TokenResult.Valid(
                                                signed.data(),
                                                Instant.ofEpochMilli(signed.signedAtMillis())))
                .orElse(INVALID);
    }

    private static boolean expired(SignedTerm term, Optional<Duration> maxAge, long nowMillis) {
        Duration age = Duration.ofMillis(nowMillis - term.signedAtMillis());
        return maxAge.or(term::maxAge)
                .filter(most -> !most.isPositive() || age.compareTo(most) > 0)
                .isPresent();
    }
}
