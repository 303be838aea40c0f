package dev.myriad.net;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What all clients together may make the server hold of one kind. Thread-safe; no call waits, and
 * threads seldom meet: each draws on a stripe of credit, and only stripes draw on the whole.
 *
 * <p>While a quarter of it is left, everybody may hold what their own limits allow. From then on
 * there is a ceiling for each holder, which is halved with each further {@link #STEPS 64th} that is
 * taken: from an eighth of the budget down to a few bytes. So those who hold most are the first who
 * get no more, or have to let go; whoever holds little finds room until nothing is left at all.
 */
public final class Budget {
    /** Portions of the whole; the last quarter of them are the steps of the ceiling. */
    private static final int STEPS = 64;

    private static final int RESERVED_STEPS = STEPS / 4;

    /** What one holder may hold at most when the last quarter is begun, as a part of the whole. */
    private static final int LARGEST_PART = 8;

    private static final int STRIPES =
            Integer.highestOneBit(Runtime.getRuntime().availableProcessors() * 4 - 1);
    private static final int LONGS_A_LINE = 16;
    private static final long CHUNK_BYTES_MAX = 64 << 10;

    private final long bytesMax;
    private final long chunk;

    /** What no stripe has drawn. */
    private final AtomicLong free;

    /** What each stripe has drawn and nobody holds; below zero for a moment. */
    private final AtomicLongArray credits = new AtomicLongArray(STRIPES * LONGS_A_LINE);

    Budget(long bytesMax) {
        this.bytesMax = bytesMax;
        this.free = new AtomicLong(bytesMax);
        this.chunk = Math.clamp(bytesMax / STEPS / STRIPES, 1, CHUNK_BYTES_MAX);
    }

    /**
     * A holder has so many bytes now, after {@code before}. False if that may not be, since it is
     * more than before, and either nothing is left or this holder is above the ceiling: then {@code
     * before} is what it is still charged with.
     */
    public boolean move(long before, long now) {
        long more = now - before;
        if (more <= 0) {
            give(-more);
            return true;
        }
        return mayHold(now) && take(more);
    }

    /**
     * So many bytes are on their way, and will soon be {@link #move moved} off: no ceiling keeps
     * them. False if nothing is left.
     */
    public boolean pass(long bytes) {
        return take(bytes);
    }

    /** Whether one who holds so much may go on holding it: false if it is above the ceiling. */
    public boolean mayHold(long bytes) {
        long left = free.get();
        if (left >= bytesMax / 4) {
            return true;
        }
        int step = RESERVED_STEPS - (int) (Math.max(0, left) * STEPS / bytesMax);
        return bytes <= (bytesMax / LARGEST_PART) >> (step - 1);
    }

    /** Whether less than a quarter is left, so that there is a ceiling. */
    public boolean isShort() {
        return free.get() < bytesMax / 4;
    }

    private boolean take(long bytes) {
        int stripe = stripe();
        if (credits.addAndGet(stripe, -bytes) >= 0) {
            return true;
        }
        if (draw(stripe, Math.max(bytes, chunk)) || draw(stripe, bytes)) {
            return true;
        }
        credits.addAndGet(stripe, bytes);
        return false;
    }

    private boolean draw(int stripe, long bytes) {
        if (free.addAndGet(-bytes) < 0) {
            free.addAndGet(bytes);
            return false;
        }
        credits.addAndGet(stripe, bytes);
        return true;
    }

    private void give(long bytes) {
        int stripe = stripe();
        long credit = credits.addAndGet(stripe, bytes);
        if (credit > 2 * chunk && credits.compareAndSet(stripe, credit, chunk)) {
            free.addAndGet(credit - chunk);
        }
    }

    private static int stripe() {
        return (int) (Thread.currentThread().threadId() & (STRIPES - 1)) * LONGS_A_LINE;
    }

    /** What is held now; what threads do meanwhile may be seen by half. */
    public long held() {
        long credit = 0;
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            credit += credits.get(stripe * LONGS_A_LINE);
        }
        return Math.max(0, bytesMax - free.get() - credit);
    }

    /** What may be held. */
    public long bytesMax() {
        return bytesMax;
    }
}
