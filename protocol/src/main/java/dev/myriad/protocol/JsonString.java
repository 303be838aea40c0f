package dev.myriad.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON strings (RFC 8259, section 7) as bytes: skipping and reading them; {@link JsonWriter} writes
 * them. Thread-safe: no state.
 *
 * <p>Stricter than the RFC in one place it leaves open (section 8.2): an escaped surrogate must be
 * half of a pair. What is accepted may be sent on to many clients as it came, and some of their
 * decoders fail on half a pair.
 */
final class JsonString {
    private static final long QUOTES = Bytes.ONES * '"';
    private static final long BACKSLASHES = Bytes.ONES * '\\';
    private static final long SPACES = Bytes.ONES * ' ';

    /** As {@code \\u0041}; what a pair of them stands for takes four bytes. */
    private static final int BYTES_FOR_ONE_MAX = 6;

    private JsonString() {}

    /**
     * The index after the string that starts with the quote at {@code from}.
     *
     * @throws ProtocolException 1011, if there is no well-formed string
     */
    static int skip(byte[] bytes, int from, int to) {
        if (from >= to || bytes[from] != '"') {
            throw ProtocolException.undecodable("JSON: string expected");
        }
        int at = from + 1;
        while (true) {
            at = skipPlain(bytes, at, to);
            if (at == to) {
                throw ProtocolException.undecodable("JSON: string without end");
            }
            if (bytes[at] == '"') {
                return at + 1;
            }
            at = skipEscape(bytes, at, to);
        }
    }

    /** The UTF-8 bytes that a valid string stands for, given its range without the quotes. */
    static byte[] unescape(byte[] bytes, int from, int to) {
        byte[] text = new byte[to - from];
        int length = 0;
        int at = from;
        while (at < to) {
            if (bytes[at] != '\\') {
                text[length++] = bytes[at++];
            } else if (bytes[at + 1] != 'u') {
                text[length++] = unescaped(bytes[at + 1]);
                at += 2;
            } else {
                int character = hex(bytes, at + 2, to);
                at += 6;
                if (Character.isHighSurrogate((char) character)) {
                    character =
                            Character.toCodePoint((char) character, (char) hex(bytes, at + 2, to));
                    at += 6;
                }
                length =
                        Bytes.put(
                                text,
                                length,
                                Character.toString(character).getBytes(StandardCharsets.UTF_8));
            }
        }
        return Arrays.copyOf(text, length);
    }

    static boolean hasEscapes(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] == '\\') {
                return true;
            }
        }
        return false;
    }

    /** Whether a valid string, given its range without the quotes, stands for these UTF-8 bytes. */
    static boolean is(byte[] utf8, byte[] bytes, int from, int to) {
        if (to - from < utf8.length || to - from > BYTES_FOR_ONE_MAX * utf8.length) {
            return false; // cheaply: a message may have very many keys, or very long ones
        }
        return hasEscapes(bytes, from, to)
                ? Arrays.equals(unescape(bytes, from, to), utf8)
                : Bytes.equal(bytes, from, to, utf8);
    }

    /**
     * Skips to the next quote or backslash, eight bytes at a time while none of them, nor a control
     * character, is among the eight.
     */
    private static int skipPlain(byte[] bytes, int from, int to) {
        int at = from;
        while (at <= to - Long.BYTES && allPlain((long) Bytes.LONGS.get(bytes, at))) {
            at += Long.BYTES;
        }
        while (at < to && bytes[at] != '"' && bytes[at] != '\\') {
            if (bytes[at] >= 0 && bytes[at] < ' ') {
                throw ProtocolException.undecodable("JSON: control character in string");
            }
            at++;
        }
        return at;
    }

    /**
     * The tests for a zero byte and for a byte below a bound of "Bit Twiddling Hacks" (S. E.
     * Anderson), both exact.
     */
    private static boolean allPlain(long eight) {
        long quotes = eight ^ QUOTES;
        long backslashes = eight ^ BACKSLASHES;
        long found =
                ((quotes - Bytes.ONES) & ~quotes)
                        | ((backslashes - Bytes.ONES) & ~backslashes)
                        | ((eight - SPACES) & ~eight);
        return (found & Bytes.HIGH_BITS) == 0;
    }

    private static int skipEscape(byte[] bytes, int at, int to) {
        byte kind = at + 1 < to ? bytes[at + 1] : 0;
        if (kind != 'u') {
            if (unescaped(kind) == 0) {
                throw ProtocolException.undecodable("JSON: invalid escape");
            }
            return at + 2;
        }
        int character = hex(bytes, at + 2, to);
        if (!Character.isSurrogate((char) character)) {
            return at + 6;
        }
        boolean paired =
                Character.isHighSurrogate((char) character)
                        && at + 7 < to
                        && bytes[at + 6] == '\\'
                        && bytes[at + 7] == 'u'
                        && Character.isLowSurrogate((char) hex(bytes, at + 8, to));
        if (!paired) {
            throw ProtocolException.undecodable("JSON: half a surrogate pair");
        }
        return at + 12;
    }

    private static int hex(byte[] bytes, int from, int to) {
        if (to - from < 4) {
            throw ProtocolException.undecodable("JSON: invalid escape");
        }
        int value = 0;
        for (int at = from; at < from + 4; at++) {
            int digit = Character.digit(bytes[at], 16);
            if (digit < 0) {
                throw ProtocolException.undecodable("JSON: invalid escape");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** What a backslash before this byte stands for, 0 if nothing. */
    private static byte unescaped(byte kind) {
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> 0;
        };
    }
}
