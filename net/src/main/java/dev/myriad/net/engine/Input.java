package dev.myriad.net.engine;

import dev.myriad.protocol.BodyDecoder;
import dev.myriad.protocol.RequestHead;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a connection that have come and not been read: the rest of a request, requests behind
 * it, or frames behind an upgrade. While it is empty it holds no array. Confined to its shard's
 * thread.
 */
final class Input {
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int from;
    private int to;

    /** The array is somebody else's. */
    private boolean lent;

    /**
     * Adds bytes of an array that stays the caller's: what is not read until {@link #keep} is
     * copied then. Most requests come whole, and need no copy.
     */
    void lend(byte[] more, int moreFrom, int moreTo) {
        if (isEmpty()) {
            bytes = more;
            from = moreFrom;
            to = moreTo;
            lent = true;
        } else {
            add(more, moreFrom, moreTo);
        }
    }

    /** From now on what is left lies in an array of its own. */
    void keep() {
        if (lent) {
            bytes = Arrays.copyOfRange(bytes, from, to);
            to -= from;
            from = 0;
            lent = false;
        }
    }

    private void add(byte[] more, int moreFrom, int moreTo) {
        int added = moreTo - moreFrom;
        if (to + added > bytes.length) {
            int unread = length();
            byte[] larger = new byte[unread == 0 ? added : Math.max(unread + added, unread * 2)];
            System.arraycopy(bytes, from, larger, 0, unread);
            bytes = larger;
            from = 0;
            to = unread;
        }
        System.arraycopy(more, moreFrom, bytes, to, added);
        to += added;
    }

    boolean isEmpty() {
        return from == to;
    }

    /** Whether it holds line ends at most: some clients send one behind a body. */
    boolean isBlank() {
        for (int at = from; at < to; at++) {
            if (bytes[at] != '\r' && bytes[at] != '\n') {
                return false;
            }
        }
        return true;
    }

    /** What it holds of the memory. */
    int capacity() {
        return bytes.length;
    }

    void clear() {
        read(to);
    }

    int length() {
        return to - from;
    }

    /** Reads a request's head, null if it is not complete. */
    @Nullable RequestHead head(int bytesMax, int headersMax) {
        RequestHead head = RequestHead.parse(bytes, from, to, bytesMax, headersMax);
        if (head != null) {
            read(from + head.length());
        }
        return head;
    }

    /** Lets the body take what is its own. */
    void feed(BodyDecoder body) {
        read(body.take(bytes, from, to));
    }

    /** All of it. */
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, from, to);
        read(to);
        return rest;
    }

    private void read(int next) {
        from = next;
        if (from == to) {
            bytes = NOTHING;
            from = 0;
            to = 0;
            lent = false;
        }
    }
}
