package dev.myriad.pubsub;

import java.time.Duration;

/**
 * How a topic keeps values by key, and tells clients of them. Immutable.
 *
 * @param every the least time from one {@code state_diff} to the next; zero for each change at once
 * @param clientsWrite whether clients may put and remove; else only the program does
 * @param keysMax how many keys there may be
 * @param bytesMax what keys and values may take in all
 * @param keyBytesMax how long a key may be in UTF-8
 * @param valueBytesMax how large a value may be
 */
public record StateRule(
        Duration every,
        boolean clientsWrite,
        int keysMax,
        long bytesMax,
        int keyBytesMax,
        int valueBytesMax) {
    private static final StateRule DEFAULT =
            new StateRule(Duration.ofMillis(50), false, 100_000, 16 << 20, 255, 64 << 10);

    /**
     * @throws IllegalArgumentException if it leaves room for nothing
     */
    public StateRule {
        if (every.isNegative()
                || keysMax < 1
                || bytesMax < 1
                || keyBytesMax < 1
                || valueBytesMax < 1) {
            throw new IllegalArgumentException("a rule of state that has room for nothing");
        }
    }

    /** Clients hear of changes twenty times a second, and make none. */
    public static StateRule keyed() {
        return DEFAULT;
    }

    /** The same with another time between diffs. */
    public StateRule every(Duration time) {
        return new StateRule(time, clientsWrite, keysMax, bytesMax, keyBytesMax, valueBytesMax);
    }

    /** The same, and clients may write. */
    public StateRule writtenByClients() {
        return new StateRule(every, true, keysMax, bytesMax, keyBytesMax, valueBytesMax);
    }

    /** The same with other bounds in all. */
    public StateRule bounds(int keysMax, long bytesMax) {
        return new StateRule(every, clientsWrite, keysMax, bytesMax, keyBytesMax, valueBytesMax);
    }

    /** The same with other bounds of one entry. */
    public StateRule entryBounds(int keyBytesMax, int valueBytesMax) {
        return new StateRule(every, clientsWrite, keysMax, bytesMax, keyBytesMax, valueBytesMax);
    }
}
