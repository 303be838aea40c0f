package dev.myriad.channels;

import dev.myriad.process.Process;
import dev.myriad.pubsub.Topic;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** What a connection has for a topic: a join under way, or a joined channel. */
abstract sealed class Slot extends Process permits Channel, Joining {
    /**
     * Set once before anyone else sees this, and by the joined channel to the topic's own object.
     */
    Topic topic = NOWHERE;

    /** The token that the client's messages for this join carry, null if it gave none. */
    byte @Nullable [] joinRef;

    private static final Topic NOWHERE = Topic.of("");

    /** Of the client's messages that wait here; over it the connection is closed. */
    static final int WAITING_BYTES_MAX = 4 << 20;

    private static final AtomicIntegerFieldUpdater<Slot> WAITING =
            AtomicIntegerFieldUpdater.newUpdater(Slot.class, "waitingBytes");

    @SuppressWarnings("UnusedVariable") // through WAITING
    private volatile int waitingBytes;

    /** Counts a message that comes; false if the client sends faster than it is served. */
    final boolean admits(Inbound message) {
        return WAITING.addAndGet(this, message.bytes()) <= WAITING_BYTES_MAX;
    }

    /** Counts a message that is done with. */
    final void served(Inbound message) {
        WAITING.addAndGet(this, -message.bytes());
    }

    /** Gives it something from the client, in order. Called on the shard thread. */
    abstract void deliver(Object mail);
}
