package dev.myriad.process;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Logs crashes, with the process, the message and the stack, and counts them. Thread-safe, and
 * throws nothing: the process has an end to come to. What was thrown is printed by the log's own
 * thread, since that calls users' code, which may throw in its turn or never return.
 */
final class CrashLog {
    static final CrashLog SHARED = new CrashLog();

    private static final Line CRASHED = Log.of(Process.class).error("Process {} crashed on {}");
    private static final Line UNSAID =
            Log.of(Process.class).error("{} crashes could not be logged: memory was used up");

    private final AtomicLong total = new AtomicLong();
    private final AtomicLong outOfMemory = new AtomicLong();

    /** Those for whose entry there was no memory, and that nothing was said of yet. */
    private final AtomicLong unsaid = new AtomicLong();

    void log(Process process, Object message, Throwable cause) {
        total.incrementAndGet();
        if (cause instanceof OutOfMemoryError) {
            outOfMemory.incrementAndGet();
        }
        try {
            Memory.isNeeded();
            switch (message) {
                case Message.Wrapped wrapped -> CRASHED.tell(cause, process, wrapped.value);
                case Reply reply -> CRASHED.tell(cause, process, reply.request);
                default -> CRASHED.tell(cause, process, message);
            }
        } catch (Throwable noMemory) {
            unsaid.incrementAndGet();
        }
    }

    /** Says how many crashes nothing was said of, if there is memory for that now. */
    void sayUnsaid() {
        long count = unsaid.get();
        if (count > 0) {
            UNSAID.tell(count);
            unsaid.addAndGet(-count);
        }
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
}
