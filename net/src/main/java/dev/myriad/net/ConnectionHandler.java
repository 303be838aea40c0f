package dev.myriad.net;

/**
 * What a protocol does with one connection's messages. Called by one thread at a time: each call
 * comes after the one before has returned, and sees what that did. A call must not block, and its
 * bytes are valid only until it returns.
 *
 * <p>For a WebSocket the thread is always that of its shard; for a client that polls it may be any,
 * so rely on the order and not on the thread. If a call uses another connection, that one's handler
 * may be called within it.
 *
 * <p>A call that throws costs the connection: it ends with the code of a {@link
 * dev.myriad.protocol.ProtocolException}, with 1011 for anything else.
 */
public interface ConnectionHandler {
    /**
     * The client has been let in; the first call. A client that went away before that is not heard
     * of.
     */
    void opened(Connection connection);

    /** A complete text message, valid UTF-8. */
    void text(byte[] bytes, int from, int to);

    /** A complete binary message. */
    void binary(byte[] bytes, int from, int to);

    /**
     * The connection has ended and is a member of no group; the last call, made once. Messages that
     * came before the end have been handed on, later ones are not; tasks may follow.
     *
     * @param code the one of the side that closed first; 1006 if the client went away without one:
     *     it was cut off, or polls no more
     */
    void closed(int code);
}
