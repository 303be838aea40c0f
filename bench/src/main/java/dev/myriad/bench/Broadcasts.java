package dev.myriad.bench;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The broadcasts that are under way: when each was sent, and how many have got it. Thread-safe: one
 * thread publishes, all threads deliver.
 */
final class Broadcasts {
    /** How many may be under way, a power of two. */
    static final int WINDOW_MAX = 64;

    private final AtomicLongArray sentAt = new AtomicLongArray(WINDOW_MAX);
    private final AtomicIntegerArray delivered = new AtomicIntegerArray(WINDOW_MAX);

    void sending(int sequence, long nanoTime) {
        delivered.set(place(sequence), 0);
        sentAt.set(place(sequence), nanoTime);
    }

    long sentAt(int sequence) {
        return sentAt.getAcquire(place(sequence));
    }

    void delivered(int sequence, int times) {
        delivered.getAndAdd(place(sequence), times);
    }

    int delivered(int sequence) {
        return delivered.get(place(sequence));
    }

    private static int place(int sequence) {
        return sequence & (WINDOW_MAX - 1);
    }
}
