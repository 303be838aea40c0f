package dev.myriad.net;

/**
 * What a protocol does with one connection's messages. Called by one thread at a time, each call
 * after the one before has returned and with all that it did in sight: it must not block, and the
 * bytes are valid only during the call.
 *
 * <p>For a WebSocket it is always its shard's thread; for a client that polls whichever has
 * something for it, so rely on the order and not on the thread. What a call does to other
 * connections may make calls of theirs within it.
 *
 * <p>A call that throws costs the connection: it ends with the code of a {@link
 * dev.myriad.protocol.ProtocolException}, with 1011 for anything else.
 */
public interface ConnectionHandler {
    /** The client has been let in; the first call. One who went before that is not heard of. */
    void opened(Connection connection);

    /** A complete text message, valid UTF-8. */
    void text(byte[] bytes, int from, int to);

    /** A complete binary message. */
    void binary(byte[] bytes, int from, int to);

    /**
     * The connection has ended and is a member of no group; the last call, made once. Messages that
     * came before the end have been handed on, later ones are not; tasks may follow.
     *
     * @param code of the side that closed first; 1006 if the client went without one: it was cut
     *     off, or polls no more
     */
    void closed(int code);
}
