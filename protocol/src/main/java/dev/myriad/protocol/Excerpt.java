package dev.myriad.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The start of a text on one line, for logs. Stateless, so thread-safe. */
final class Excerpt {
    private static final int CHARS_MAX = 100;
    private static final int UTF8_BYTES_MAX = 4;

    private Excerpt() {}

    /** Of UTF-8, of which no more is decoded than is shown. */
    static String of(byte[] utf8) {
        return of(new String(utf8, 0, Math.min(utf8.length, UTF8_BYTES_MAX * CHARS_MAX), UTF_8));
    }

    static String of(String text) {
        if (text.length() <= CHARS_MAX) {
            return onOneLine(text);
        }
        boolean cutsPair = Character.isHighSurrogate(text.charAt(CHARS_MAX - 1));
        return onOneLine(text.substring(0, cutsPair ? CHARS_MAX - 1 : CHARS_MAX)) + "...";
    }

    /** Whoever sends a line break shall not write a line of the log. */
    private static String onOneLine(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", " ");
    }
}
