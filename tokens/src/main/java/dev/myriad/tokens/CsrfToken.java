package dev.myriad.tokens;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;

/**
 * Whether a client's page is one that the session's server made, as {@code Plug.CSRFProtection}
 * tells it: the session holds 24 characters, and the page a mask of 24 characters behind the
 * base64url of both combined by exclusive or. Stateless, so thread-safe.
 */
final class CsrfToken {
    static final String NAME = "_csrf_token";
    private static final int CHARS = 24;
    private static final int ENCODED_CHARS = 32;

    private CsrfToken() {}

    static boolean isValid(Session session, String sent) {
        Optional<String> kept = session.text(NAME).filter(token -> token.length() == CHARS);
        return kept.isPresent() && isValid(kept.get(), sent);
    }

    private static boolean isValid(String kept, String sent) {
        if (sent.length() != ENCODED_CHARS + CHARS) {
            return false;
        }
        byte[] mask = sent.substring(ENCODED_CHARS).getBytes(ISO_8859_1);
        byte[] token;
        try {
            // Older versions used the alphabet of plain base64.
            String encoded = sent.substring(0, ENCODED_CHARS);
            token = Base64.getUrlDecoder().decode(encoded.replace('+', '-').replace('/', '_'));
        } catch (IllegalArgumentException _) {
            return false;
        }
        if (token.length != CHARS) {
            return false;
        }
        for (int i = 0; i < CHARS; i++) {
            token[i] ^= mask[i];
        }
        return MessageDigest.isEqual(token, kept.getBytes(ISO_8859_1));
    }
}
