package dev.myriad.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named log, and the only way to one. It makes {@link Line}s, one for each kind of thing to tell,
 * which are kept as constants:
 *
 * <pre>{@code
 * private static final Line THREW = Log.of(Shard.class).error("a task on shard {} threw");
 * ...
 * THREW.tell(cause, index);
 * }</pre>
 *
 * A thread of its own, {@code myriad-log}, makes the text and hands it to the {@link System.Logger}
 * of that name: nobody else ever waits for a log, however long that takes. Thread-safe.
 */
public final class Log {
    static {
        // A class that is first used when there is no memory for it is broken for good.
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            for (Class<?> each : List.of(Line.class, Scribe.class, Shown.class)) {
                lookup.ensureInitialized(each);
            }
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String name;

    /** The log thread's own; nobody else asks for it, since that may take its time, too. */
    private @Nullable Logger logger;

    private Log(String name) {
        this.name = name;
    }

    public static Log of(String name) {
        return new Log(name);
    }

    /** The log that is named like a class. */
    public static Log of(Class<?> type) {
        return new Log(type.getName());
    }

    /**
     * A kind of line. Each {@code {}} of its format stands for an argument.
     *
     * @see Line
     */
    public Line error(String format) {
        return line(Level.ERROR, format);
    }

    public Line warning(String format) {
        return line(Level.WARNING, format);
    }

    public Line info(String format) {
        return line(Level.INFO, format);
    }

    public Line debug(String format) {
        return line(Level.DEBUG, format);
    }

    /** A kind of line whose level is known only when the program runs. */
    public Line line(Level level, String format) {
        return new Line(this, Scribe.SHARED, level, format);
    }

    /**
     * Waits until all that this thread has told is written, and what was left out is said.
     *
     * @return false if that takes longer than a time, because the log is stuck or very slow
     */
    public static boolean flush(Duration atMost) {
        return Scribe.SHARED.flush(atMost);
    }

    /**
     * Lines that were due but not written, since the log was stuck, slower than they came, or
     * threw. They are said with the next line of their kind.
     */
    public static long dropped() {
        return Scribe.SHARED.dropped();
    }

    String name() {
        return name;
    }

    Logger logger() {
        Logger known = logger;
        if (known == null) {
            known = System.getLogger(name);
            logger = known;
        }
        return known;
    }
}
