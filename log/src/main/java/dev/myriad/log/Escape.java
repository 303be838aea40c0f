package dev.myriad.log;

/**
 * Shows text of others so that it cannot pass for anything else: on one line, with no character
 * that moves a cursor, changes a direction or is not seen, and not too long. Such characters
 * (controls, line and paragraph separators, formats such as bidirectional overrides, halves of
 * surrogate pairs, what is private or unassigned) are shown as Java writes them, {@code \n} or
 * {@code \u001b}. A backslash stays as it is, so that to escape twice is to escape once. Stateless.
 */
public final class Escape {
    private static final String CUT = "...";
    private static final String HEX = "0123456789abcdef";

    private Escape() {}

    /**
     * The text, if it is harmless and short itself; else as described, cut after {@code charsMax}.
     */
    public static String of(String text, int charsMax) {
        int harmless = harmlessChars(text, charsMax);
        if (harmless == text.length()) {
            return text;
        }
        StringBuilder shown = new StringBuilder(Math.min(text.length(), charsMax) + 32);
        shown.append(text, 0, harmless);
        int at = harmless;
        while (at < text.length()) {
            int character = text.codePointAt(at);
            int before = shown.length();
            append(shown, character);
            if (shown.length() > charsMax) {
                shown.setLength(before);
                return shown.append(CUT).toString();
            }
            at += Character.charCount(character);
        }
        return shown.toString();
    }

    /** The same in quotation marks. */
    public static String quoted(String text, int charsMax) {
        return '"' + of(text, charsMax) + '"';
    }

    /** How many characters at the start are to be taken as they are. */
    private static int harmlessChars(String text, int charsMax) {
        int at = 0;
        while (at < text.length()) {
            int character = text.codePointAt(at);
            int next = at + Character.charCount(character);
            if (next > charsMax || !isHarmless(character)) {
                return at;
            }
            at = next;
        }
        return at;
    }

    private static void append(StringBuilder shown, int character) {
        if (isHarmless(character)) {
            shown.appendCodePoint(character);
            return;
        }
        switch (character) {
            case '\n' -> shown.append("\\n");
            case '\r' -> shown.append("\\r");
            case '\t' -> shown.append("\\t");
            default -> {
                for (char unit : Character.toChars(character)) {
                    shown.append("\\u");
                    for (int shift = 12; shift >= 0; shift -= 4) {
                        shown.append(HEX.charAt(unit >> shift & 0xF));
                    }
                }
            }
        }
    }

    static boolean isHarmless(int character) {
        if (character < 0x7F) {
            return character >= ' ';
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
