package dev.myriad.tokens;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the term of a token from Erlang's external term format. Used by one thread at a time.
 *
 * <p>It knows strings, integers of 64 bits, true, false, and maps whose keys are strings or atoms,
 * which become strings. Of a session it knows more, since others chose what is in it: bytes,
 * floats, lists, tuples, and atoms, which become strings; nil is left out. Any other term,
 * compressed ones too, is refused. What it allocates is bounded by the length of its input, and the
 * depth by {@link TermTag#DEPTH_MAX}.
 */
final class TermReader {
    private static final int LONG_BYTES = 8;
    private static final long LOW = 0xffff_ffffL;

    /** In a session what stands for nil, which is not passed on. */
    private static final Object NIL = new Object();

    private final byte[] bytes;
    private final boolean ofSession;
    private int at;

    private TermReader(byte[] bytes, boolean ofSession) {
        this.bytes = bytes;
        this.ofSession = ofSession;
    }

    /** The term of a token; empty if it is malformed or holds another kind of term. */
    static Optional<SignedTerm> signed(byte[] bytes) {
        TermReader reader = new TermReader(bytes, false);
        try {
            SignedTerm term = reader.signed();
            return reader.at == bytes.length ? Optional.of(term) : Optional.empty();
        } catch (Unreadable _) {
            return Optional.empty();
        }
    }

    /** The map of a session; empty if it is malformed or holds a term that is not known. */
    static Optional<Map<String, Object>> session(byte[] bytes) {
        TermReader reader = new TermReader(bytes, true);
        try {
            reader.expect(TermTag.VERSION);
            reader.expect(TermTag.MAP);
            Map<String, Object> map = reader.map(1);
            return reader.at == bytes.length ? Optional.of(map) : Optional.empty();
        } catch (Unreadable _) {
            return Optional.empty();
        }
    }

    /** Tokens of old versions have no age, and are valid for a day; the oldest are maps. */
    private SignedTerm signed() {
        expect(TermTag.VERSION);
        int tag = uint8();
        if (tag == TermTag.MAP) {
            return signedMap();
        }
        int arity = tag == TermTag.SMALL_TUPLE ? uint8() : 0;
        if (arity != 2 && arity != 3) {
            throw new Unreadable();
        }
        Object data = term(0);
        long signedAtMillis = signedAt(integer(uint8()));
        return new SignedTerm(
                data, signedAtMillis, arity == 3 ? maxAge() : Optional.of(Token.MAX_AGE_DEFAULT));
    }

    private SignedTerm signedMap() {
        Map<String, Object> map = map(0);
        Object data = map.get("data");
        if (data == null || map.size() != 2 || !(map.get("signed") instanceof Long signedAt)) {
            throw new Unreadable();
        }
        return new SignedTerm(data, signedAt(signedAt), Optional.of(Token.MAX_AGE_DEFAULT));
    }

    private static long signedAt(long millis) {
        if (millis < 0) {
            throw new Unreadable();
        }
        return millis;
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
            case TermTag.BINARY -> ofSession ? textOrBytes() : binary();
            case TermTag.SMALL_INTEGER, TermTag.INTEGER, TermTag.SMALL_BIG -> integer(tag);
            case TermTag.ATOM, TermTag.SMALL_ATOM, TermTag.ATOM_UTF8, TermTag.SMALL_ATOM_UTF8 ->
                    truth(atom(tag));
            case TermTag.MAP -> map(depth + 1);
            default -> ofSession ? other(tag, depth + 1) : refuse();
        };
    }

    /** What only a session may hold. */
    private Object other(int tag, int depth) {
        return switch (tag) {
            case TermTag.FLOAT -> Double.longBitsToDouble(((long) int32() << 32) | (int32() & LOW));
            case TermTag.EMPTY_LIST -> List.of();
            case TermTag.BYTE_LIST -> byteList();
            case TermTag.LIST -> {
                List<Object> list = list(int32(), depth);
                expect(TermTag.EMPTY_LIST); // else it is improper
                yield list;
            }
            case TermTag.SMALL_TUPLE -> list(uint8(), depth);
            default -> refuse();
        };
    }

    private static Object refuse() {
        throw new Unreadable();
    }

    private List<Object> list(int size, int depth) {
        if (depth > TermTag.DEPTH_MAX || size < 0) {
            throw new Unreadable();
        }
        List<Object> list = new ArrayList<>(); // not of that size: it may be a lie
        for (int i = 0; i < size; i++) {
            Object element = term(depth);
            if (element != NIL) {
                list.add(element);
            }
        }
        return Collections.unmodifiableList(list);
    }

    /** How small integers in a list are written. */
    private List<Object> byteList() {
        int size = uint8() << 8 | uint8();
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add((long) uint8());
        }
        return Collections.unmodifiableList(list);
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
        map.values().removeIf(value -> value == NIL);
        return Collections.unmodifiableMap(map);
    }

    private String key() {
        int tag = uint8();
        if (tag == TermTag.BINARY) {
            return binary();
        }
        if (isAtom(tag)) {
            return atom(tag);
        }
        if (!ofSession) {
            throw new Unreadable();
        }
        return Long.toString(integer(tag));
    }

    private Object truth(String atom) {
        return switch (atom) {
            case "true" -> true;
            case "false" -> false;
            case "nil" -> ofSession ? NIL : refuse();
            default -> ofSession ? atom : refuse();
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

    private Object textOrBytes() {
        int start = at;
        int length = int32();
        if (length < 0 || length > bytes.length - at) {
            throw new Unreadable();
        }
        byte[] content = Arrays.copyOfRange(bytes, at, at + length);
        if (!isUtf8(content)) {
            at += length;
            return content;
        }
        at = start;
        return binary();
    }

    private static boolean isUtf8(byte[] content) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
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
