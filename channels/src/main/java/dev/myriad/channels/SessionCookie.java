package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/**
 * The cookie in which {@code Plug.Session} keeps a signed session, and the keys to it. Immutable,
 * so thread-safe.
 */
record SessionCookie(String name, String secret, String signingSalt) {
    private static final int SECRET_BYTES_MIN = 64;

    SessionCookie {
        if (secret.getBytes(UTF_8).length < SECRET_BYTES_MIN || signingSalt.isEmpty()) {
            throw new IllegalArgumentException(
                    "a secret_key_base of at least 64 bytes and a signing salt are needed");
        }
    }

    /** The session of a client whose page knows the session's CSRF token. */
    Optional<Session> read(ConnectInfo info) {
        return info.cookie(name)
                .flatMap(cookie -> SignedMessage.verify(secret, signingSalt, cookie))
                .flatMap(TermReader::session)
                .map(Session::new)
                .filter(session -> CsrfToken.isValid(session, info));
    }
}
