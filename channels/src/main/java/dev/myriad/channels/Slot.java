package dev.myriad.channels;

import dev.myriad.net.Limit;
import dev.myriad.net.engine.OnceASecond;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Subscriber;
import dev.myriad.pubsub.Topic;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** What a connection has for a topic: a join under way, or a joined channel. */
abstract sealed class Slot extends Subscriber permits Channel, Joining {
    /**
     * Set once before anyone else sees this, and by the joined channel to the topic's own object.
     */
    Topic topic = NOWHERE;

    /** The token that the client's messages for this join carry, null if it gave none. */
    byte @Nullable [] joinRef;

    private static final Topic NOWHERE = Topic.of("");

    private static final int OBJECT_BYTES = 128;

    private static final System.Logger LOG = System.getLogger(Endpoint.class.getName());
    private static final OnceASecond WARNINGS = new OnceASecond();

    private static final AtomicIntegerFieldUpdater<Slot> WAITING =
            AtomicIntegerFieldUpdater.newUpdater(Slot.class, "waitingBytes");

    private volatile int waitingBytes;

    /**
     * Counts a message of a topic that comes; false, and not counted, if too much waits already.
     */
    @Override
    protected final boolean admits(Payload payload) {
        int bytes = bytes(payload);
        int before;
        do {
            before = waitingBytes;
            if (before != 0 && before + bytes > mount().limits().of(Limit.MAIL_BYTES_MAX)) {
                mount().admission().exceeded(Limit.MAIL_BYTES_MAX, peer());
                if (WARNINGS.isDue()) {
                    LOG.log(
                            Level.WARNING,
                            "{0} misses messages of its topics: it is slower than they come",
                            this);
                }
                return false;
            }
        } while (!WAITING.compareAndSet(this, before, before + bytes));
        return true;
    }

    /** Counts a message of a topic that is done with. */
    final void served(Payload payload) {
        WAITING.addAndGet(this, -bytes(payload));
    }

    /** Roughly what a message costs while it waits. */
    static int bytes(Payload payload) {
        return OBJECT_BYTES + payload.bytes().length;
    }

    /** Counts a message that comes; false if the client sends faster than it is served. */
    final boolean admits(Inbound message) {
        return admits(message.bytes());
    }

    /** Counts what comes because of a message; false as above. */
    final boolean admits(int bytes) {
        return WAITING.addAndGet(this, bytes) <= mount().limits().of(Limit.WAITING_BYTES_MAX);
    }

    /** Counts a message that is done with. */
    final void served(Inbound message) {
        served(message.bytes());
    }

    final void served(int bytes) {
        WAITING.addAndGet(this, -bytes);
    }

    /** What its connection belongs to. */
    abstract Mount mount();

    abstract InetSocketAddress peer();

    /** Gives it something from the client, in order. Called on the shard thread. */
    abstract void deliver(Object mail);
}
