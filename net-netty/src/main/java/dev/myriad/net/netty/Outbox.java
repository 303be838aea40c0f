package dev.myriad.net.netty;

import dev.myriad.net.engine.Output;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What one connection has yet to send: arrays in their order, none of them copied, so that a
 * thousand slow members of a group share one. Confined to its shard's thread.
 */
final class Outbox extends Output {
    private static final int CAPACITY_KEPT = 64;
    private static final int ARRAY_BYTES = 32;
    private static final byte[] NOTHING = {};

    private byte[][] arrays = new byte[4][];
    private int head;
    private int count;
    private int sentOfFirst;
    private int bytes;

    /** Adds an array but for its first {@code from} bytes. */
    void add(byte[] array, int from) {
        if (count == arrays.length) {
            grow();
        }
        if (count == 0) {
            sentOfFirst = from;
        } else if (from != 0) {
            throw new AssertionError("only the oldest array can be sent in part");
        }
        arrays[head + count & arrays.length - 1] = array;
        count++;
        bytes += array.length - from;
    }

    int bytes() {
        return bytes;
    }

    /** Many small arrays are more than their bytes. */
    @Override
    protected int cost() {
        return bytes + ARRAY_BYTES * count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /**
     * Copies the oldest bytes to the start of {@code into}, as many as it holds; returns how many.
     */
    int peek(ByteBuffer into) {
        int at = 0;
        int from = sentOfFirst;
        for (int i = 0; i < count && at < into.capacity(); i++) {
            byte[] array = arrays[head + i & arrays.length - 1];
            int length = Math.min(array.length - from, into.capacity() - at);
            into.put(at, array, from, length);
            at += length;
            from = 0;
        }
        return at;
    }

    /** Forgets the oldest bytes. */
    void remove(int length) {
        bytes -= length;
        int left = length;
        while (count > 0) {
            int ofFirst = arrays[head].length - sentOfFirst;
            if (left < ofFirst) {
                sentOfFirst += left;
                return;
            }
            left -= ofFirst;
            sentOfFirst = 0;
            arrays[head] = NOTHING;
            head = head + 1 & arrays.length - 1;
            count--;
        }
    }

    /** Forgets everything; false if it has grown so much that it is not worth keeping. */
    boolean clear() {
        Arrays.fill(arrays, NOTHING);
        head = 0;
        count = 0;
        sentOfFirst = 0;
        bytes = 0;
        return arrays.length <= CAPACITY_KEPT;
    }

    private void grow() {
        byte[][] larger = new byte[arrays.length * 2][];
        for (int i = 0; i < count; i++) {
            larger[i] = arrays[head + i & arrays.length - 1];
        }
        arrays = larger;
        head = 0;
    }
}
