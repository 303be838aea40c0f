package dev.myriad.process;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which carriers the kernel is to serve last. A handler that computes cannot be taken off its
 * carrier, but the kernel can be told that all other threads come first. Thread-safe; {@link #look}
 * is called by the ticker.
 */
final class Priorities {
    /** Carriers come and go, and numbers come again: after so long all are looked up anew. */
    private static final long KNOWN_NANOS = 60_000_000_000L;

    /** Those who use processes start: what is not needed at once is looked up later. */
    private static final long START_NANOS = 1_000_000_000;

    private final Set<Integer> known = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
    private volatile @Nullable KernelThreads threads;

    /** The ticker's. */
    private boolean armed;

    private long knownSince;

    /** The ticker's, at each of its looks, {@code now} nanoseconds since it began. */
    void look(boolean hasLongTurns, long now) {
        if (!armed && (hasLongTurns || now >= START_NANOS)) {
            aside(() -> threads = KernelThreads.find().orElse(null));
            armed = true;
        }
        if (now - knownSince >= KNOWN_NANOS && !hasLongTurns) {
            knownSince = now;
            known.clear();
            numbers.clear();
        }
    }

    /** The ticker's: nobody needs to be lowered any more, be it that it began so. */
    void restoreAll() {
        KernelThreads kernel = threads;
        if (kernel != null) {
            aside(kernel::restoreAll);
        }
    }

    private static void aside(Runnable task) {
        Thread.ofPlatform().daemon().name("myriad-priorities").start(task);
    }

    /** Whether those that are lowered do not take from the others. */
    boolean areObeyed() {
        return threads != null;
    }

    /** Lowers the carrier that the calling worker is on; its number, 0 if that is not possible. */
    int lowerCurrent() {
        KernelThreads kernel = threads;
        if (kernel == null) {
            return 0;
        }
        int number = kernel.current();
        set(number, KernelThreads.IDLE);
        return number;
    }

    /**
     * The calling worker begins on its carrier, which is served like any other. It may not be so
     * yet: a thread begins with the policy of whoever started it, a hog maybe, and a hog that waits
     * may go on on another carrier.
     *
     * @param doubtful whether hogs are about
     */
    void learn(Carriers.Worker worker, boolean doubtful) {
        KernelThreads kernel = threads;
        if (kernel == null) {
            return;
        }
        int number = kernel.current();
        boolean isKnown = known.contains(number);
        if ((doubtful || !isKnown) && kernel.policy(number) == KernelThreads.IDLE) {
            set(number, KernelThreads.OTHER);
        }
        if (!isKnown) {
            numbers.put(worker.carrier(), number);
            known.add(number);
        }
    }

    /** The number of a carrier; 0 if it is not known (yet), or nothing can be done about it. */
    int number(String carrier) {
        if (threads == null || carrier.isEmpty()) {
            return 0;
        }
        return numbers.getOrDefault(carrier, 0);
    }

    void lower(int number) {
        set(number, KernelThreads.IDLE);
    }

    void restore(int number) {
        set(number, KernelThreads.OTHER);
    }

    private void set(int number, int policy) {
        KernelThreads kernel = threads;
        if (kernel != null && number != 0) {
            boolean _ = kernel.setPolicy(number, policy);
        }
    }
}
