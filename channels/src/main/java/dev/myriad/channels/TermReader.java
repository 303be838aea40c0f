package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the term of a token from Erlang's external term format. Used by one thread at a time.
 *
 * <p>It knows strings, integers of 64 bits, true, false, and maps whose keys are strings or atoms,
 * which become strings; any other term, compressed ones too, is refused. What it allocates is
 * bounded by the length of its input, and the depth by {@link TermTag#DEPTH_MAX}.
 */
final class TermReader {
    private static final int LONG_BYTES = 8;

    private final byte[] bytes;
    private int at;

    private TermReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The term of a token; empty if it is malformed or holds another kind of term. */
    static Optional<SignedTerm> signed(byte[] bytes) {
        TermReader reader = new TermReader(bytes);
        try {
            SignedTerm term = reader.signed();
            return reader.at == bytes.length ? Optional.of(term) : Optional.empty();
        } catch (Unreadable _) {
            return Optional.empty();
        }
    }

    /** Tokens of old versions have no age, and are valid for a day. */
    private SignedTerm signed() {
        expect(TermTag.VERSION);
        expect(TermTag.SMALL_TUPLE);
        int arity = uint8();
        if (arity != 2 && arity != 3) {
            throw new Unreadable();
        }
        Object data = term(0);
        long signedAtMillis = integer(uint8());
        if (signedAtMillis < 0) {
            throw new Unreadable();
        }
        return new SignedTerm(
                data, signedAtMillis, arity == 3 ? maxAge() : Optional.of(Token.MAX_AGE_DEFAULT));
    }

    private Optional<Duration> maxAge() {
        int tag = uint8();
        if (!isAtom(tag)) {
            return Optional.of(Duration.ofSeconds(integer(tag)));
        }
        if (!atom(tag).equals("infinity")) {
            throw new Unreadable();
        }
        return Optional.empty();
    }

    private Object term(int depth) {
        int tag = uint8();
        return switch (tag) {
            case TermTag.BINARY -> binary();
            case TermTag.SMALL_INTEGER, TermTag.INTEGER, TermTag.SMALL_BIG -> integer(tag);
            case TermTag.ATOM, TermTag.SMALL_ATOM, TermTag.ATOM_UTF8, TermTag.SMALL_ATOM_UTF8 ->
                    truth(atom(tag));
            case TermTag.MAP -> map(depth + 1);
            default -> throw new Unreadable();
        };
    }

    private Map<String, Object> map(int depth) {
        int size = int32();
        if (depth > TermTag.DEPTH_MAX || size < 0) {
            throw new Unreadable();
        }
        Map<String, Object> map = new LinkedHashMap<>(); // not of that size: it may be a lie
        for (int i = 0; i < size; i++) {
            if (map.putIfAbsent(key(), term(depth)) != null) {
                throw new Unreadable();
            }
        }
        return Collections.unmodifiableMap(map);
    }

    private String key() {
        int tag = uint8();
        if (tag == TermTag.BINARY) {
            return binary();
        }
        if (!isAtom(tag)) {
            throw new Unreadable();
        }
        return atom(tag);
    }

    private static Boolean truth(String atom) {
        return switch (atom) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Unreadable();
        };
    }

    private static boolean isAtom(int tag) {
        return switch (tag) {
            case TermTag.ATOM, TermTag.SMALL_ATOM, TermTag.ATOM_UTF8, TermTag.SMALL_ATOM_UTF8 ->
                    true;
            default -> false;
        };
    }

    private String atom(int tag) {
        boolean small = tag == TermTag.SMALL_ATOM || tag == TermTag.SMALL_ATOM_UTF8;
        boolean latin1 = tag == TermTag.ATOM || tag == TermTag.SMALL_ATOM;
        int length = small ? uint8() : (uint8() << 8 | uint8());
        if (length > TermTag.ATOM_BYTES_MAX) {
            throw new Unreadable();
        }
        return text(length, latin1 ? ISO_8859_1 : UTF_8);
    }

    private String binary() {
        return text(int32(), UTF_8);
    }

    private String text(int length, Charset charset) {
        if (length < 0 || length > bytes.length - at) {
            throw new Unreadable();
        }
        ByteBuffer range = ByteBuffer.wrap(bytes, at, length);
        at += length;
        try {
            return charset.newDecoder().decode(range).toString();
        } catch (CharacterCodingException _) {
            throw new Unreadable();
        }
    }

    private long integer(int tag) {
        return switch (tag) {
            case TermTag.SMALL_INTEGER -> uint8();
            case TermTag.INTEGER -> int32();
            case TermTag.SMALL_BIG -> big();
            default -> throw new Unreadable();
        };
    }

    private long big() {
        int length = uint8();
        boolean negative = uint8() != 0;
        if (length > LONG_BYTES) {
            throw new Unreadable();
        }
        long magnitude = 0;
        for (int i = 0; i < length; i++) {
            magnitude |= (long) uint8() << (8 * i);
        }
        boolean fits = magnitude >= 0 || (negative && magnitude == Long.MIN_VALUE);
        if (!fits) {
            throw new Unreadable();
        }
        return negative ? -magnitude : magnitude;
    }

    private void expect(int value) {
        if (uint8() != value) {
            throw new Unreadable();
        }
    }

    private int int32() {
        return uint8() << 24 | uint8() << 16 | uint8() << 8 | uint8();
    }

    private int uint8() {
        if (at == bytes.length) {
            throw new Unreadable();
        }
        return bytes[at++] & 0xff;
    }

    /** Ends the reading from whatever depth; it stays in this class and needs no stack. */
    private static final class Unreadable extends RuntimeException {
        @Serial private static final long serialVersionUID = 1L;

        Unreadable() {
            super("unreadable term", null, false, false);
        }
    }
}
