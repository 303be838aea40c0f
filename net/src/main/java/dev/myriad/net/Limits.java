package dev.myriad.net;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The value of every {@link Limit}. Immutable.
 *
 * <pre>{@code
 * Limits.DEFAULT.with(Limit.IDLE_MILLIS, 30_000).with(Limit.MESSAGE_BYTES_MAX, 64 << 10)
 * }</pre>
 */
@SuppressWarnings("EnumOrdinal") // an array of its own, read where messages pass
public final class Limits {
    /** What no honest client reaches. */
    public static final Limits DEFAULT =
            new Limits(Stream.of(Limit.values()).mapToInt(Limit::defaultValue).toArray());

    private final int[] values;

    private Limits(int[] values) {
        this.values = values;
    }

    /**
     * The same but for one.
     *
     * @throws IllegalArgumentException if the value is not between its {@link Limit#smallest} and
     *     {@link Limit#largest}
     */
    public Limits with(Limit limit, int value) {
        int[] changed = values.clone();
        changed[limit.ordinal()] = limit.checked(value);
        return new Limits(changed);
    }

    /** The value of one. */
    public int of(Limit limit) {
        return values[limit.ordinal()];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Limits limits && Arrays.equals(values, limits.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** Those that differ from the default. */
    @Override
    public String toString() {
        return Stream.of(Limit.values())
                .filter(limit -> of(limit) != limit.defaultValue())
                .map(limit -> limit + " = " + of(limit))
                .collect(Collectors.joining(", ", "Limits[", "]"));
    }
}
