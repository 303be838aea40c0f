package dev.myriad.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Writes the term of a token in Erlang's external term format. Used by one thread at a time. */
final class TermWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private TermWriter() {}

    /**
     * The tuple of data, time and age.
     *
     * @throws IllegalArgumentException if the data are of a kind that tokens do not hold
     */
    static byte[] signed(Object data, long signedAtMillis, long maxAgeSeconds) {
        TermWriter writer = new TermWriter();
        writer.out.write(TermTag.VERSION);
        writer.out.write(TermTag.SMALL_TUPLE);
        writer.out.write(3);
        writer.term(data, 0);
        writer.integer(signedAtMillis);
        writer.integer(maxAgeSeconds);
        return writer.out.toByteArray();
    }

    private void term(Object data, int depth) {
        switch (data) {
            case String text -> binary(utf8(text));
            case Long number -> integer(number);
            case Integer number -> integer(number);
            case Short number -> integer(number);
            case Byte number -> integer(number);
            case Boolean truth -> atom(truth.toString());
            case Map<?, ?> map when depth < TermTag.DEPTH_MAX -> map(map, depth + 1);
            case Map<?, ?> _ -> throw new IllegalArgumentException("maps are nested too deeply");
            default ->
                    throw new IllegalArgumentException(
                            "a token does not hold a " + data.getClass().getName());
        }
    }

    /** In the order of the keys' bytes, as Erlang has it up to 32 of them; it reads any order. */
    private void map(Map<?, ?> map, int depth) {
        Map<byte[], Object> sorted = new TreeMap<>(Arrays::compareUnsigned);
        map.forEach(
                (key, value) -> {
                    if (!(key instanceof String text)) {
                        throw new IllegalArgumentException("the keys of maps are strings");
                    }
                    sorted.put(utf8(text), value);
                });
        out.write(TermTag.MAP);
        int32(sorted.size());
        sorted.forEach(
                (key, value) -> {
                    binary(key);
                    term(value, depth);
                });
    }

    private void integer(long number) {
        if (number >= 0 && number <= 255) {
            out.write(TermTag.SMALL_INTEGER);
            out.write((int) number);
        } else if (number == (int) number) {
            out.write(TermTag.INTEGER);
            int32((int) number);
        } else {
            big(number);
        }
    }

    /** The magnitude's bytes, the least first; that of the smallest long is right if unsigned. */
    private void big(long number) {
        long magnitude = number < 0 ? -number : number;
        int bytes = (64 - Long.numberOfLeadingZeros(magnitude) + 7) / 8;
        out.write(TermTag.SMALL_BIG);
        out.write(bytes);
        out.write(number < 0 ? 1 : 0);
        for (int i = 0; i < bytes; i++) {
            out.write((int) (magnitude >>> (8 * i)));
        }
    }

    private void atom(String name) {
        byte[] bytes = name.getBytes(UTF_8);
        out.write(TermTag.SMALL_ATOM_UTF8);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    private void binary(byte[] bytes) {
        out.write(TermTag.BINARY);
        int32(bytes.length);
        out.writeBytes(bytes);
    }

    private void int32(int number) {
        out.writeBytes(ByteBuffer.allocate(4).putInt(number).array());
    }

    private static byte[] utf8(String text) {
        try {
            ByteBuffer encoded = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("half of a surrogate pair in a string", e);
        }
    }
}
