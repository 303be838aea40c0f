package dev.myriad.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are put together. Used by one thread at a time; used over and over. */
final class ByteText {
    private byte[] bytes = new byte[256];
    private int length;

    ByteText clear() {
        length = 0;
        return this;
    }

    ByteText add(int b) {
        room(1);
        bytes[length++] = (byte) b;
        return this;
    }

    /** Each character as one byte. */
    ByteText add(String latin1) {
        int count = latin1.length();
        room(count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) latin1.charAt(i);
        }
        return this;
    }

    ByteText utf8(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    ByteText add(byte[] more) {
        return add(more, 0, more.length);
    }

    ByteText add(byte[] more, int from, int to) {
        room(to - from);
        System.arraycopy(more, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    /** So many bytes of a number, in network order. */
    ByteText number(long number, int count) {
        for (int i = count - 1; i >= 0; i--) {
            add((int) (number >>> (8 * i)));
        }
        return this;
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }
}
