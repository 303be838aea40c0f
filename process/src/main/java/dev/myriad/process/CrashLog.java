package dev.myriad.process;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Logs crashes, one entry each with the process, the message and the stack; a flood of them is cut
 * to a number a second, and what was left out is counted. Thread-safe.
 *
 * <p>To print what was thrown is to call users' code, which may throw in its turn or never return:
 * that is done {@link Aside}.
 */
final class CrashLog {
    static final CrashLog SHARED = new CrashLog();

    private static final System.Logger LOG = System.getLogger(Process.class.getName());
    private static final int A_SECOND = 100;
    private static final int MESSAGE_CHARS_MAX = 200;

    /** The second, and in the lower half how many came in it. */
    private final AtomicLong window = new AtomicLong();

    private final AtomicLong total = new AtomicLong();
    private final AtomicLong outOfMemory = new AtomicLong();

    /** Those for whose entry there was no memory, and that nothing was said of yet. */
    private final AtomicLong unsaid = new AtomicLong();

    /**
     * Logs it soon, unless there were too many. Throws nothing and calls nothing of the cause's:
     * the process has an end to come to.
     */
    void log(Process process, Object message, Throwable cause) {
        total.incrementAndGet();
        if (cause instanceof OutOfMemoryError) {
            outOfMemory.incrementAndGet();
        }
        try {
            Memory.isNeeded();
            logUnlessMany(process, message, cause);
        } catch (Throwable noMemory) {
            unsaid.incrementAndGet();
        }
    }

    private void logUnlessMany(Process process, Object message, Throwable cause) {
        long second = System.nanoTime() >>> 30;
        long before = window.getAndUpdate(w -> isOf(second, w) ? w + 1 : (second << 32) + 1);
        long left = isOf(second, before) ? 0 : (int) before - A_SECOND;
        if (!isOf(second, before) || (int) before < A_SECOND) {
            if (!Aside.run(() -> write(process, message, cause, left))) {
                unsaid.incrementAndGet();
            }
        }
    }

    /** Throws nothing. */
    private void write(Process process, Object message, Throwable cause, long left) {
        try {
            if (left > 0) {
                LOG.log(Level.ERROR, "{0} more crashes were not logged", left);
            }
            LOG.log(
                    Level.ERROR,
                    "Process " + nameOf(process) + " crashed on " + describe(message),
                    cause);
        } catch (Throwable fault) {
            writeClasses(process, message, cause, fault);
        }
    }

    /** What can be said without calling anything of theirs. */
    private void writeClasses(Process process, Object message, Throwable cause, Throwable fault) {
        try {
            LOG.log(
                    Level.ERROR,
                    "A process of {0} crashed on a message of {1} with {2}, which cannot be logged: {3}",
                    process.getClass().getName(),
                    message.getClass().getName(),
                    cause.getClass().getName(),
                    fault.getClass().getName());
        } catch (Throwable again) {
            unsaid.incrementAndGet();
        }
    }

    /** Says how many crashes nothing was said of, if there is memory for that now. */
    void sayUnsaid() {
        long count = unsaid.get();
        if (count > 0) {
            Aside.run(
                    () -> {
                        LOG.log(
                                Level.ERROR,
                                "{0} crashes could not be logged: memory was used up",
                                count);
                        unsaid.addAndGet(-count);
                    });
        }
    }

    private static boolean isOf(long second, long window) {
        return (int) (window >>> 32) == (int) second;
    }

    /** Crashes since the start. */
    long total() {
        return total.get();
    }

    /** Crashes since the start because there was no memory. */
    long outOfMemory() {
        return outOfMemory.get();
    }

    /** Its name, even if {@link Process#name} throws. */
    static String nameOf(Process process) {
        try {
            return process.name();
        } catch (Throwable e) {
            return process.getClass().getName();
        }
    }

    /** Its text, even if that throws: then its class. */
    static String shown(Object value) {
        try {
            return String.valueOf(value);
        } catch (Throwable e) {
            return value.getClass().getName();
        }
    }

    private static String describe(Object message) {
        try {
            String text =
                    switch (message) {
                        case Message.Wrapped wrapped -> String.valueOf(wrapped.value);
                        case Reply reply -> String.valueOf(reply.request);
                        case ChildSpec spec -> "the start of child " + spec.name();
                        default -> String.valueOf(message);
                    };
            return text.length() <= MESSAGE_CHARS_MAX
                    ? text
                    : text.substring(0, MESSAGE_CHARS_MAX) + "...";
        } catch (Throwable e) {
            return (message instanceof Message.Wrapped wrapped ? wrapped.value : message)
                    .getClass()
                    .getName();
        }
    }
}
