package dev.myriad.protocol;

import java.util.ArrayDeque;

/**
 * Arrays of one size for what comes in parts and is long, used over and over: so a flood of large
 * messages leaves no garbage behind. Confined to one thread, as all that is gathered in it.
 *
 * <p>What nobody needed for a while is let go, by {@link #trim}.
 */
public final class Pieces {
    /** Of one piece. */
    static final int BYTES = 16 << 10;

    /** Many attackers that end at once shall not leave all that they held here. */
    private static final int FREE_MAX = 256;

    private static final int WHOLE_BYTES_KEPT = 1 << 20;
    private static final byte[] NOTHING = {};

    private final ArrayDeque<byte[]> free = new ArrayDeque<>();

    /** The fewest that were free since the last trim. */
    private int fewest;

    /** Where a message is put together; nothing while somebody reads it. */
    private byte[] whole = NOTHING;

    byte[] take() {
        byte[] piece = free.poll();
        fewest = Math.min(fewest, free.size());
        return piece == null ? new byte[BYTES] : piece;
    }

    void giveBack(byte[] piece) {
        if (free.size() < FREE_MAX) {
            free.push(piece);
        }
    }

    /** An array of at least so many bytes, to be given back soon. */
    byte[] takeWhole(int bytes) {
        byte[] present = whole;
        whole = NOTHING;
        return present.length >= bytes ? present : new byte[Math.max(bytes, present.length * 2)];
    }

    void giveBackWhole(byte[] array) {
        if (array.length <= WHOLE_BYTES_KEPT && array.length > whole.length) {
            whole = array;
        }
    }

    /** Lets go half of what has been free all the time since the last call. */
    public void trim() {
        for (int i = Math.ceilDiv(fewest, 2); i > 0; i--) {
            free.poll();
        }
        if (fewest == 0 && free.isEmpty()) {
            whole = NOTHING;
        }
        fewest = free.size();
    }

    /** How many are free. */
    int free() {
        return free.size();
    }
}
