package dev.myriad.channels;

import dev.myriad.process.Message;
import dev.myriad.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A client's wish to join, and the message that lets its channel do so: sent by the socket if the
 * topic is free, else by the channel that has it, when that has ended. It holds what only a join
 * needs. Confined to the process that joins, but for the final fields and the two volatile ones,
 * which the connection's thread reads too.
 */
final class Join extends Message {
    final ChannelRoute route;
    final byte @Nullable [] ref;
    final Payload params;

    /** The channel that has the topic and has to end first, if there is one. */
    volatile @Nullable ChannelProcess predecessor;

    /** Whether it has been answered. */
    volatile boolean over;

    /** The join ref of the ended predecessor, whose phx_close comes after this join's reply. */
    byte @Nullable [] closeRef;

    /** What the client hears if it does not get in. */
    Payload refusal = Words.JOIN_CRASHED;

    /** The channel's, if it has any before it has joined. */
    ChannelProcess.@Nullable Extras extras;

    Join(
            ChannelRoute route,
            byte @Nullable [] ref,
            Payload params,
            @Nullable ChannelProcess predecessor) {
        this.route = route;
        this.ref = ref;
        this.params = params;
        this.predecessor = predecessor;
    }

    @Override
    public String toString() {
        return "join";
    }
}
