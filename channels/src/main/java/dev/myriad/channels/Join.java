package dev.myriad.channels;

import dev.myriad.process.Message;
import dev.myriad.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A client's wish to join, and the message that lets its channel do so: sent by the socket if the
 * topic is free, else by the channel that has it, when that has ended. It holds what only a join
 * needs. Its fields are those of the process that joins, but for the two volatile ones and what is
 * final.
 */
final class Join extends Message {
    final ChannelRoute route;
    final byte @Nullable [] ref;
    final Payload params;

    /** Who has the topic and has to end first, if anyone. */
    volatile @Nullable ChannelProcess predecessor;

    /** Whether it has been answered. */
    volatile boolean over;

    /** The join ref of the ended predecessor, whose phx_close comes after this join's reply. */
    byte @Nullable [] closeRef;

    /** What the client hears if it does not get in. */
    Payload refusal = Words.JOIN_CRASHED;

    /** What the channel has of them already. */
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
