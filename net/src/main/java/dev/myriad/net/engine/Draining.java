package dev.myriad.net.engine;

import dev.myriad.net.Drain;
import java.util.Collection;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * A {@link Drain} under way. Confined to the thread that closes the transport, after that has begun
 * to let nobody in any more.
 */
public final class Draining {
    /** As many as there are. */
    private static final long ALL = Long.MAX_VALUE / 2;

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int FIRST_SHARE = 10;

    private final Drain drain;
    private final LongConsumer closeMore;
    private final IntSupplier left;
    private final int connections;
    private final RunningClock clock = new RunningClock(System::nanoTime);
    private final long startNanos = clock.nanos();
    private long progressNanos = startNanos + SECOND_NANOS;

    /**
     * @param closeMore starts the end of so many more connections
     * @param left how many are not gone yet
     */
    private Draining(Drain drain, LongConsumer closeMore, IntSupplier left) {
        this.drain = drain;
        this.closeMore = closeMore;
        this.left = left;
        this.connections = left.getAsInt();
    }

    /** Drains shards; returns when no connection is left, or the drain's time is over. */
    public static void of(Shard[] shards, Room room, Drain drain) {
        AtomicLong permits = new AtomicLong();
        new Draining(
                        drain,
                        more -> {
                            permits.addAndGet(more);
                            for (Shard shard : shards) {
                                shard.post(
                                        new Command() {
                                            @Override
                                            protected void run() {
                                                shard.drain(permits);
                                            }
                                        });
                            }
                        },
                        room::connections)
                .run();
    }

    /**
     * Drains what a concurrent collection holds; what is added to it later is for the caller to
     * end.
     *
     * @param end starts the end of one; whether that had not begun already
     * @param left how many have not ended yet
     */
    public static <T> void of(
            Collection<T> present, Predicate<T> end, IntSupplier left, Drain drain) {
        Iterator<T> each = present.iterator();
        new Draining(
                        drain,
                        more -> {
                            long permits = more;
                            while (permits > 0 && each.hasNext()) {
                                if (end.test(each.next())) {
                                    permits--;
                                }
                            }
                        },
                        left)
                .run();
    }

    /** Returns when nothing is left, or the drain's time is over. */
    private void run() {
        try {
            if (drain.perSecond() > 0) {
                pace();
            }
        } finally {
            closeMore.accept(ALL); // those too that came just before nobody was let in any more
        }
        awaitNobody(clock.nanos(), TimeUnit.MILLISECONDS.toNanos(drain.graceMillis()));
        if (progressNanos - startNanos
                > SECOND_NANOS) { // whoever was told of progress is told of the end
            tellProgress();
        }
    }

    private void pace() {
        long budgetNanos = TimeUnit.MILLISECONDS.toNanos(drain.deadlineMillis());
        long told = 0;
        long stepNanos = startNanos;
        while (told < connections && left.getAsInt() > 0) {
            long now = clock.nanos();
            if (now - startNanos >= budgetNanos || Thread.currentThread().isInterrupted()) {
                return;
            }
            double seconds = (now - startNanos) / (double) SECOND_NANOS + 1.0 / FIRST_SHARE;
            long due = (long) Math.ceil(drain.perSecond() * seconds) - told;
            if (due > 0 && now - stepNanos >= 0) {
                stepNanos = now + STEP_NANOS;
                told += due;
                closeMore.accept(due);
            }
            tellProgress(now);
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private void awaitNobody(long fromNanos, long budgetNanos) {
        long now = fromNanos;
        while (left.getAsInt() > 0
                && now - fromNanos < budgetNanos
                && !Thread.currentThread().isInterrupted()) {
            tellProgress(now);
            LockSupport.parkNanos(POLL_NANOS);
            now = clock.nanos();
        }
    }

    private void tellProgress(long now) {
        if (now - progressNanos >= 0) {
            progressNanos += SECOND_NANOS;
            tellProgress();
        }
    }

    private void tellProgress() {
        int present = left.getAsInt();
        drain.progress().accept(new Drain.Progress(connections - present, present));
    }
}
