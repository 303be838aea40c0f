package dev.myriad.pubsub;

import dev.myriad.net.Receipt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much is on its way to those who have just joined a topic that remembers: when all come back
 * at once, what they have missed is sent no faster than it is read. Who does not read counts for a
 * few seconds only, so that it holds up the others for no longer; what it was sent is charged as
 * all that is not read. Thread-safe.
 */
final class Newcomers {
    /** After one to two of these a newcomer does not count any more. */
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private long periodBegan = System.nanoTime();
    private long period;

    /** Of this period, and of the one before. */
    private long bytes;

    private long bytesBefore;
    private int waiting;

    Newcomers(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Waits until something more may be sent; the caller is a process of the one who joins. */
    void awaitRoom() throws InterruptedException {
        lock.lock();
        try {
            waiting++;
            while (isFull()) {
                boolean _ = room.await(PERIOD_NANOS / 4, TimeUnit.NANOSECONDS);
            }
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    private boolean isFull() {
        long now = System.nanoTime();
        while (now - periodBegan >= PERIOD_NANOS) {
            periodBegan += PERIOD_NANOS;
            period++;
            bytesBefore = bytes;
            bytes = 0;
            if (bytesBefore == 0) { // nobody came for long
                periodBegan = now;
            }
        }
        return bytes + bytesBefore >= bytesMax;
    }

    /** So many bytes are sent; they count until the receipt ends. */
    Receipt sending(long more) {
        lock.lock();
        try {
            bytes += more;
            long began = period;
            return new Receipt() {
                @Override
                protected void ended(boolean complete) {
                    left(more, began);
                }
            };
        } finally {
            lock.unlock();
        }
    }

    private void left(long less, long began) {
        lock.lock();
        try {
            if (began == period) {
                bytes -= less;
            } else if (began == period - 1) {
                bytesBefore -= less;
            }
            if (waiting > 0 && bytes + bytesBefore < bytesMax) {
                room.signal();
            }
        } finally {
            lock.unlock();
        }
    }
}
