package dev.myriad.channels;

/**
 * A message of the client that can still be answered, made by {@link Channel#socketRef}.
 * Thread-safe.
 *
 * <p>It may be kept and used at any time, also after the channel has handled other messages, and
 * more than once: each reply is sent, and it is the client that takes the first. Replies of one
 * thread keep their order. Replies are dropped once the channel has ended, so already in {@link
 * Channel#terminate}, or once the connection has.
 */
public interface SocketRef {
    /**
     * Answers.
     *
     * @param status {@code ok}, {@code error} or a word of your own that the client waits for
     * @param response a payload, as {@link Channel} describes
     * @throws dev.myriad.protocol.PayloadException {@code NOT_AN_OBJECT} or {@code NOT_WRITABLE}
     */
    void reply(String status, Object response);
}
