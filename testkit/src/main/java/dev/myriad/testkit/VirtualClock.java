package dev.myriad.testkit;

import dev.myriad.process.Timer;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/** The time of a simulation, and its timers. Confined to the coroutine that holds the baton. */
final class VirtualClock {
    private record Due(long nanos, long number, Timer timer) {}

    private final PriorityQueue<Due> timers =
            new PriorityQueue<>(
                    Comparator.comparingLong(Due::nanos).thenComparingLong(Due::number));

    private long now;
    private long scheduled;

    long now() {
        return now;
    }

    /** The time after a delay; the end of time if that is beyond it. */
    long in(long nanos) {
        return nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + Math.max(0, nanos);
    }

    void passTo(long nanos) {
        now = Math.max(now, nanos);
    }

    void schedule(Timer timer, long delayNanos) {
        timers.add(new Due(in(delayNanos), scheduled++, timer));
    }

    void cancelled(Timer timer) {
        timers.removeIf(due -> due.timer == timer);
    }

    /** When the next timer is due; {@link Coroutine#NEVER} if there is none. */
    long nextDue() {
        Due next = timers.peek();
        return next == null ? Coroutine.NEVER : next.nanos;
    }

    /** Takes the next timer that is due by now; those of one instant in the order scheduled. */
    Optional<Timer> takeDue() {
        Due next = timers.peek();
        if (next == null || next.nanos > now) {
            return Optional.empty();
        }
        timers.remove();
        return Optional.of(next.timer);
    }
}
