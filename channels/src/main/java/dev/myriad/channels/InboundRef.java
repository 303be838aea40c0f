package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** Answers one message of a channel's client as long as the channel lives. Thread-safe. */
final class InboundRef implements SocketRef {
    private final ChannelProcess channel;
    private final byte @Nullable [] ref;

    InboundRef(ChannelProcess channel, byte @Nullable [] ref) {
        this.channel = channel;
        this.ref = ref;
    }

    @Override
    public void reply(String status, Object response) {
        if (channel.isAlive()) {
            channel.socket.reply(channel, ref, status, channel.socket.mount.payload(response));
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
