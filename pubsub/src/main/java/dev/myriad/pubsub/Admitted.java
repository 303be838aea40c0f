package dev.myriad.pubsub;

import dev.myriad.protocol.Payload;

/**
 * What a {@link Subscriber} finds in its mailbox for a message that it admitted, so that it can
 * tell this from one that someone else sent it. Immutable.
 */
public final class Admitted {
    private final Object message;
    private final Payload payload;

    Admitted(Object message, Payload payload) {
        this.message = message;
        this.payload = payload;
    }

    /** A {@link Broadcast} or {@link Intercepted}. */
    public Object message() {
        return message;
    }

    /** What was admitted. */
    public Payload payload() {
        return payload;
    }
}
