package dev.myriad.net.engine;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Limit;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How often one limit was exceeded, and by whom at last. Thread-safe, and for shard threads. */
public final class LimitCounter {
    private static final Log LOG = Log.of("dev.myriad.Limits");

    private final LongAdder count = new LongAdder();
    private final Line exceeded;
    private final Line nearlyExceeded;

    /**
     * A time is logged as information: a client that loses the network exceeds it without any
     * fault.
     */
    LimitCounter(Limit limit, int max) {
        String bound = "limit " + limit + " = " + max;
        exceeded = LOG.line(limit.isTime() ? Level.INFO : Level.WARNING, bound + " exceeded by {}");
        nearlyExceeded = LOG.warning(bound + " nearly reached by {}: {}");
    }

    /** Someone exceeded it: who is printed if it is told of. */
    public void exceeded(@Nullable Object by) {
        count.increment();
        exceeded.tell(by);
    }

    /** Someone exceeded it whose address is not known. */
    public void exceeded() {
        exceeded("an unknown address");
    }

    /** Someone is near it. */
    public void nearlyExceeded(int present, Object by) {
        nearlyExceeded.tell(by, present);
    }

    /** How often it was exceeded. */
    public long count() {
        return count.sum();
    }
}
