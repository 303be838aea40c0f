package dev.myriad.protocol;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that come in parts: while they are few in an array that grows geometrically with them,
 * beyond that in {@link Pieces}. So what is announced costs nothing, and each byte is copied a
 * bounded number of times. Confined to the thread of its pieces.
 */
final class Gathered {
    private static final int GROWTH_BYTES_MIN = 64;
    private static final byte[] NOTHING = {};
    private static final byte[][] NO_PIECES = {};

    private final Pieces pool;

    /** All of them, or none once there are pieces. */
    private byte[] few = NOTHING;

    private byte[][] pieces = NO_PIECES;
    private int pieceCount;
    private int length;

    Gathered(Pieces pool) {
        this.pool = pool;
    }

    Pieces pool() {
        return pool;
    }

    int length() {
        return length;
    }

    /** What it holds of the memory. */
    int capacity() {
        return few.length + pieceCount * Pieces.BYTES;
    }

    /**
     * Adds bytes.
     *
     * @param left how many are still to come at most, these included
     */
    void append(byte[] bytes, int from, int to, int left) {
        int end = length + to - from;
        if (pieceCount == 0 && end <= Pieces.BYTES) {
            if (end > few.length) {
                long doubled = Math.max(2L * few.length, GROWTH_BYTES_MIN);
                long enough = Math.min(doubled, length + (long) left);
                few = Arrays.copyOf(few, Math.clamp(enough, end, Pieces.BYTES));
            }
            System.arraycopy(bytes, from, few, length, to - from);
            length = end;
            return;
        }
        if (few.length > 0) {
            byte[] before = few;
            int count = length;
            few = NOTHING;
            length = 0;
            spread(before, 0, count);
        }
        spread(bytes, from, to);
    }

    private void spread(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int within = length % Pieces.BYTES;
            if (within == 0 && length == pieceCount * Pieces.BYTES) {
                if (pieceCount == pieces.length) {
                    pieces = Arrays.copyOf(pieces, Math.max(4, pieceCount * 2));
                }
                pieces[pieceCount++] = pool.take();
            }
            int count = Math.min(to - at, Pieces.BYTES - within);
            System.arraycopy(bytes, at, pieces[pieceCount - 1], within, count);
            at += count;
            length += count;
        }
    }

    /** All of them in an array of that length. */
    byte[] toArray() {
        if (pieceCount == 0) {
            return few.length == length ? few : Arrays.copyOf(few, length);
        }
        byte[] all = new byte[length];
        copyInto(all);
        return all;
    }

    /** The array that they lie in if they are few; else null. */
    byte @Nullable [] inOnePiece() {
        return pieceCount == 0 ? few : null;
    }

    /** Copies all of them to the start of an array. */
    void copyInto(byte[] array) {
        for (int i = 0; i < pieceCount; i++) {
            int at = i * Pieces.BYTES;
            System.arraycopy(pieces[i], 0, array, at, Math.min(Pieces.BYTES, length - at));
        }
    }

    /** Gives its pieces back; it is empty then. */
    void free() {
        for (int i = 0; i < pieceCount; i++) {
            pool.giveBack(pieces[i]);
        }
        pieces = NO_PIECES;
        pieceCount = 0;
        few = NOTHING;
        length = 0;
    }
}
