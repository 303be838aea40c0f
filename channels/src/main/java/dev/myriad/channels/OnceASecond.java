package dev.myriad.channels;

import java.util.concurrent.atomic.AtomicLong;

/** When to log what may come in floods: once a second at most. Thread-safe. */
final class OnceASecond {
    private static final long INTERVAL_NANOS = 1_000_000_000;

    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);

    /** Whether it is time again; true for one caller only. */
    boolean isDue() {
        long now = System.nanoTime();
        long last = lastNanos.get();
        return now - last >= INTERVAL_NANOS && lastNanos.compareAndSet(last, now);
    }
}
