package dev.myriad.net.uring;

import dev.myriad.net.engine.Output;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The output of a connection whose socket was full: a chunk under way in native memory, and what
 * came after it, uncopied: slow members of one group share its arrays. Confined to its shard's
 * thread.
 */
final class Backlog extends Output {
    /** What lies in native memory for each of many slow readers; the arrays they share. */
    private static final int CHUNK_BYTES_MAX = 16 << 10;

    private static final int ARRAY_BYTES = 32;

    private final ArrayDeque<byte[]> later = new ArrayDeque<>(4);
    private int laterBytes;
    private @Nullable NativeBytes chunk;

    /** What a send left over. */
    void startWith(long address, int bytes) {
        byte[] rest = new byte[bytes];
        Kernel.copyOut(address, rest, 0, bytes);
        add(rest);
    }

    void add(byte[] bytes) {
        later.add(bytes);
        laterBytes += bytes.length;
    }

    /** Many small arrays are more than their bytes. */
    @Override
    protected int cost() {
        NativeBytes underWay = chunk;
        return laterBytes + ARRAY_BYTES * later.size() + (underWay == null ? 0 : underWay.length());
    }

    /** The next chunk to send; null if all is sent. The one before must have been released. */
    @Nullable NativeBytes nextChunk() {
        if (later.isEmpty()) {
            return null;
        }
        int length = 0;
        int count = 0;
        for (byte[] bytes : later) {
            if (count > 0 && length + bytes.length > CHUNK_BYTES_MAX) {
                break;
            }
            length += bytes.length;
            count++;
        }
        NativeBytes next = new NativeBytes(length);
        int at = 0;
        for (int i = 0; i < count; i++) {
            byte[] bytes = later.remove();
            Kernel.copyIn(bytes, 0, next.address() + at, bytes.length);
            at += bytes.length;
        }
        laterBytes -= length;
        chunk = next;
        return next;
    }

    /** Frees the chunk under way; returns its length, 0 if there is none. */
    int releaseChunk() {
        NativeBytes underWay = chunk;
        if (underWay == null) {
            return 0;
        }
        chunk = null;
        underWay.close();
        return underWay.length();
    }
}
