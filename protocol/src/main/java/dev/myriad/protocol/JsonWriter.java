package dev.myriad.protocol;

import java.nio.charset.StandardCharsets;

/**
 * Writes strings as JSON (RFC 8259, section 7) in UTF-8, escaping only what has to be. Thread-safe:
 * no state.
 *
 * <p>Length first, then the bytes: so a message needs one array of just its size.
 */
final class JsonWriter {
    private static final byte[] HEX = Bytes.ascii("0123456789abcdef");

    private JsonWriter() {}

    /** The number of bytes that {@link #writeString(String, byte[], int)} writes. */
    static int stringLength(String text) {
        if (isPlain(text)) {
            return text.length() + 2;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return stringLength(utf8, 0, utf8.length);
    }

    /**
     * Writes the text as a JSON string, quotes included, and returns the next index; a lone
     * surrogate becomes a question mark.
     */
    static int writeString(String text, byte[] into, int at) {
        if (!isPlain(text)) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            return writeString(utf8, 0, utf8.length, into, at);
        }
        int next = at;
        into[next++] = '"';
        int length = text.length();
        for (int i = 0; i < length; i++) {
            into[next++] = (byte) text.charAt(i);
        }
        into[next++] = '"';
        return next;
    }

    static int stringLength(byte[] utf8, int from, int to) {
        int length = 2;
        for (int at = from; at < to; at++) {
            if (isPlain(utf8[at] & 0xFF)) {
                length++;
            } else {
                length += shortEscape(utf8[at]) == 0 ? 6 : 2;
            }
        }
        return length;
    }

    static int writeString(byte[] utf8, int from, int to, byte[] into, int at) {
        int next = at;
        into[next++] = '"';
        for (int i = from; i < to; i++) {
            byte b = utf8[i];
            if (isPlain(b & 0xFF)) {
                into[next++] = b;
                continue;
            }
            byte escape = shortEscape(b);
            into[next++] = '\\';
            into[next++] = escape == 0 ? (byte) 'u' : escape;
            if (escape == 0) {
                into[next++] = '0';
                into[next++] = '0';
                into[next++] = HEX[b >> 4];
                into[next++] = HEX[b & 15];
            }
        }
        into[next++] = '"';
        return next;
    }

    private static boolean isPlain(int unsigned) {
        return unsigned >= ' ' && unsigned != '"' && unsigned != '\\';
    }

    /**
     * Whether the text is ASCII without anything to escape, so that its characters are its bytes.
     */
    private static boolean isPlain(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || !isPlain((int) c)) {
                return false;
            }
        }
        return true;
    }

    /** The byte to write after a backslash for this one, 0 if there is no short form. */
    private static byte shortEscape(byte b) {
        return switch (b) {
            case '"', '\\' -> b;
            case '\b' -> 'b';
            case '\f' -> 'f';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
        };
    }
}
