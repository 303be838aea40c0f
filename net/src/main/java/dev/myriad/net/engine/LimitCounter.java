package dev.myriad.net.engine;

import dev.myriad.net.Limit;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often one limit was exceeded; the log hears of it once a second at most. Thread-safe, and for
 * shard threads: the line is written by another thread, since a log may block.
 */
public final class LimitCounter {
    private static final System.Logger LOG = System.getLogger("dev.myriad.Limits");

    private final String bound;
    private final Level level;
    private final LongAdder count = new LongAdder();
    private final OnceASecond line = new OnceASecond();
    private final OnceASecond warning = new OnceASecond();

    /**
     * A time is logged as information: a client that loses the network exceeds it without any
     * fault.
     */
    LimitCounter(Limit limit, int max) {
        bound = limit + " = " + max;
        level = limit.isTime() ? Level.INFO : Level.WARNING;
    }

    /** Someone exceeded it. */
    public void exceeded(InetSocketAddress peer) {
        exceeded(String.valueOf(peer));
    }

    /** Someone exceeded it whose address is not known. */
    public void exceeded() {
        exceeded("an unknown address");
    }

    private void exceeded(String by) {
        count.increment();
        if (line.isDue()) {
            log(level, "limit " + bound + " exceeded by " + by + ", " + count() + " times so far");
        }
    }

    /** Someone is near it. */
    public void nearlyExceeded(int present, InetSocketAddress peer) {
        if (warning.isDue()) {
            log(Level.WARNING, "limit " + bound + " nearly reached by " + peer + ": " + present);
        }
    }

    private static void log(Level level, String text) {
        if (LOG.isLoggable(level)) {
            Thread.startVirtualThread(() -> LOG.log(level, text));
        }
    }

    /** How often it was exceeded. */
    public long count() {
        return count.sum();
    }
}
