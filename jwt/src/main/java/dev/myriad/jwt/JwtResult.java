package dev.myriad.jwt;

import dev.myriad.channels.ConnectResult;
import java.util.function.Function;

/** What {@link JwtVerifier#verify} answers. Immutable. */
public sealed interface JwtResult {
    /** The token is signed by the key, for this server, and its time is now. */
    record Valid(JwtClaims claims) implements JwtResult {}

    /** The token is signed by the key and for this server, and too old. */
    record Expired() implements JwtResult {}

    /**
     * Anything else.
     *
     * @param reason for a log, in English; a client has no use for it
     */
    record Invalid(String reason) implements JwtResult {}

    /**
     * What {@code Connect} and {@code Renew} answer: what the function makes of the claims, with
     * their expiry unless it has set one itself; or a refusal.
     */
    default ConnectResult connect(Function<JwtClaims, ConnectResult> accept) {
        return switch (this) {
            case Valid(JwtClaims claims) -> expiring(accept.apply(claims), claims);
            case Expired() -> ConnectResult.refused("token expired");
            case Invalid(String _) -> ConnectResult.refused("invalid token");
        };
    }

    private static ConnectResult expiring(ConnectResult result, JwtClaims claims) {
        return result instanceof ConnectResult.Ok ok && ok.expiresAt().isEmpty()
                ? ok.expiresAt(claims.expiresAt())
                : result;
    }
}
