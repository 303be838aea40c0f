package dev.myriad.process;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts the messages of a bounded mailbox. Thread-safe. */
final class Bound {
    private static final LongAdder TOTAL = new LongAdder();

    private final int limit;
    private final Overflow overflow;
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder overflows = new LongAdder();

    Bound(int limit, Overflow overflow) {
        if (limit < 1) {
            throw new IllegalArgumentException("a mailbox's limit is at least 1, not " + limit);
        }
        this.limit = limit;
        this.overflow = overflow;
    }

    /**
     * Whether there is room for one more message, which is then counted, or the process has ended
     * and needs none.
     *
     * @param nanosMax how long to wait for room; a wait without end is not ended by an interrupt
     */
    boolean admits(Process process, long nanosMax) {
        if (take() || !process.isAlive()) {
            return true;
        }
        overflows.increment();
        TOTAL.increment();
        return switch (overflow) {
            case DROP -> false;
            case REFUSE -> throw new MailboxFullException(process.name(), limit);
            case WAIT -> awaitRoom(process, nanosMax);
        };
    }

    private boolean take() {
        int count = waiting.get();
        while (count < limit) {
            if (waiting.compareAndSet(count, count + 1)) {
                return true;
            }
            count = waiting.get();
        }
        return false;
    }

    private boolean awaitRoom(Process process, long nanosMax) {
        if (Process.self() == process) {
            throw new IllegalStateException(
                    process.name() + " would wait for room in its own mailbox");
        }
        Scheduler scheduler = Scheduler.current();
        long deadline = scheduler.nanoTime() + nanosMax;
        boolean interrupted = false;
        try {
            while (!take() && process.isAlive()) {
                interrupted |= Thread.interrupted(); // else no pause would last
                boolean ends = nanosMax != Long.MAX_VALUE;
                long left = ends ? deadline - scheduler.nanoTime() : Long.MAX_VALUE;
                if (ends && (interrupted || left <= 0)) {
                    return false;
                }
                scheduler.pause(left);
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Counts a message that goes in even if there is no room. */
    void entered() {
        waiting.incrementAndGet();
    }

    /** Whether a message that finds no room is lost without a word. */
    boolean drops() {
        return overflow == Overflow.DROP;
    }

    /** Messages that are counted at present. */
    int waiting() {
        return waiting.get();
    }

    int limit() {
        return limit;
    }

    /** A message left the mailbox. */
    void left() {
        waiting.decrementAndGet();
    }

    /** Of all mailboxes, since the start. */
    static long totalOverflows() {
        return TOTAL.sum();
    }

    long overflows() {
        return overflows.sum();
    }
}
