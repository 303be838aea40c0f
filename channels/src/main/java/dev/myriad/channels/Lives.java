package dev.myriad.channels;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint has begun and has to see the end of before it is closed: channels, from the
 * client's join until their {@code terminate} has returned. Thread-safe, and striped, so that
 * threads share no cache line; one thread may wait.
 */
final class Lives {
    private final LongAdder begun = new LongAdder();
    private final LongAdder over = new LongAdder();
    private volatile @Nullable Thread waiter;
    private volatile int spared;

    void begin() {
        begun.increment();
    }

    /** Called once for each that has begun. */
    void end() {
        over.increment();
        VarHandle.fullFence(); // an adder promises no order with what is read next
        Thread waits = waiter;
        // Of those that end at the same time one at least finds all the others counted.
        if (waits != null && left() <= spared) {
            LockSupport.unpark(waits);
        }
    }

    /** How many there are; while none begins, no more than that. */
    private long left() {
        long ended = over.sum(); // before the others, so that nobody who has begun is missed
        return begun.sum() - ended;
    }

    /**
     * Waits for the end of all that have begun; an interrupt ends the wait.
     *
     * @param spare how many need not end, since it is they who wait
     * @param deadlineNanos in {@link System#nanoTime}
     * @return how many have not ended
     */
    long await(int spare, long deadlineNanos) {
        spared = spare;
        waiter = Thread.currentThread(); // who ends from now on, and is not seen here, sees that
        VarHandle.fullFence();
        try {
            long left = left() - spare;
            long nanos = deadlineNanos - System.nanoTime();
            while (left > 0 && nanos > 0 && !Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(this, nanos);
                left = left() - spare;
                nanos = deadlineNanos - System.nanoTime();
            }
            return Math.max(0, left);
        } finally {
            waiter = null;
        }
    }
}
