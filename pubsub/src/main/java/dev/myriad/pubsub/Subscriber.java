package dev.myriad.pubsub;

import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;

/**
 * A process that bounds what of its topics waits for it. {@link PubSub} asks it on the sender's
 * thread, so {@link #admits} is thread-safe and does not block; what it admits comes as {@link
 * Admitted}.
 */
public abstract class Subscriber extends Process {
    protected Subscriber() {}

    /** Whether one more message may wait; if not it is dropped, see {@link PubSub#dropped}. */
    protected abstract boolean admits(Payload payload);
}
