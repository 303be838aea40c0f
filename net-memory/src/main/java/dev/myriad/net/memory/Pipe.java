package dev.myriad.net.memory;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Bytes on their way from one end of a connection to the other, up to a capacity. Thread-safe: its
 * lock is held for short steps only. A client waits at its end; the shard never does, and is told
 * when it can go on.
 */
final class Pipe {
    private static final int END = -1;

    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    private record Piece(byte[] bytes, int from, int to) {}

    private final int capacity;
    private final Runnable onBytes;
    private final Runnable onRoom;
    private final ArrayDeque<Piece> pieces = new ArrayDeque<>(2);
    private int bytes;
    private boolean ended;
    private boolean refused;
    private boolean held;
    private boolean roomWanted;

    /**
     * @param onBytes runs when bytes, or the end, have come to an empty pipe
     * @param onRoom runs when there is room in a pipe that was too full for an offer, or when
     *     nobody reads from it any more
     */
    Pipe(int capacity, Runnable onBytes, Runnable onRoom) {
        this.capacity = capacity;
        this.onBytes = onBytes;
        this.onRoom = onRoom;
    }

    // ---- the end that writes

    /**
     * Takes bytes, uncopied, as many as there is room for; returns how many, -1 if nobody reads
     * them any more.
     */
    synchronized int offer(byte[] more, int from) {
        if (refused || ended) {
            return END;
        }
        int taken = Math.min(capacity - bytes, more.length - from);
        roomWanted |= taken < more.length - from;
        if (taken > 0) {
            boolean first = pieces.isEmpty();
            pieces.add(new Piece(more, from, from + taken));
            bytes += taken;
            tellReader(first);
        }
        return taken;
    }

    /** Takes bytes, uncopied, waiting for room. */
    synchronized void write(byte[] more) throws IOException {
        int from = 0;
        while (from < more.length) {
            int taken = offer(more, from);
            if (taken == END) {
                throw new IOException("the other end is closed");
            }
            from += taken;
            if (from < more.length) {
                pause(Long.MAX_VALUE);
            }
        }
    }

    /** Nothing more will be written. */
    synchronized void end() {
        if (!ended) {
            ended = true;
            tellReader(pieces.isEmpty());
        }
    }

    private void tellReader(boolean waits) {
        notifyAll();
        if (waits) {
            onBytes.run();
        }
    }

    // ---- the end that reads

    /** Moves the oldest bytes; returns how many, 0 if there are none, -1 if none will come. */
    synchronized int poll(byte[] into) {
        if (pieces.isEmpty()) {
            return ended ? END : 0;
        }
        int moved = 0;
        while (moved < into.length && !pieces.isEmpty()) {
            Piece piece = pieces.remove();
            int length = Math.min(piece.to - piece.from, into.length - moved);
            System.arraycopy(piece.bytes, piece.from, into, moved, length);
            moved += length;
            if (piece.from + length < piece.to) {
                pieces.addFirst(new Piece(piece.bytes, piece.from + length, piece.to));
            }
        }
        bytes -= moved;
        tellWriter();
        return moved;
    }

    /** Whether there is something to poll: bytes, or the end. */
    synchronized boolean isReadable() {
        return ended || !pieces.isEmpty();
    }

    /**
     * As {@link #poll}, but waits for bytes, and for {@link #release}.
     *
     * @throws SocketTimeoutException if none come in time
     */
    synchronized int read(byte[] into, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (held || !isReadable()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new SocketTimeoutException("no bytes in " + patience);
            }
            pause(left);
        }
        return poll(into);
    }

    /** Lets no reads through, until {@link #release}. */
    synchronized void hold() {
        held = true;
    }

    synchronized void release() {
        held = false;
        notifyAll();
    }

    /** Nobody wants more bytes; those that have come can still be read. */
    synchronized void refuse() {
        refused = true;
        ended = true;
        held = false;
        tellWriter();
        tellReader(pieces.isEmpty());
    }

    /** Forgets what has come. */
    synchronized void clear() {
        pieces.clear();
        bytes = 0;
    }

    private void tellWriter() {
        notifyAll();
        if (roomWanted) {
            roomWanted = false;
            onRoom.run();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // its callers loop
    private void pause(long nanos) throws IOException {
        try {
            wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
