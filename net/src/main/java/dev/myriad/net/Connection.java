package dev.myriad.net;

import java.net.InetSocketAddress;

/**
 * One WebSocket connection. It belongs to one shard for life. Thread-safe: what another thread asks
 * for is a command to that shard; commands of one thread keep their order.
 */
public interface Connection {
    /**
     * Sends complete, unmasked WebSocket frames. The array is not copied: leave it unchanged. Never
     * blocks; a slow reader's frames queue up to {@link Limit#OUTBOUND_BYTES_MAX}, over which it is
     * closed.
     */
    void send(byte[] frames);

    /** Starts the closing handshake; frames sent before it leave before it. */
    void close(int code, String reason);

    /** Runs a short task that does not block on the shard's thread, after what was asked before. */
    void execute(Runnable task);

    /** The client's address. */
    InetSocketAddress peer();
}
