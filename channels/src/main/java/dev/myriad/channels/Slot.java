package dev.myriad.channels;

import dev.myriad.process.Process;
import dev.myriad.pubsub.Topic;
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

    /** Gives it something from the client, in order. Called on the shard thread. */
    abstract void deliver(Object mail);
}
