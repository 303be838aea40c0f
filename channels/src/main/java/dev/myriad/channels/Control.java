package dev.myriad.channels;

import dev.myriad.process.ExitReason;

/** What the socket tells a channel besides the client's events; compared by identity. Immutable. */
final class Control {
    /** The client left. */
    static final Control LEFT = new Control("left");

    /** The client joined the topic again. */
    static final Control SUPERSEDED = new Control("duplicate join");

    /** The connection is gone. */
    static final Control CLOSED = new Control("closed");

    /** The connection has been renewed. The client asks for it, so it counts as a message does. */
    static final Control RENEWED = new Control("renewed");

    /** Roughly what {@link #RENEWED} costs while it waits. */
    static final int RENEWED_BYTES = 128;

    /** What a channel that is told so ends with; it goes on after {@link #RENEWED}. */
    final ExitReason reason;

    private Control(String detail) {
        reason = new ExitReason.Shutdown(detail);
    }

    @Override
    public String toString() {
        return reason.toString();
    }
}
