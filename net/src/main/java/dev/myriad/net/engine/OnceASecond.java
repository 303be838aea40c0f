package dev.myriad.net.engine;

import java.util.concurrent.atomic.AtomicLong;

/** Lets one call a second through, the first at once. Thread-safe. */
public final class OnceASecond {
    private static final long SECOND_NANOS = 1_000_000_000;

    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime() - SECOND_NANOS);

    public boolean isDue() {
        long now = System.nanoTime();
        long last = lastNanos.get();
        return now - last >= SECOND_NANOS && lastNanos.compareAndSet(last, now);
    }
}
