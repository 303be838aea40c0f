package dev.myriad.longpoll;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks four times in a window for sessions that nobody polls any more, on a virtual thread that
 * lives while there are sessions. Thread-safe.
 *
 * <p>A session's silence is the sum of the pauses between two looks, not a difference of times; and
 * if the whole program stood still meanwhile, all begin anew: their requests may wait to be read.
 */
final class Sweep {
    private static final long PAUSE_NANOS_MIN = Duration.ofMillis(10).toNanos();
    private static final long LATE_NANOS_MIN = Duration.ofSeconds(1).toNanos();
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
                    long startNanos = System.nanoTime();
                    Thread.sleep(Duration.ofNanos(pauseNanos));
                    look(pauseNanos, System.nanoTime() - startNanos);
                }
                sweeping.set(false);
            } while (!sessions.isEmpty() && sweeping.compareAndSet(false, true));
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts the sweep", e);
        }
    }

    /** Counts a pause, which may have taken much longer than it was to take. */
    void look(long pauseNanos, long tookNanos) {
        boolean stoodStill = tookNanos > pauseNanos + Math.max(pauseNanos, LATE_NANOS_MIN);
        sessions.forEach(
                stoodStill
                        ? PolledConnection::forgiveSilence
                        : session -> session.endIfSilent(pauseNanos));
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
