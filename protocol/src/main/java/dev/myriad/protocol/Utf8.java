package dev.myriad.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Strict UTF-8 (RFC 3629): no surrogates, no overlong forms, nothing above U+10FFFF. Thread-safe:
 * no state.
 *
 * <p>The validator is resumable, so that a message is checked while its fragments arrive and
 * refused at its first wrong byte. Its state is one int: 0 between characters, otherwise how many
 * continuation bytes are missing (bits 0 to 7) and the range in which the next one must lie (bits 8
 * to 15 and 16 to 23). The ranges are those of table 3-7 of the Unicode standard.
 */
public final class Utf8 {
    /** The state between two characters: all that was seen is valid and complete. */
    static final int COMPLETE = 0;

    /** The state after a wrong byte. */
    static final int INVALID = -1;

    private static final int CONTINUATION = 0x80 << 8 | 0xBF << 16;

    private Utf8() {}

    /** Whether the range is valid and complete UTF-8. */
    public static boolean valid(byte[] bytes, int from, int to) {
        Objects.checkFromToIndex(from, to, bytes.length);
        return resume(COMPLETE, bytes, from, to) == COMPLETE;
    }

    /** The state after the range, having been in {@code state} before it. */
    static int resume(int state, byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && state != INVALID) {
            if (state == COMPLETE) {
                at = skipAscii(bytes, at, to);
                if (at < to) {
                    state = first(bytes[at++] & 0xFF);
                }
            } else {
                state = next(state, bytes[at++] & 0xFF);
            }
        }
        return state;
    }

    /**
     * The number of bytes the text takes; a lone surrogate counts as the {@code ?} it is written
     * as.
     */
    static int length(String text) {
        return isAscii(text) ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Writes the text and returns the next index. */
    static int write(String text, byte[] into, int at) {
        if (!isAscii(text)) {
            return Bytes.put(into, at, text.getBytes(StandardCharsets.UTF_8));
        }
        int length = text.length();
        for (int i = 0; i < length; i++) {
            into[at + i] = (byte) text.charAt(i);
        }
        return at + length;
    }

    private static boolean isAscii(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static int skipAscii(byte[] bytes, int from, int to) {
        int at = from;
        while (at <= to - Long.BYTES
                && ((long) Bytes.LONGS.get(bytes, at) & Bytes.HIGH_BITS) == 0) {
            at += Long.BYTES;
        }
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    private static int first(int lead) {
        if (lead < 0xC2 || lead > 0xF4) {
            return INVALID;
        }
        if (lead < 0xE0) {
            return 1 | CONTINUATION;
        }
        if (lead < 0xF0) {
            return switch (lead) {
                case 0xE0 -> 2 | 0xA0 << 8 | 0xBF << 16;
                case 0xED -> 2 | 0x80 << 8 | 0x9F << 16;
                default -> 2 | CONTINUATION;
            };
        }
        return switch (lead) {
            case 0xF0 -> 3 | 0x90 << 8 | 0xBF << 16;
            case 0xF4 -> 3 | 0x80 << 8 | 0x8F << 16;
            default -> 3 | CONTINUATION;
        };
    }

    private static int next(int state, int continuation) {
        if (continuation < (state >>> 8 & 0xFF) || continuation > state >>> 16) {
            return INVALID;
        }
        int missing = (state & 0xFF) - 1;
        return missing == 0 ? COMPLETE : missing | CONTINUATION;
    }
}
