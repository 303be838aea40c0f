package dev.myriad.process;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where processes run that are not known to be quick, while handlers that compute have taken all
 * processors. A handler cannot be taken off its carrier once it has begun, so the quick ones go
 * first: the lane has as many carriers as are there beside one for each processor, and the kernel
 * serves these last ({@link Priorities}). Who finds it full waits in a queue.
 *
 * <p>The lane is open for a second after as many long turns as processors were last seen. Else it
 * costs a few volatile reads a turn. Thread-safe; {@link #look} is called by the ticker.
 */
final class SlowLane {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final long OPEN_NANOS = 1_000_000_000;

    /** Carriers to add at a look, while processes wait for the lane or for a carrier. */
    private static final int WIDENED = 16;

    /**
     * So many share a processor if the kernel serves them last, else one has it. More would gain
     * nothing, and cost: when the JVM lets its threads go on after a pause, the kernel pays each of
     * them what it waited for, before the thread that is still waking the others.
     */
    private static final int SHARE = 2;

    /** Some may never end: after so long one more may run, after twice that the next, and so on. */
    private static final long PATIENCE_NANOS = 50_000_000;

    /** For those that nothing is known about: most are quick, and clients wait for their joins. */
    private static final long PATIENCE_WITH_UNKNOWN_NANOS = 10_000_000;

    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean isOpen;
    private volatile int width;

    /** The ticker's. */
    private long openUntil;

    private int granted;
    private long grantedAt;

    boolean isOpen() {
        return isOpen;
    }

    boolean isFull() {
        return isOpen && inside.get() >= width;
    }

    boolean isEntered() {
        int now = inside.get();
        while (now < width) {
            if (inside.compareAndSet(now, now + 1)) {
                return true;
            }
            now = inside.get();
        }
        return false;
    }

    /** It runs already. */
    void enterAnyway() {
        inside.incrementAndGet();
    }

    void leave() {
        inside.decrementAndGet();
    }

    /**
     * Looks how many may be in it.
     *
     * @param longTurns that run now, in the lane or not
     * @param outside those of them that are not in it
     * @param spare carriers beside one for each processor
     * @param waiting whether processes wait for the lane, as far as can be seen
     * @param unknown whether some of these are unknown
     * @param standbyWaits whether a worker waits for a carrier
     * @param isServedLast whether the kernel can be told to serve those in it last
     * @return how many carriers it wants beside one for each processor
     */
    int look(
            int longTurns,
            int outside,
            int spare,
            boolean waiting,
            boolean unknown,
            boolean standbyWaits,
            boolean isServedLast,
            long now) {
        if (longTurns >= PROCESSORS) {
            openUntil = now + OPEN_NANOS;
        }
        boolean open = now < openUntil;
        if (!open || !waiting || inside.get() < width) {
            granted = open ? granted : 0;
            grantedAt = now;
        } else if (now - grantedAt >= patience(unknown)) {
            granted++;
            grantedAt = now;
        }
        int most = PROCESSORS * (isServedLast ? SHARE : 1) + granted;
        width = Math.clamp(spare - outside, 1, most);
        isOpen = open;
        return open ? longTurns + PROCESSORS + (waiting || standbyWaits ? WIDENED : 0) : 0;
    }

    private long patience(boolean unknown) {
        return unknown ? PATIENCE_WITH_UNKNOWN_NANOS : PATIENCE_NANOS * (1 + granted);
    }
}
