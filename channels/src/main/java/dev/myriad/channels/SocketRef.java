package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * A message of the client that can still be answered, made by {@link Channel#socketRef}.
 * Thread-safe.
 *
 * <p>It may be kept and used at any time, also after the channel has handled other messages, and
 * more than once: each reply is sent, and it is the client that takes the first. Replies of one
 * thread keep their order. Once the channel has ended, which {@link Channel#terminate} counts to,
 * or the connection has, replies are dropped.
 */
public final class SocketRef {
    private final Channel channel;
    private final SocketHandler socket;
    private final byte @Nullable [] ref;

    SocketRef(Channel channel, SocketHandler socket, byte @Nullable [] ref) {
        this.channel = channel;
        this.socket = socket;
        this.ref = ref;
    }

    /**
     * Answers.
     *
     * @param status {@code ok}, {@code error} or a word of your own that the client waits for
     * @param response a payload, as {@link Channel} describes
     * @throws dev.myriad.protocol.PayloadException {@code NOT_AN_OBJECT} or {@code NOT_WRITABLE}
     */
    public void reply(String status, Object response) {
        if (channel.isAlive()) {
            socket.reply(channel, ref, status, socket.mount.payload(response));
        }
    }

    /** The client's ref, as it was sent, and the channel. */
    @Override
    public String toString() {
        return "SocketRef["
                + (ref == null ? "none" : new String(ref, UTF_8))
                + ", "
                + channel
                + "]";
    }
}
