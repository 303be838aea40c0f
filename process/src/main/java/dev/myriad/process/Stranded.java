package dev.myriad.process;

import org.jspecify.annotations.Nullable;

/**
 * Processes that have mail and could not be queued, because memory or stack came to an end at just
 * that moment; the ticker queues them. Thread-safe.
 *
 * <p>There is room for them beforehand. Whoever sends may be at the very end of its stack, so
 * {@link Mailbox#push} adds to the array itself, without calling anything.
 */
final class Stranded {
    static final Object LOCK = new Object();
    static final @Nullable Process[] PROCESSES = new Process[1_024];

    /** Written under the lock. */
    static volatile int count;

    private Stranded() {}

    /** Takes one in. Waits while there is no room, which the ticker makes. */
    static void add(Process process) {
        while (!isAdded(process)) {
            Memory.await();
        }
    }

    private static boolean isAdded(Process process) {
        synchronized (LOCK) {
            int index = count;
            if (index == PROCESSES.length) {
                return false;
            }
            PROCESSES[index] = process;
            count = index + 1;
            return true;
        }
    }

    /** One of them, which is none any more; null if there is none. */
    static @Nullable Process poll() {
        if (count == 0) {
            return null;
        }
        synchronized (LOCK) {
            int last = count - 1;
            if (last < 0) {
                return null;
            }
            Process process = PROCESSES[last];
            PROCESSES[last] = null;
            count = last;
            return process;
        }
    }
}
