package dev.myriad.net.engine;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Time as far as a thread has run that looks at it often: a step between two looks counts for a
 * fifth of a second at most. So no deadline passes while the whole program stands still, be it
 * stopped, moved to another machine or starved: its clients are not to blame for that. Confined to
 * that thread.
 */
final class RunningClock {
    /** Several times as long as a shard, or a drain, sleeps between two looks. */
    static final long STEP_NANOS_MAX = Duration.ofMillis(200).toNanos();

    private final LongSupplier nanoClock;
    private long seenNanos;
    private long nanos;
    private boolean stoodStill;

    RunningClock(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        seenNanos = nanoClock.getAsLong();
    }

    /** The time since it was made. */
    long nanos() {
        long now = nanoClock.getAsLong();
        long step = now - seenNanos;
        stoodStill = step > STEP_NANOS_MAX;
        seenNanos = now;
        nanos += Math.min(step, STEP_NANOS_MAX);
        return nanos;
    }

    /** Whether some time was left out at the last look. */
    boolean stoodStill() {
        return stoodStill;
    }
}
