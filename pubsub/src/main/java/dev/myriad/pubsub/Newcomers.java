package dev.myriad.pubsub;

import dev.myriad.net.Receipt;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much is on its way to those who have just joined a topic that remembers: when all come back
 * at once, what they have missed is sent no faster than it is read. Thread-safe.
 */
final class Newcomers {
    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private long bytes;
    private int waiting;

    Newcomers(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Waits until something more may be sent; the caller is a process of the one who joins. */
    void awaitRoom() throws InterruptedException {
        lock.lock();
        try {
            waiting++;
            while (bytes >= bytesMax) {
                room.await();
            }
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    /** So many bytes are sent; they count until the receipt ends. */
    Receipt sending(long more) {
        add(more);
        return new Receipt() {
            @Override
            protected void ended(boolean complete) {
                add(-more);
            }
        };
    }

    private void add(long more) {
        lock.lock();
        try {
            bytes += more;
            if (more < 0 && waiting > 0 && bytes < bytesMax) {
                room.signal();
            }
        } finally {
            lock.unlock();
        }
    }
}
