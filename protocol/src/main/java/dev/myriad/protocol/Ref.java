package dev.myriad.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The {@code ref} and {@code join_ref} of a message: a JSON string or number kept as its raw token,
 * such as {@code "12"} with the quotes, because all a server ever does with it is to compare it and
 * to send it back unchanged. Thread-safe: no state.
 *
 * <p>A token is at most {@value #BYTES_MAX} bytes long; no ref at all is null. Tokens are shared:
 * never modify one.
 */
public final class Ref {
    /** Keeps every ref within the one-byte lengths of the binary format. */
    public static final int BYTES_MAX = 255;

    private static final byte[][] SMALL = small(1024);

    private Ref() {}

    /**
     * The token of a JSON value, null for {@code null}. Clients count from 1, so the first 1024 are
     * shared by all connections.
     *
     * @throws ProtocolException 1011, if the range is not one well-formed string, number or null,
     *     or is too long
     */
    public static byte @Nullable [] of(byte[] bytes, int from, int to) {
        if (skip(bytes, from, to) != to) {
            throw ProtocolException.undecodable("ref has to be a string, a number or null");
        }
        return token(bytes, from, to);
    }

    /** The token of a string. */
    public static byte[] quoted(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (JsonWriter.stringLength(utf8, 0, utf8.length) > BYTES_MAX) {
            throw new IllegalArgumentException("ref longer than " + BYTES_MAX + " bytes");
        }
        return quoted(utf8, 0, utf8.length);
    }

    /** What the token stands for, without quotes and escapes. */
    public static String text(byte[] token) {
        return new String(plain(token), StandardCharsets.UTF_8);
    }

    /** The index after the string, number or null at {@code from}. */
    static int skip(byte[] bytes, int from, int to) {
        byte first = from < to ? bytes[from] : 0;
        int end =
                switch (first) {
                    case '"' -> JsonString.skip(bytes, from, to);
                    case 'n' -> JsonScanner.skipNull(bytes, from, to);
                    default -> JsonScanner.skipNumber(bytes, from, to);
                };
        if (end - from > BYTES_MAX) {
            throw ProtocolException.undecodable("ref longer than " + BYTES_MAX + " bytes");
        }
        return end;
    }

    /** Refuses a plain string whose token would be too long. */
    static void check(byte[] utf8, int from, int to) {
        if (JsonWriter.stringLength(utf8, from, to) > BYTES_MAX) {
            throw ProtocolException.undecodable("ref longer than " + BYTES_MAX + " bytes");
        }
    }

    /** The token in a range that {@link #skip} went over. */
    static byte @Nullable [] token(byte[] bytes, int from, int to) {
        if (bytes[from] == 'n') {
            return null;
        }
        byte[] shared = bytes[from] == '"' ? shared(bytes, from + 1, to - 1) : null;
        return shared != null ? shared : Arrays.copyOfRange(bytes, from, to);
    }

    /** The token of the plain string in a binary frame. */
    static byte[] quoted(byte[] utf8, int from, int to) {
        byte[] shared = shared(utf8, from, to);
        if (shared != null) {
            return shared;
        }
        byte[] token = new byte[JsonWriter.stringLength(utf8, from, to)];
        JsonWriter.writeString(utf8, from, to, token, 0);
        return token;
    }

    /** Whether the plain string in a binary frame has this token. */
    static boolean isQuoted(byte[] token, byte[] utf8, int from, int to) {
        if (token.length == to - from + 2 && !JsonString.hasEscapes(token, 0, token.length)) {
            return token[0] == '"' && Arrays.equals(token, 1, token.length - 1, utf8, from, to);
        }
        return Arrays.equals(token, quoted(utf8, from, to));
    }

    /** The plain string for a binary frame, as UTF-8. */
    static byte[] plain(byte[] token) {
        if (token[0] != '"') {
            return token;
        }
        return JsonString.unescape(token, 1, token.length - 1);
    }

    /** The shared token for a small number in decimal, null if it is none. */
    private static byte @Nullable [] shared(byte[] bytes, int from, int to) {
        int digits = to - from;
        if (digits < 1 || digits > 4 || (bytes[from] == '0' && digits > 1)) {
            return null;
        }
        int number = 0;
        for (int at = from; at < to; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            number = number * 10 + digit;
        }
        return number < SMALL.length ? SMALL[number] : null;
    }

    private static byte[][] small(int count) {
        byte[][] tokens = new byte[count][];
        for (int i = 0; i < count; i++) {
            tokens[i] = Bytes.ascii("\"" + i + "\"");
        }
        return tokens;
    }
}
