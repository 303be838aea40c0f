package dev.myriad.net.engine;

import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often one limit was exceeded; the log hears of it once a second at most. Thread-safe, and for
 * shard threads: the line is written by another thread, since a log may block.
 */
public final class LimitCounter {
    private static final System.Logger LOG = System.getLogger("dev.myriad.Limits");

    private final String name;
    private final String bound;
    private final Level level;
    private final LongAdder count = new LongAdder();
    private final OnceASecond line = new OnceASecond();
    private final OnceASecond warning = new OnceASecond();

    private LimitCounter(String name, String bound, Level level) {
        this.name = name;
        this.bound = bound;
        this.level = level;
    }

    /** A limit that honest clients do not reach. */
    public static LimitCounter of(String name, long max) {
        return new LimitCounter(name, name + " = " + max, Level.WARNING);
    }

    /** Two limits that are not told apart. */
    static LimitCounter of(String name, long max, String otherName, long otherMax) {
        String bound = name + " = " + max + " or " + otherName + " = " + otherMax;
        return new LimitCounter(name, bound, Level.WARNING);
    }

    /** A time that passes for whoever loses the network: no reason to warn. */
    static LimitCounter ofTime(String name, long millis) {
        return new LimitCounter(name, name + " = " + millis, Level.INFO);
    }

    /** The name of the limit, as its record has it. */
    public String name() {
        return name;
    }

    /** Someone exceeded it. */
    public void exceeded(InetSocketAddress peer) {
        exceeded(String.valueOf(peer));
    }

    /** Someone exceeded it of whom no more is known. */
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

    /** The counts by name, in this order. */
    public static Map<String, Long> counts(List<LimitCounter> counters) {
        Map<String, Long> counts = new LinkedHashMap<>();
        counters.forEach(counter -> counts.put(counter.name, counter.count()));
        return Collections.unmodifiableMap(counts);
    }
}
