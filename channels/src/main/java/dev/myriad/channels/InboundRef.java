package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Answers one message of a channel's client, once, as long as the channel lives. From when it is
 * made the duty to answer is with it, and no more with the callback's result. Thread-safe.
 */
final class InboundRef implements SocketRef {
    private final ChannelProcess channel;
    private final byte @Nullable [] ref;
    private final AtomicBoolean answered = new AtomicBoolean();

    InboundRef(ChannelProcess channel, byte @Nullable [] ref) {
        this.channel = channel;
        this.ref = ref;
    }

    @Override
    public void reply(String status, Object response) {
        if (!channel.isAlive()) {
            return;
        }
        SocketHandler socket = channel.socket;
        // First: what cannot be written is no answer.
        byte[] frames = socket.replyFrames(channel, ref, status, socket.mount.payload(response));
        if (channel.isAlive() && answered.compareAndSet(false, true)) {
            socket.connection().send(frames);
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
