package dev.myriad.log;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One kind of line in a log. It is written once a second at most, the first time at once; those
 * that are left out are counted, and the next line says how many, or one of its own if none comes:
 *
 * <pre>
 * a task on shard 1 threw (411 more like it)
 * 27 more like it: a task on shard 1 threw
 * </pre>
 *
 * To tell something never blocks, never throws and takes no lock, whatever the arguments are: a
 * thread of the log's prints them later, so they are best values that do not change; a {@link
 * java.util.function.Supplier} is asked then. One that cannot be printed is named by its class.
 * What is left out costs a look at the clock and a count.
 *
 * <p>Whatever the arguments and messages of throwables contain, a line is one line of printable
 * characters (see {@link Escape}) and of bounded length. Thread-safe.
 */
public final class Line {
    private static final long EVERY_NANOS = 1_000_000_000;

    /** Of a kind whose lines do not come from clients: more may wait than one. */
    private static final int WAITING_MAX = 64;

    private static final Object[] NOTHING = {};

    private final Log log;
    private final Scribe scribe;
    private final Level level;
    private final String format;
    private final AtomicLong dueNanos = new AtomicLong(System.nanoTime());
    private final AtomicLong leftOut = new AtomicLong();
    private final AtomicBoolean owing = new AtomicBoolean();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean throttled = true;

    /** The next of those that owe a count. Written by whoever has set {@link #owing}. */
    @Nullable Line nextOwing;

    /** What was written last; the scribe's. */
    String last;

    Line(Log log, Scribe scribe, Level level, String format) {
        this.log = log;
        this.scribe = scribe;
        this.level = level;
        this.format = format;
        this.last = format;
    }

    /** Makes it be written each time: for what happens seldom and no client can make happen. */
    public Line eachTime() {
        throttled = false;
        return this;
    }

    public void tell() {
        if (mayPass()) {
            pass(null, NOTHING);
        }
    }

    public void tell(@Nullable Object a) {
        if (mayPass()) {
            pass(null, a);
        }
    }

    public void tell(@Nullable Object a, @Nullable Object b) {
        if (mayPass()) {
            pass(null, a, b);
        }
    }

    public void tell(@Nullable Object a, @Nullable Object b, @Nullable Object c) {
        if (mayPass()) {
            pass(null, a, b, c);
        }
    }

    public void tell(
            @Nullable Object a, @Nullable Object b, @Nullable Object c, @Nullable Object d) {
        if (mayPass()) {
            pass(null, a, b, c, d);
        }
    }

    /** With the stack trace of a throwable. */
    public void tell(Throwable cause) {
        if (mayPass()) {
            pass(cause, NOTHING);
        }
    }

    /** With the stack trace of a throwable. */
    public void tell(Throwable cause, @Nullable Object a) {
        if (mayPass()) {
            pass(cause, a);
        }
    }

    /** With the stack trace of a throwable. */
    public void tell(Throwable cause, @Nullable Object a, @Nullable Object b) {
        if (mayPass()) {
            pass(cause, a, b);
        }
    }

    /** Whether what is told now is written: for those whose words cost something. */
    public boolean isDue() {
        return !throttled || System.nanoTime() - dueNanos.get() >= 0;
    }

    // ---- the throttle

    private boolean mayPass() {
        if (!throttled || takeTurn(System.nanoTime())) {
            return true;
        }
        leaveOut(1);
        return false;
    }

    /** Takes the second's only turn; false if it is taken. */
    boolean takeTurn(long now) {
        long due = dueNanos.get();
        return now - due >= 0 && dueNanos.compareAndSet(due, now + EVERY_NANOS);
    }

    /** They are told later, by their number. */
    void leaveOut(long count) {
        leftOut.addAndGet(count);
        if (!owing.get() && owing.compareAndSet(false, true)) {
            scribe.owes(this);
        }
    }

    private void pass(@Nullable Throwable cause, @Nullable Object... arguments) {
        long more = leftOut.getAndSet(0);
        boolean passed = false;
        try {
            for (int i = 0; i < arguments.length; i++) {
                if (arguments[i] instanceof String text) {
                    arguments[i] = Text.shortened(text);
                }
            }
            passed = scribe.offer(new Entry(this, cause, arguments, more));
        } catch (Throwable _) {
            // There is no memory or no stack left: that is told by whoever has it again.
        }
        if (!passed) {
            scribe.dropped(1);
            leaveOut(more + 1);
        }
    }

    // ---- the scribe's

    /** Takes a place among those that wait; false if there is none. */
    boolean enter() {
        if (waiting.incrementAndGet() <= (throttled ? 1 : WAITING_MAX)) {
            return true;
        }
        waiting.decrementAndGet();
        return false;
    }

    void leave() {
        waiting.decrementAndGet();
    }

    /** How many were left out since it was asked last. */
    long takeLeftOut() {
        return leftOut.getAndSet(0);
    }

    /** Whether it has been silent for a second more than it has to be. */
    boolean isSilent(long now) {
        return now - dueNanos.get() >= EVERY_NANOS;
    }

    /** From now on who is left out makes it owe again. */
    void owesNoMore() {
        owing.set(false);
    }

    Log log() {
        return log;
    }

    Level level() {
        return level;
    }

    String format() {
        return format;
    }
}
