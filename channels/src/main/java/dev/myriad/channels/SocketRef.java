package dev.myriad.channels;

/**
 * A message of the client that can still be answered, made by {@link Channel#socketRef}.
 * Thread-safe.
 *
 * <p>It may be kept and used at any time, also after the channel has handled other messages. A
 * message has one answer: the first reply is sent and any further one dropped, be it by this or as
 * the callback's {@link Result}. Replies of one thread keep their order. They are dropped once the
 * channel has ended, so already in {@link Channel#terminate}, or once the connection has; the
 * client hears of that end instead.
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
