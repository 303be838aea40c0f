package dev.myriad.net;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import java.util.function.Consumer;

/**
 * How a transport that ends lets its connections go: at a pace, so that the clients of a restarted
 * server do not all come back in the same second. Immutable.
 *
 * @param perSecond connections closed in a second, a tenth of them at once; 0 = all at once
 * @param deadlineMillis after which those that are left are closed at once
 * @param graceMillis how long the last ones may then take for their closing handshake, after which
 *     they are cut off
 * @param progress called once a second by the thread that closes, and at the end if that came
 *     later; what it throws ends the drain at once
 */
public record Drain(
        int perSecond, int deadlineMillis, int graceMillis, Consumer<Progress> progress) {
    private static final Line PROGRESS =
            Log.of(Drain.class).info("draining: {} connections closed, {} left").eachTime();

    /** 5,000 a second for 30 seconds; logs its progress. */
    public static final Drain DEFAULT = new Drain(5_000, 30_000, 2_000, Drain::log);

    /**
     * How far a drain is.
     *
     * @param closed connections that are gone
     * @param left connections that are not
     */
    public record Progress(long closed, long left) {}

    public Drain {
        if (perSecond < 0 || deadlineMillis < 0 || graceMillis < 0) {
            throw new IllegalArgumentException("a drain takes numbers from 0 on");
        }
    }

    /** Closes all connections at once. */
    public static Drain atOnce(int graceMillis) {
        return new Drain(0, 0, graceMillis, Drain::log);
    }

    public Drain withPerSecond(int perSecond) {
        return new Drain(perSecond, deadlineMillis, graceMillis, progress);
    }

    public Drain withDeadlineMillis(int deadlineMillis) {
        return new Drain(perSecond, deadlineMillis, graceMillis, progress);
    }

    public Drain withGraceMillis(int graceMillis) {
        return new Drain(perSecond, deadlineMillis, graceMillis, progress);
    }

    public Drain withProgress(Consumer<Progress> progress) {
        return new Drain(perSecond, deadlineMillis, graceMillis, progress);
    }

    private static void log(Progress progress) {
        PROGRESS.tell(progress.closed(), progress.left());
    }
}
