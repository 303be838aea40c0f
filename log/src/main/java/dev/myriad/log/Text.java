package dev.myriad.log;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes a line's text of its format and arguments, whatever those do. Stateless. */
final class Text {
    static final int LINE_CHARS_MAX = 1_000;
    private static final int ARGUMENT_CHARS_MAX = 300;

    private static final String PLACE = "{}";

    private Text() {}

    /** Not more of a string than is ever shown of it, and by how it ends that it was longer. */
    static String shortened(String text) {
        return text.length() <= LINE_CHARS_MAX ? text : text.substring(0, LINE_CHARS_MAX + 1);
    }

    static String of(String format, @Nullable Object[] arguments) {
        StringBuilder text = new StringBuilder(format.length() + 64);
        int from = 0;
        for (Object argument : arguments) {
            int place = format.indexOf(PLACE, from);
            if (place < 0) {
                break;
            }
            text.append(format, from, place).append(shown(argument));
            from = place + PLACE.length();
        }
        return Escape.of(text.append(format, from, format.length()).toString(), LINE_CHARS_MAX);
    }

    private static String shown(@Nullable Object argument) {
        try {
            return argument instanceof Supplier<?> words
                    ? Escape.of(String.valueOf(words.get()), LINE_CHARS_MAX)
                    : Escape.of(String.valueOf(argument), ARGUMENT_CHARS_MAX);
        } catch (Throwable fault) { // of the argument, whatever it is
            return "(a %s that cannot be printed: %s)"
                    .formatted(className(argument), className(fault));
        }
    }

    static String className(@Nullable Object object) {
        return object == null ? "null" : object.getClass().getName();
    }
}
