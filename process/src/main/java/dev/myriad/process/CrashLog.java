package dev.myriad.process;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Logs crashes, with the process, the message and the stack, and counts them. Thread-safe, and
 * throws nothing: the process has an end to come to.
 */
final class CrashLog {
    static final CrashLog SHARED = new CrashLog();

    private static final Line CRASHED = Log.of(Process.class).error("Process {} crashed on {}");

    private final AtomicLong total = new AtomicLong();

    void log(Process process, Object message, Throwable cause) {
        total.incrementAndGet();
        switch (message) {
            case Message.Wrapped wrapped -> CRASHED.tell(cause, process, wrapped.value);
            case Reply reply -> CRASHED.tell(cause, process, reply.request);
            default -> CRASHED.tell(cause, process, message);
        }
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
}
