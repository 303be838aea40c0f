package dev.myriad.protocol;

import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Steps over JSON values, checking them against RFC 8259 and building nothing. Thread-safe: no
 * state.
 *
 * <p>Bytes of strings have to be valid UTF-8 already: text frames are. It does not recurse: whether
 * an open bracket is of an object or of an array is one bit on a stack of two longs. A value that
 * is nested deeper than those have room for is stepped over as well, with a larger stack, but told
 * apart: few decoders of those who would get it can read it.
 */
public final class JsonScanner {
    /** How deep values may be nested: brackets open at a time. */
    public static final int DEPTH_MAX = 128;

    private static final byte[] TRUE = Bytes.ascii("true");
    private static final byte[] FALSE = Bytes.ascii("false");
    private static final byte[] NULL = Bytes.ascii("null");

    private JsonScanner() {}

    /**
     * The index after the value at {@code from}, before which there may be whitespace.
     *
     * @throws ProtocolException 1011, if there is no well-formed value or it is nested too deep
     */
    public static int skipValue(byte[] bytes, int from, int to) {
        int end = scan(bytes, from, to);
        if (end < 0) {
            throw ProtocolException.undecodable("JSON: nested too deeply");
        }
        return end;
    }

    /**
     * The index after the value as above, or the {@code ~} of it if the value is nested deeper than
     * {@link #DEPTH_MAX}.
     *
     * @throws ProtocolException 1011, if there is no well-formed value
     */
    static int scan(byte[] bytes, int from, int to) {
        Objects.checkFromToIndex(from, to, bytes.length);
        long objects = 0; // the innermost bracket is bit 0: 1 for an object, 0 for an array
        long outerObjects = 0;
        @Nullable BitSet outermostObjects = null;
        int depth = 0;
        int at = from;
        while (true) {
            at = skipWhitespace(bytes, at, to);
            byte first = at < to ? bytes[at] : 0;
            if (first == '{' || first == '[') {
                if (++depth > DEPTH_MAX) {
                    outermostObjects = outermostObjects == null ? new BitSet() : outermostObjects;
                    outermostObjects.set(depth - DEPTH_MAX, outerObjects < 0);
                }
                outerObjects = outerObjects << 1 | objects >>> 63;
                objects = objects << 1 | (first == '{' ? 1 : 0);
                at = skipWhitespace(bytes, at + 1, to);
                boolean empty = at < to && bytes[at] == (first == '{' ? '}' : ']');
                if (!empty) {
                    at = first == '{' ? skipKey(bytes, at, to) : at;
                    continue;
                }
            } else {
                at = skipScalar(bytes, at, to);
            }
            // A value ended, or the bracket before us is about to: close what closes here, up to
            // the next comma.
            boolean comma = false;
            while (depth > 0 && !comma) {
                at = skipWhitespace(bytes, at, to);
                byte next = at < to ? bytes[at] : 0;
                boolean inObject = (objects & 1) != 0;
                comma = next == ',';
                if (comma) {
                    at = inObject ? skipKey(bytes, skipWhitespace(bytes, at + 1, to), to) : at + 1;
                } else if (next == (inObject ? '}' : ']')) {
                    objects = objects >>> 1 | outerObjects << 63;
                    outerObjects >>>= 1;
                    if (depth > DEPTH_MAX && outermostObjects != null) {
                        outerObjects |= outermostObjects.get(depth - DEPTH_MAX) ? 1L << 63 : 0;
                    }
                    depth--;
                    at++;
                } else {
                    throw ProtocolException.undecodable("JSON: comma or closing bracket expected");
                }
            }
            if (depth == 0) {
                return outermostObjects == null ? at : ~at;
            }
        }
    }

    static int skipWhitespace(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to
                && (bytes[at] == ' '
                        || bytes[at] == '\n'
                        || bytes[at] == '\r'
                        || bytes[at] == '\t')) {
            at++;
        }
        return at;
    }

    /** The index after the number at {@code from}. */
    static int skipNumber(byte[] bytes, int from, int to) {
        int at = from < to && bytes[from] == '-' ? from + 1 : from;
        at = at < to && bytes[at] == '0' ? at + 1 : skipDigits(bytes, at, to);
        if (at < to && bytes[at] == '.') {
            at = skipDigits(bytes, at + 1, to);
        }
        if (at < to && (bytes[at] == 'e' || bytes[at] == 'E')) {
            boolean signed = at + 1 < to && (bytes[at + 1] == '+' || bytes[at + 1] == '-');
            at = skipDigits(bytes, signed ? at + 2 : at + 1, to);
        }
        return at;
    }

    static int skipNull(byte[] bytes, int from, int to) {
        return skipLiteral(NULL, bytes, from, to);
    }

    /** The index after {@code expected}, before which there may be whitespace. */
    static int skip(byte expected, byte[] bytes, int from, int to) {
        int at = skipWhitespace(bytes, from, to);
        if (at == to || bytes[at] != expected) {
            throw ProtocolException.undecodable("JSON: '" + (char) expected + "' expected");
        }
        return at + 1;
    }

    /** Steps over {@code expected}, after which there may only be whitespace. */
    static void skipEnd(byte expected, byte[] bytes, int from, int to) {
        checkEnd(bytes, skip(expected, bytes, from, to), to);
    }

    /** After a value there may only be whitespace. */
    static void checkEnd(byte[] bytes, int end, int to) {
        if (skipWhitespace(bytes, end, to) != to) {
            throw ProtocolException.undecodable("JSON: more than one value");
        }
    }

    /** The index after the object at {@code from}. */
    static int skipObject(byte[] bytes, int from, int to) {
        if (from == to || bytes[from] != '{') {
            throw ProtocolException.undecodable("JSON: object expected");
        }
        return skipValue(bytes, from, to);
    }

    private static int skipKey(byte[] bytes, int from, int to) {
        return skip((byte) ':', bytes, JsonString.skip(bytes, from, to), to);
    }

    private static int skipScalar(byte[] bytes, int at, int to) {
        return switch (at < to ? bytes[at] : 0) {
            case '"' -> JsonString.skip(bytes, at, to);
            case 't' -> skipLiteral(TRUE, bytes, at, to);
            case 'f' -> skipLiteral(FALSE, bytes, at, to);
            case 'n' -> skipLiteral(NULL, bytes, at, to);
            default -> skipNumber(bytes, at, to);
        };
    }

    private static int skipDigits(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == from) {
            throw ProtocolException.undecodable("JSON: value expected");
        }
        return at;
    }

    private static int skipLiteral(byte[] literal, byte[] bytes, int from, int to) {
        int end = from + literal.length;
        if (end > to || !Bytes.equal(bytes, from, end, literal)) {
            throw ProtocolException.undecodable("JSON: value expected");
        }
        return end;
    }
}
