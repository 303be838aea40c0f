package dev.myriad.channels;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A rate: so many in a second, of which a whole second's worth may come at once. Thread-safe and
 * lock-free: its whole state is the time at which the bucket will be full again (the generic cell
 * rate algorithm of ITU-T I.371).
 */
final class TokenBucket {
    private static final long SECOND_NANOS = 1_000_000_000;

    private final long intervalNanos;
    private final AtomicLong fullAtNanos;

    /**
     * @param perSecond 0 = any number
     */
    TokenBucket(int perSecond, long nowNanos) {
        intervalNanos = perSecond == 0 ? 0 : SECOND_NANOS / perSecond;
        fullAtNanos = new AtomicLong(nowNanos);
    }

    /** Takes a token; false if there is none. */
    boolean take(long nowNanos) {
        if (intervalNanos == 0) {
            return true;
        }
        while (true) {
            long fullAt = fullAtNanos.get();
            long from = Math.max(0, fullAt - nowNanos);
            if (from + intervalNanos > SECOND_NANOS) {
                return false;
            }
            if (fullAtNanos.compareAndSet(fullAt, nowNanos + from + intervalNanos)) {
                return true;
            }
        }
    }
}
