package dev.myriad.log;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A throwable as a log may have it: a copy, whose message is the class's name and the message,
 * {@link Escape escaped} and cut, with the stack trace, and with causes and suppressed ones of the
 * same kind, each once and not too many. Whatever the methods of the original do, harms nobody.
 */
final class Shown extends Exception {
    private static final long serialVersionUID = 1L;

    /** In all, with causes and suppressed ones. */
    private static final int THROWABLES_MAX = 16;

    private static final int FRAMES_MAX = 200;
    private static final StackTraceElement[] NO_FRAMES = {};

    private Shown(String text, StackTraceElement[] frames) {
        super(text);
        setStackTrace(frames);
    }

    /** Its own class says nothing. */
    @SuppressWarnings("OverrideThrowableToString") // the message has the name of a class
    @Override
    public String toString() {
        return String.valueOf(getMessage());
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this; // it gets another's
    }

    /** The throwable itself, if nothing about it could harm a log, so that its class is seen. */
    static Throwable of(Throwable thrown) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        if (isHarmless(thrown, seen)) {
            return thrown;
        }
        seen.clear();
        return copy(thrown, seen);
    }

    // ---- whether it may go as it is

    private static boolean isHarmless(Throwable thrown, Set<Throwable> seen) {
        try {
            if (!seen.add(thrown) || seen.size() > THROWABLES_MAX || printsInItsOwnWay(thrown)) {
                return false;
            }
            String text = text(thrown.getClass().getName(), thrown.getLocalizedMessage());
            if (!Escape.of(text, Text.LINE_CHARS_MAX).equals(text)
                    || !text.equals(thrown.toString())
                    || thrown.getStackTrace().length > FRAMES_MAX) {
                return false;
            }
            for (Throwable suppressed : thrown.getSuppressed()) {
                if (!isHarmless(suppressed, seen)) {
                    return false;
                }
            }
            Throwable cause = thrown.getCause();
            return cause == null || isHarmless(cause, seen);
        } catch (Throwable _) { // of its methods, whatever they do
            return false;
        }
    }

    private static boolean printsInItsOwnWay(Throwable thrown) throws NoSuchMethodException {
        Class<?> type = thrown.getClass();
        return isOverridden(type.getMethod("printStackTrace", PrintWriter.class))
                || isOverridden(type.getMethod("printStackTrace", PrintStream.class));
    }

    private static boolean isOverridden(java.lang.reflect.Method method) {
        return !method.getDeclaringClass().equals(Throwable.class);
    }

    // ---- the copy

    private static Shown copy(Throwable thrown, Set<Throwable> seen) {
        seen.add(thrown);
        Shown copy = new Shown(describe(thrown), frames(thrown));
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (seen.size() >= THROWABLES_MAX) {
                break;
            }
            if (!seen.contains(suppressed)) {
                copy.addSuppressed(copy(suppressed, seen));
            }
        }
        Throwable cause = cause(thrown);
        if (cause != null && !seen.contains(cause)) {
            copy.initCause(
                    seen.size() < THROWABLES_MAX
                            ? copy(cause, seen)
                            : new Shown("and further causes", NO_FRAMES));
        }
        return copy;
    }

    private static String describe(Throwable thrown) {
        String type = thrown.getClass().getName();
        try {
            return Escape.of(text(type, thrown.getLocalizedMessage()), Text.LINE_CHARS_MAX);
        } catch (Throwable fault) { // of its own method
            return type + ": (its message cannot be had: " + Text.className(fault) + ")";
        }
    }

    private static String text(String type, @Nullable String message) {
        return message == null ? type : type + ": " + message;
    }

    private static StackTraceElement[] frames(Throwable thrown) {
        try {
            StackTraceElement[] frames = thrown.getStackTrace();
            return frames.length <= FRAMES_MAX
                    ? frames
                    : java.util.Arrays.copyOf(frames, FRAMES_MAX);
        } catch (Throwable _) { // of its own method
            return NO_FRAMES;
        }
    }

    private static @Nullable Throwable cause(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable _) { // of its own method
            return null;
        }
    }
}
