package dev.myriad.protocol;

import java.util.Arrays;

/**
 * JSON that is put together from pieces, as bytes. It does not check that the pieces make a value.
 * Not thread-safe.
 */
public final class JsonText {
    private static final int LONG_DIGITS_MAX = 20;

    private byte[] bytes;
    private int length;

    public JsonText(int expectedBytes) {
        bytes = new byte[Math.max(16, expectedBytes)];
    }

    /** Text that needs no escaping, ASCII only: brackets, commas, constant keys. */
    public JsonText ascii(String text) {
        int size = text.length();
        ensure(size);
        for (int i = 0; i < size; i++) {
            bytes[length + i] = (byte) text.charAt(i);
        }
        length += size;
        return this;
    }

    /** A string, with its quotes, escaped. */
    public JsonText string(String text) {
        ensure(JsonWriter.stringLength(text));
        length = JsonWriter.writeString(text, bytes, length);
        return this;
    }

    /** JSON as it is. */
    public JsonText json(byte[] json) {
        return json(json, 0, json.length);
    }

    /** JSON as it is, from a part of an array. */
    public JsonText json(byte[] json, int from, int to) {
        ensure(to - from);
        System.arraycopy(json, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    public JsonText number(long value) {
        ensure(LONG_DIGITS_MAX);
        return ascii(Long.toString(value));
    }

    /** How many bytes there are. */
    public int length() {
        return length;
    }

    /** Takes the last byte off. */
    public JsonText removeLast() {
        length--;
        return this;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /**
     * An object with one more member at its end, which has precedence over one of that name.
     *
     * @param object well-formed JSON, an object
     * @param member {@code "name":value}
     */
    public static byte[] with(byte[] object, byte[] member) {
        int end = object.length - 1;
        while (object[end] != '}') {
            end--;
        }
        int last = end - 1;
        while (object[last] == ' '
                || object[last] == '\n'
                || object[last] == '\r'
                || object[last] == '\t') {
            last--;
        }
        boolean empty = object[last] == '{';
        JsonText text = new JsonText(end + member.length + 2).json(object, 0, end);
        if (!empty) {
            text.ascii(",");
        }
        return text.json(member).ascii("}").toByteArray();
    }

    private void ensure(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
