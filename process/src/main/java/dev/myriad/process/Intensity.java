package dev.myriad.process;

import java.util.Arrays;

/**
 * Tells whether restarts come too often: the times of the last ones in a ring, so that a look is
 * O(1). Confined to its supervisor.
 */
final class Intensity {
    private static final int FIRST_LENGTH = 16;

    private final int max;
    private final long periodNanos;
    private long[] times;
    private int count;

    /** Where the oldest is once there are {@code max}. */
    private int oldest;

    Intensity(int max, long periodNanos) {
        this.max = max;
        this.periodNanos = periodNanos;
        times = new long[Math.min(max, FIRST_LENGTH)];
    }

    /** Takes in a restart; false if there are more than allowed within the period. */
    boolean admits(long now) {
        if (count < max) {
            if (count == times.length) {
                times = Arrays.copyOf(times, (int) Math.min(max, count * 2L));
            }
            times[count++] = now;
            return true;
        }
        if (max == 0 || now - times[oldest] <= periodNanos) {
            return false;
        }
        times[oldest] = now;
        oldest = oldest + 1 == max ? 0 : oldest + 1;
        return true;
    }
}
