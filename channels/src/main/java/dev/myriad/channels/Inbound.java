package dev.myriad.channels;

import dev.myriad.process.ExitReason;
import dev.myriad.process.Message;
import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;
import org.jspecify.annotations.Nullable;

/** An event from the client on its way into a channel's mailbox. Immutable but for the mailbox. */
final class Inbound extends Message {
    private static final int CHAR_BYTES = 2;

    final String event;
    final byte @Nullable [] ref;
    final Payload payload;

    Inbound(String event, byte @Nullable [] ref, Payload payload) {
        this.event = event;
        this.ref = ref;
        this.payload = payload;
    }

    /** Roughly what it costs while it waits. */
    int bytes() {
        return ChannelProcess.bytes(payload) + CHAR_BYTES * event.length();
    }

    /**
     * If the channel has ended before it came to this, the client hears so. The message on which a
     * channel crashes is dropped while that still lives, and is answered by phx_error.
     */
    @Override
    protected void dropped(Process by, ExitReason reason) {
        if (!by.isAlive()) {
            ((ChannelProcess) by).answerUnread(this);
        }
    }

    @Override
    public String toString() {
        return "event " + event;
    }

    boolean isLeave() {
        return event.equals(Words.LEAVE);
    }
}
