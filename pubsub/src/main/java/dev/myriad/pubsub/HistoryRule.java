package dev.myriad.pubsub;

import java.time.Duration;

/**
 * How much of its messages a topic remembers: whichever bound comes first. Immutable.
 *
 * @param count messages
 * @param age of the oldest
 * @param bytes that they may take, roughly three times their payloads
 */
public record HistoryRule(int count, Duration age, long bytes) {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long MEGABYTE = 1 << 20;

    /**
     * @throws IllegalArgumentException if it would remember nothing
     */
    public HistoryRule {
        if (count < 1 || bytes < 1 || !age.isPositive()) {
            throw new IllegalArgumentException(
                    "a history of nothing: %,d messages, %s, %,d bytes"
                            .formatted(count, age, bytes));
        }
    }

    /** So many messages, for an hour and in a megabyte at most. */
    public static HistoryRule last(int count) {
        return new HistoryRule(count, HOUR, MEGABYTE);
    }

    /** The same with another age. */
    public HistoryRule age(Duration age) {
        return new HistoryRule(count, age, bytes);
    }

    /** The same with other bytes. */
    public HistoryRule bytes(long bytes) {
        return new HistoryRule(count, age, bytes);
    }
}
