package dev.myriad.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/**
 * The cookie in which {@code Plug.Session} keeps a signed session, and the keys to it. Immutable,
 * so thread-safe.
 *
 * @param name {@code key} of {@code Plug.Session}
 * @param secret {@code secret_key_base} of the application's endpoint, at least 64 bytes
 * @param signingSalt {@code signing_salt} of {@code Plug.Session}
 */
public record SessionCookie(String name, String secret, String signingSalt) {
    /** The query parameter in which a page sends the session's CSRF token. */
    public static final String CSRF_PARAMETER = CsrfToken.NAME;

    private static final int SECRET_BYTES_MIN = 64;

    /**
     * @throws IllegalArgumentException if the secret is too short or the salt is empty
     */
    public SessionCookie {
        if (secret.getBytes(UTF_8).length < SECRET_BYTES_MIN || signingSalt.isEmpty()) {
            throw new IllegalArgumentException(
                    "a secret_key_base of at least 64 bytes and a signing salt are needed");
        }
    }

    /**
     * The session that the cookie's value holds; empty unless it is signed with these keys, and the
     * CSRF token is one of this session.
     */
    public Optional<Session> read(String value, String csrfToken) {
        return SignedMessage.verify(secret, signingSalt, value)
                .flatMap(TermReader::session)
                .map(Session::new)
                .filter(session -> CsrfToken.isValid(session, csrfToken));
    }

    /** Only the name. */
    @Override
    public String toString() {
        return "SessionCookie[" + name + "]";
    }
}
