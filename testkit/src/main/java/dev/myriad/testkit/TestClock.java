package dev.myriad.testkit;

import dev.myriad.channels.EndpointClock;
import dev.myriad.process.Alarm;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The clock of a {@link ChannelTest}: it goes as that of the machine, and a test may put it
 * forward. Thread-safe; one thread advances it.
 */
public final class TestClock implements EndpointClock {
    private final EndpointClock machine = EndpointClock.system();
    private final Set<Due> dues = ConcurrentHashMap.newKeySet();
    private final Runnable settle;
    private volatile Duration ahead = Duration.ZERO;

    /**
     * @param settle waits until what an alarm has asked for is done
     */
    TestClock(Runnable settle) {
        this.settle = settle;
    }

    /**
     * Puts it forward. What falls due on the way is done at its time and in order, before this
     * returns: a warning first, then the end.
     *
     * @throws IllegalArgumentException if the time is negative
     */
    public void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("a clock does not go back: " + time);
        }
        settle.run();
        Instant end = instant().plus(time);
        Duration there = ahead.plus(time);
        for (Optional<Due> due = next(end); due.isPresent(); due = next(end)) {
            Duration missing = Duration.between(instant(), due.get().at);
            if (missing.isPositive()) {
                ahead = ahead.plus(missing);
            }
            due.get().ring();
            settle.run();
        }
        ahead = there;
    }

    private Optional<Due> next(Instant end) {
        return dues.stream()
                .filter(due -> !due.at.isAfter(end))
                .min(Comparator.comparing(due -> due.at));
    }

    @Override
    public Instant instant() {
        return machine.instant().plus(ahead);
    }

    @Override
    public long nanoTime() {
        return machine.nanoTime() + ahead.toNanos();
    }

    @Override
    public Alarm after(Duration delay, Runnable task) {
        Due due = new Due(instant().plus(delay), task);
        dues.add(due);
        due.rings = Optional.of(machine.after(delay, due::ring));
        return due;
    }

    /** A task that waits for its time, which comes by itself or by {@link #advance}. */
    private final class Due implements Alarm {
        final Instant at;
        private final Runnable task;
        private final AtomicBoolean over = new AtomicBoolean();
        volatile Optional<Alarm> rings = Optional.empty();

        Due(Instant at, Runnable task) {
            this.at = at;
            this.task = task;
        }

        void ring() {
            if (cancel()) {
                task.run();
            }
        }

        @Override
        public boolean cancel() {
            dues.remove(this);
            boolean first = over.compareAndSet(false, true);
            if (first) {
                rings.ifPresent(Alarm::cancel);
            }
            return first;
        }
    }
}
