package dev.myriad.jwt;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a token says that was verified. Immutable, so thread-safe.
 *
 * @param subject whom it is about, claim {@code sub}
 * @param expiresAt when the verifier stops to accept it: claim {@code exp} and the clock skew
 * @param all its claims by name, as JSON has them: strings, booleans, numbers, lists and maps;
 *     those that are null are left out
 */
public record JwtClaims(Optional<String> subject, Instant expiresAt, Map<String, Object> all) {
    public JwtClaims {
        all = Collections.unmodifiableMap(new LinkedHashMap<>(all));
    }

    /** The claim of that name if it is a string. */
    public Optional<String> text(String name) {
        return all.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }
}
