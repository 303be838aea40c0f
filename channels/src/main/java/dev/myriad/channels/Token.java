package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

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

    private static final int TOKEN_CHARS_MAX = 16 << 10;
    private static final int SECRET_BYTES_MIN = 20;
    private static final int KEY_BITS = 256;
    private static final int ITERATIONS = 1_000;

    /** Keys are cached since deriving one takes a while; those beyond are derived each time. */
    private static final int KEYS_MAX = 256;

    private static final Map<KeySource, SecretKeySpec> KEYS = new ConcurrentHashMap<>();
    private static final String HS256 = base64("HS256".getBytes(UTF_8));
    private static final TokenResult INVALID = new TokenResult.Invalid();
    private static final TokenResult EXPIRED = new TokenResult.Expired();

    private record KeySource(String secret, String salt) {}

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
        return sign(secret, salt, data, System.currentTimeMillis(), MAX_AGE_DEFAULT);
    }

    static String sign(String secret, String salt, Object data, long nowMillis, Duration maxAge) {
        byte[] payload = TermWriter.signed(data, nowMillis, maxAge.toSeconds());
        String signed = HS256 + "." + base64(payload);
        String token = signed + "." + base64(mac(key(secret, salt), signed));
        if (token.length() > TOKEN_CHARS_MAX) {
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

    static TokenResult verify(
            String secret, String salt, String token, Optional<Duration> maxAge, long nowMillis) {
        SecretKeySpec key = key(secret, salt);
        int macAt = token.lastIndexOf('.') + 1;
        int payloadAt = HS256.length() + 1;
        if (token.length() > TOKEN_CHARS_MAX
                || macAt <= payloadAt
                || !token.startsWith(HS256 + ".")) {
            return INVALID;
        }
        byte[] expected = mac(key, token.substring(0, macAt - 1));
        Optional<byte[]> mac = unbase64(token.substring(macAt));
        if (mac.isEmpty() || !MessageDigest.isEqual(expected, mac.get())) {
            return INVALID;
        }
        Optional<SignedTerm> term =
                unbase64(token.substring(payloadAt, macAt - 1)).flatMap(TermReader::signed);
        return term.map(
                        signed ->
                                expired(signed, maxAge, nowMillis)
                                        ? EXPIRED
                                        : new TokenResult.Valid(signed.data()))
                .orElse(INVALID);
    }

    private static boolean expired(SignedTerm term, Optional<Duration> maxAge, long nowMillis) {
        Duration age = Duration.ofMillis(nowMillis - term.signedAtMillis());
        return maxAge.or(term::maxAge)
                .filter(most -> !most.isPositive() || age.compareTo(most) > 0)
                .isPresent();
    }

    private static SecretKeySpec key(String secret, String salt) {
        if (secret.getBytes(UTF_8).length < SECRET_BYTES_MIN || salt.isEmpty()) {
            throw new IllegalArgumentException(
                    "a secret of at least " + SECRET_BYTES_MIN + " bytes and a salt are needed");
        }
        KeySource source = new KeySource(secret, salt);
        SecretKeySpec known = KEYS.get(source);
        if (known != null) {
            return known;
        }
        SecretKeySpec key = derive(source);
        if (KEYS.size() < KEYS_MAX) {
            KEYS.put(source, key);
        }
        return key;
    }

    private static SecretKeySpec derive(KeySource source) {
        try {
            PBEKeySpec spec =
                    new PBEKeySpec(
                            source.secret().toCharArray(),
                            source.salt().getBytes(UTF_8),
                            ITERATIONS,
                            KEY_BITS);
            byte[] key =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(spec)
                            .getEncoded();
            return new SecretKeySpec(key, "HmacSHA256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private static byte[] mac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Optional<byte[]> unbase64(String text) {
        try {
            return Optional.of(Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
