package dev.myriad.channels;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Overflow;
import dev.myriad.process.Process;
import dev.myriad.pubsub.Broadcast;
import dev.myriad.pubsub.PubSub;
import java.util.function.Consumer;

/**
 * What {@link Endpoint#subscribe} gives: a listener of the program to one topic, until it is
 * closed. Thread-safe; the listener is called by one thread at a time.
 */
public final class Subscription implements AutoCloseable {
    private static final Line THREW = Log.of(Endpoint.class).error("a listener to {} threw");

    private final PubSub pubSub;
    private final String topic;
    private final Listening process;

    /**
     * @param waitingMax messages; further ones are dropped
     */
    Subscription(
            PubSub pubSub, String topic, Consumer<? super Broadcast> listener, int waitingMax) {
        this.pubSub = pubSub;
        this.topic = topic;
        this.process = new Listening(topic, listener, waitingMax);
        pubSub.subscribe(topic, process);
    }

    public String topic() {
        return topic;
    }

    Process process() {
        return process;
    }

    /**
     * Ends it: what the listener has not been given yet is dropped; a call under way goes on. The
     * second time it does nothing.
     */
    @Override
    public void close() {
        pubSub.unsubscribe(topic, process);
        process.stop(ExitReason.NORMAL);
    }

    @Override
    public String toString() {
        return "Subscription[" + topic + "]";
    }

    /** Calls the listener. */
    private static final class Listening extends Process {
        private final String topic;
        private final Consumer<? super Broadcast> listener;

        Listening(String topic, Consumer<? super Broadcast> listener, int waitingMax) {
            this.topic = topic;
            this.listener = listener;
            limit(waitingMax, Overflow.DROP);
        }

        @Override
        protected void handle(Object message) {
            try {
                listener.accept((Broadcast) message);
            } catch (Throwable crash) { // nobody would subscribe it again
                THREW.tell(crash, topic);
            }
        }

        @Override
        protected String name() {
            return "listener to " + topic;
        }
    }
}
