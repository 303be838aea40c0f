package dev.myriad.channels;

import dev.myriad.process.Alarm;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What time it is for an endpoint, and who calls when it is time: connections expire by it, rates
 * are counted by it, and {@link ConnectInfo#now} tells it. Thread-safe.
 *
 * <p>{@link #system} is the machine's. A test may have one that it puts forward, which then calls
 * what falls due in the order of time.
 */
public interface EndpointClock extends InstantSource {
    /** The clock of the machine. */
    static EndpointClock system() {
        return new SystemClock();
    }

    /**
     * A time that only goes forward, for rates; its zero may be anywhere. Without a method of its
     * own it is the time of day.
     */
    default long nanoTime() {
        return millis() * 1_000_000;
    }

    /**
     * Calls a short task that does not block after a while, unless it is cancelled before. A task
     * that throws harms no other.
     */
    Alarm after(Duration delay, Runnable task);
}
