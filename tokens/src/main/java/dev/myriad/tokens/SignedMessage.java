package dev.myriad.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What {@code Plug.Crypto.MessageVerifier} signs: three parts in base64url without padding, joined
 * by dots: {@code HS256}, the message, and the HMAC-SHA256 of both. The key is 32 bytes of
 * PBKDF2-HMAC-SHA256 with 1,000 iterations over {@code secret_key_base} and salt. Thread-safe.
 */
final class SignedMessage {
    static final int CHARS_MAX = 16 << 10;

    private static final int SECRET_BYTES_MIN = 20;
    private static final int KEY_BITS = 256;
    private static final int ITERATIONS = 1_000;

    /** Keys are cached since deriving one takes a while; those beyond are derived each time. */
    private static final int KEYS_MAX = 256;

    private static final Map<KeySource, SecretKeySpec> KEYS = new ConcurrentHashMap<>();
    private static final String HS256 = base64("HS256".getBytes(UTF_8));

    private record KeySource(String secret, String salt) {}

    private SignedMessage() {}

    /**
     * @throws IllegalArgumentException if the secret is too short or the salt is empty
     */
    static String sign(String secret, String salt, byte[] message) {
        String signed = HS256 + "." + base64(message);
        return signed + "." + base64(mac(key(secret, salt), signed));
    }

    /**
     * The message, if that secret and salt have signed it and it is not too long. Nothing of it is
     * decoded before its signature is right.
     *
     * @throws IllegalArgumentException if the secret is too short or the salt is empty
     */
    static Optional<byte[]> verify(String secret, String salt, String text) {
        SecretKeySpec key = key(secret, salt);
        int macAt = text.lastIndexOf('.') + 1;
        int messageAt = HS256.length() + 1;
        if (text.length() > CHARS_MAX || macAt <= messageAt || !text.startsWith(HS256 + ".")) {
            return Optional.empty();
        }
        byte[] expected = mac(key, text.substring(0, macAt - 1));
        Optional<byte[]> mac = unbase64(text.substring(macAt));
        if (mac.isEmpty() || !MessageDigest.isEqual(expected, mac.get())) {
            return Optional.empty();
        }
        return unbase64(text.substring(messageAt, macAt - 1));
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
        return KEYS.size() < KEYS_MAX
                ? KEYS.computeIfAbsent(source, SignedMessage::derive) // by one of those who ask
                : derive(source);
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
