package dev.myriad.process;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Logs crashes, one entry each with the process, the message and the stack; a flood of them is cut
 * to a number a second, and what was left out is counted. Thread-safe.
 */
final class CrashLog {
    static final CrashLog SHARED = new CrashLog();

    private static final System.Logger LOG = System.getLogger(Process.class.getName());
    private static final int A_SECOND = 100;
    private static final int MESSAGE_CHARS_MAX = 200;

    /** The second, and in the lower half how many came in it. */
    private final AtomicLong window = new AtomicLong();

    private final AtomicLong total = new AtomicLong();

    /** Logs it, unless there were too many. Throws nothing: the process has an end to come to. */
    void log(Process process, Object message, Throwable cause) {
        try {
            logUnlessMany(process, message, cause);
        } catch (RuntimeException | Error e) {
            cause.addSuppressed(e);
        }
    }

    private void logUnlessMany(Process process, Object message, Throwable cause) {
        total.incrementAndGet();
        long second = System.nanoTime() >>> 30;
        long before = window.getAndUpdate(w -> isOf(second, w) ? w + 1 : (second << 32) + 1);
        long left = isOf(second, before) ? 0 : (int) before - A_SECOND;
        if (left > 0) {
            LOG.log(Level.ERROR, "{0} more crashes were not logged", left);
        }
        if (!isOf(second, before) || (int) before < A_SECOND) {
            LOG.log(
                    Level.ERROR,
                    "Process " + nameOf(process) + " crashed on " + describe(message),
                    cause);
        }
    }

    private static boolean isOf(long second, long window) {
        return (int) (window >>> 32) == (int) second;
    }

    /** Crashes since the start. */
    long total() {
        return total.get();
    }

    /** Its name, even if {@link Process#name} throws. */
    static String nameOf(Process process) {
        try {
            return process.name();
        } catch (RuntimeException | Error e) {
            return process.getClass().getName();
        }
    }

    private static String describe(Object message) {
        try {
            String text =
                    switch (message) {
                        case Message.Wrapped wrapped -> String.valueOf(wrapped.value);
                        case Reply reply -> String.valueOf(reply.request);
                        default -> String.valueOf(message);
                    };
            return text.length() <= MESSAGE_CHARS_MAX
                    ? text
                    : text.substring(0, MESSAGE_CHARS_MAX) + "...";
        } catch (RuntimeException | Error e) {
            return (message instanceof Message.Wrapped wrapped ? wrapped.value : message)
                    .getClass()
                    .getName();
        }
    }
}
