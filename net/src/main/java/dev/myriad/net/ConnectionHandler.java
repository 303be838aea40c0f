package dev.myriad.net;

/**
 * What a protocol does with one connection's messages. Called on the connection's shard thread, one
 * call at a time: it must not block, and the bytes are valid only during the call.
 */
public interface ConnectionHandler {
    /** The upgrade was answered; the first call. */
    void opened(Connection connection);

    /** A complete text message, valid UTF-8. */
    void text(byte[] bytes, int from, int to);

    /** A complete binary message. */
    void binary(byte[] bytes, int from, int to);

    /**
     * The connection is gone and a member of no group; the last call.
     *
     * @param code the close code, 1006 if there was none
     */
    void closed(int code);
}
