package dev.myriad.net.engine;

import java.util.Arrays;

/**
 * Bytes of a connection that wait: for the rest of the request head, or for the answer to an
 * upgrade. Confined to its shard's thread.
 */
final class Opening {
    static final Opening NOTHING_YET = new Opening(new byte[0], 0);

    private byte[] bytes;
    private int length;

    private Opening(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    static Opening of(byte[] bytes, int from, int to) {
        return new Opening(Arrays.copyOfRange(bytes, from, to), to - from);
    }

    /** False if they would be more than the limit allows. */
    boolean keep(byte[] more, int from, int to, int bytesMax) {
        int total = length + to - from;
        if (total > bytesMax) {
            return false;
        }
        if (total > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(total, bytes.length * 2));
        }
        System.arraycopy(more, from, bytes, length, to - from);
        length = total;
        return true;
    }

    boolean isEmpty() {
        return length == 0;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }
}
