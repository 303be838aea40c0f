package dev.myriad.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads, writes and compares ranges of a {@code byte[]}, bounds-checked. Thread-safe: no state. */
final class Bytes {
    /** Eight bytes of a {@code byte[]} as one little-endian long, at any alignment. */
    static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** The top bit of each of the eight bytes. */
    static final long HIGH_BITS = 0x8080808080808080L;

    /** One in each of the eight bytes. */
    static final long ONES = 0x0101010101010101L;

    private Bytes() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Copies all of {@code bytes} to {@code into} at {@code at} and returns the next index. */
    static int put(byte[] into, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, into, at, bytes.length);
        return at + bytes.length;
    }

    static boolean equal(byte[] bytes, int from, int to, byte[] other) {
        return Arrays.equals(bytes, from, to, other, 0, other.length);
    }
}
