package dev.myriad.process;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where processes wait whose like keep carriers to themselves. A handler that computes without end
 * cannot be taken off its thread once it has begun, so its fellows do not begin: at most one for
 * each processor runs, and the kernel shares these out between few threads and not hundreds.
 *
 * <p>A kind is suspect for a second after one of it was last seen to hog. While it is, those that
 * are quick pass through too, each as soon as one before it is done or waits. Should none be done,
 * one more may run after a while, and the next after a longer one: so nobody waits for ever behind
 * those that never end. Thread-safe; {@link #suspect} and {@link #look} are called by the ticker.
 */
final class SlowLane {
    private static final long SUSPECT_NANOS = 1_000_000_000;

    /** After so long one more may run; after twice that the next, and so on. */
    private static final long PATIENCE_NANOS = 100_000_000;

    private final ConcurrentHashMap<Object, Long> suspects = new ConcurrentHashMap<>();
    private final RunQueue waiting = new RunQueue();

    /** How many more may run; below zero if they ran before they were suspect. */
    private final AtomicInteger free =
            new AtomicInteger(Runtime.getRuntime().availableProcessors());

    private volatile boolean isOpen;

    /** The ticker's: how many more may run than there are processors, and since when. */
    private int extra;

    private long admittedAt;

    /** Whether anybody is suspect: else nobody needs to look. */
    boolean isOpen() {
        return isOpen;
    }

    /** One of its kind has been seen to hog. */
    void suspect(Process process, long now) {
        suspects.put(kindOf(process), now + SUSPECT_NANOS);
        isOpen = true;
    }

    /** Whether it is one of those that have to ask. */
    boolean isFor(Process process) {
        return suspects.containsKey(kindOf(process));
    }

    boolean isEntered() {
        int left = free.get();
        while (left > 0) {
            if (free.compareAndSet(left, left - 1)) {
                return true;
            }
            left = free.get();
        }
        return false;
    }

    /** It runs already. */
    void enterAnyway() {
        free.decrementAndGet();
    }

    /** One is done; the next, which is to be queued, or null. */
    @Nullable Process leave() {
        return free.incrementAndGet() > 0 ? waiting.poll() : null;
    }

    void await(Process process) {
        waiting.add(process);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** One that waits and may go, to be queued; null if there is none. */
    @Nullable Process look(long now, int already) {
        if (isOpen && suspects.values().removeIf(until -> until < now)) {
            isOpen = !suspects.isEmpty();
        }
        if (waiting.isEmpty() || free.get() > 0) {
            admittedAt = now;
            if (!isOpen) {
                free.addAndGet(-extra);
                extra = 0;
            }
        } else if (now - admittedAt >= PATIENCE_NANOS * (1 + extra)) {
            admittedAt = now;
            extra++;
            free.incrementAndGet();
        }
        return free.get() > already || !isOpen ? waiting.poll() : null;
    }

    private static Object kindOf(Process process) {
        try {
            return process.kind();
        } catch (Throwable e) {
            return process.getClass();
        }
    }
}
