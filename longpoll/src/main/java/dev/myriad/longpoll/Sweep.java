package dev.myriad.longpoll;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks four times in a window for sessions that nobody polls any more, on a virtual thread that
 * lives while there are sessions. Thread-safe.
 *
 * <p>A session's silence is the sum of the pauses between two looks, not a difference of times: if
 * the whole process stood still meanwhile, that was no silence of the client's.
 */
final class Sweep {
    private static final long PAUSE_NANOS_MIN = Duration.ofMillis(10).toNanos();
    private static final int LOOKS_A_WINDOW = 4;

    private final Collection<PolledConnection> sessions;
    private final AtomicBoolean sweeping = new AtomicBoolean();

    /**
     * @param sessions those that there are, a view of a concurrent map
     */
    Sweep(Collection<PolledConnection> sessions) {
        this.sessions = sessions;
    }

    /** There is a session now. */
    void begin() {
        if (sweeping.compareAndSet(false, true)) {
            Thread.ofVirtual().name("myriad-long-poll").start(this::lookUntilNobodyIsLeft);
        }
    }

    private void lookUntilNobodyIsLeft() {
        try {
            do {
                while (!sessions.isEmpty()) {
                    long pauseNanos = pauseNanos();
                    Thread.sleep(Duration.ofNanos(pauseNanos));
                    sessions.forEach(session -> session.endIfSilent(pauseNanos));
                }
                sweeping.set(false);
            } while (!sessions.isEmpty() && sweeping.compareAndSet(false, true));
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts the sweep", e);
        }
    }

    /** As the shortest window demands. */
    private long pauseNanos() {
        long windowNanos =
                sessions.stream()
                        .mapToLong(session -> session.route().options().window().toNanos())
                        .min()
                        .orElse(PAUSE_NANOS_MIN);
        return pauseNanos(windowNanos);
    }

    /** Between two looks at a session with such a window. */
    static long pauseNanos(long windowNanos) {
        return Math.max(windowNanos / LOOKS_A_WINDOW, PAUSE_NANOS_MIN);
    }
}
