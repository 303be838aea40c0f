package dev.myriad.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;

/**
 * What a Phoenix application remembers of a browser, from its signed cookie. Immutable as long as
 * nobody writes to its bytes, so thread-safe.
 *
 * @param values by name: {@code String}, {@code byte[]} for bytes that are not UTF-8, {@code Long},
 *     {@code Double}, {@code Boolean}, and {@code List} and {@code Map} of these. Atoms have become
 *     strings and tuples lists; what was {@code nil} is left out
 */
public record Session(Map<String, Object> values) {
    /** The value of that name if it is a string. */
    public Optional<String> text(String name) {
        return values.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** The value of that name if it is a string or bytes, such as a random {@code user_token}. */
    public Optional<byte[]> bytes(String name) {
        return switch (values.get(name)) {
            case String text -> Optional.of(text.getBytes(UTF_8));
            case byte[] bytes -> Optional.of(bytes);
            case null, default -> Optional.empty();
        };
    }

    /** The value of that name if it is an integer. */
    public Optional<Long> integer(String name) {
        return values.get(name) instanceof Long number ? Optional.of(number) : Optional.empty();
    }

    /** Only the names: the values are for the application. */
    @Override
    public String toString() {
        return "Session" + values.keySet();
    }
}
