package dev.myriad.channels;

import dev.myriad.process.ExitReason;
import dev.myriad.process.Message;
import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A client's wish to join, and the message that lets its channel do so: sent by the socket if the
 * topic is free, else by the channel that has it, when that has ended. It holds what only a join
 * needs. Confined to the process that joins, but for the final fields and the two volatile ones,
 * which the connection's thread reads too.
 *
 * <p>It is the baton of the topic: whoever it was sent to answers it, frees the topic's place and
 * hands on to the next join, be it that a channel has lived on it, or that the process had ended
 * before it came. So neither can be forgotten, nor done before the predecessor is over.
 */
final class Join extends Message {
    final ChannelRoute route;
    final byte @Nullable [] ref;
    final Payload params;

    /** The channel that has the topic and has to end first, if there is one. */
    volatile @Nullable ChannelProcess predecessor;

    /** Whether its process has come to it. */
    boolean begun;

    /** Whether it has been answered. */
    volatile boolean over;

    /** The join ref of the ended predecessor, whose phx_close comes after this join's reply. */
    byte @Nullable [] closeRef;

    /** What a client hears that the channel does not let in. */
    byte @Nullable [] refusal;

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

    /** What the join on which a process crashes needs is done at the end of that. */
    @Override
    protected void dropped(Process by, ExitReason reason) {
        if (!by.isAlive()) {
            ((ChannelProcess) by).refuse(this);
        }
    }

    @Override
    public String toString() {
        return "join";
    }
}
