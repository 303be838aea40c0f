package dev.myriad.channels;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.process.Process;
import dev.myriad.process.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a channel may handle one message. When the time is over the channel's thread is
 * interrupted, so that a handler that waits for something stops waiting. A process of its own,
 * since the channel's is busy. Thread-safe.
 *
 * <p>If it comes late itself, the whole program has stood still, and the handler with it: then that
 * has its time once more.
 */
final class Deadline extends Process {
    private static final Line MISSED =
            Log.of(Endpoint.class).warning("{} handles one message for more than {}");

    private static final long LATE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Process channel;
    private final Duration limit;
    private final Thread thread = Thread.currentThread();
    private long dueNanos;
    private boolean forgiven;
    private boolean done;
    private boolean missed;

    private Deadline(Process channel, Duration limit) {
        this.channel = channel;
        this.limit = limit;
    }

    /** Runs a handler of the calling thread. */
    static void run(Process channel, Duration limit, Handler handler) throws Exception {
        Deadline deadline = new Deadline(channel, limit);
        Timer timer = deadline.begin();
        try {
            handler.run();
        } catch (Throwable cause) {
            boolean _ = timer.cancel();
            if (deadline.isMissed()) {
                throw deadline.exception(cause);
            }
            throw cause;
        }
        boolean _ = timer.cancel();
        if (deadline.isMissed()) {
            throw deadline.exception(null);
        }
    }

    /** What is to be done in time: a callback of the user's. */
    @FunctionalInterface
    interface Handler {
        void run() throws Exception;
    }

    private synchronized Timer begin() {
        dueNanos = System.nanoTime() + limit.toNanos();
        return sendAfter(limit, this);
    }

    @Override
    protected synchronized void handle(Object message) {
        if (done) {
            return;
        }
        if (!forgiven && System.nanoTime() - dueNanos > LATE_NANOS) {
            forgiven = true;
            Timer _ = begin();
        } else {
            missed = true;
            MISSED.tell(channel, limit);
            thread.interrupt();
        }
    }

    /** From now on the thread is not interrupted any more; others use it next. */
    private synchronized boolean isMissed() {
        done = true;
        if (missed) {
            boolean _ = Thread.interrupted();
        }
        return missed;
    }

    private ChannelException exception(@Nullable Throwable cause) {
        ChannelException late =
                new ChannelException(
                        ChannelException.Code.HANDLER_TIMEOUT,
                        channel + " handled one message for more than " + limit);
        if (cause != null) {
            late.initCause(cause);
        }
        return late;
    }
}
