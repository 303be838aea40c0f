package dev.myriad.net;

import java.net.InetSocketAddress;

/**
 * One client that has been let in, be it by WebSocket or by polling. Thread-safe, and no call
 * waits.
 *
 * <p>Each call is a command. The connection carries out commands, and calls of its {@link
 * ConnectionHandler}, one at a time: the commands of one thread in their order, each with the
 * effects of those before it in sight. A command that is given within a call of the connection's
 * own handler, or within a task of {@link #execute}, is carried out at once.
 *
 * <p>Once the connection has ended, whichever side ended it, nothing is sent or handed on any more;
 * the handler hears of it by {@link ConnectionHandler#closed}.
 */
public interface Connection {
    /**
     * Sends complete, unmasked WebSocket frames. The array is not copied: leave it unchanged. A
     * slow reader's frames queue up to {@link Limit#OUTBOUND_BYTES_MAX}, over which it is cut off,
     * and its handler hears 1013. Once the connection has ended it does nothing.
     */
    void send(byte[] frames);

    /**
     * Ends the connection, after what was sent before; once it has ended it does nothing.
     *
     * @param code which the handler hears too; a client that polls is told of the end, not of the
     *     code
     * @throws IllegalArgumentException if it is no code that a server may send
     */
    void close(int code, String reason);

    /**
     * Runs a short task that does not block. It is run even if the connection has ended meanwhile,
     * as long as the transport serves; what it throws is logged, and harms nobody.
     */
    void execute(Runnable task);

    /** The client's address. */
    InetSocketAddress peer();
}
