package dev.myriad.channels;

import dev.myriad.process.ExitReason;
import dev.myriad.process.Message;
import dev.myriad.process.Overflow;
import dev.myriad.process.Process;
import dev.myriad.process.Timer;
import dev.myriad.pubsub.Broadcast;
import dev.myriad.pubsub.PubSub;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What {@link Endpoint#subscribe} gives: a listener of the program to one topic, until it is
 * closed. Thread-safe; the listener is called by one thread at a time.
 */
public final class Subscription implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Endpoint.class.getName());

    private final PubSub pubSub;
    private final String topic;
    private final Listening process;
    private final Consumer<Subscription> onClose;

    /**
     * @param waitingMax messages; further ones are dropped
     */
    Subscription(
            PubSub pubSub,
            String topic,
            Consumer<? super Broadcast> listener,
            int waitingMax,
            Consumer<Subscription> onClose) {
        this.pubSub = pubSub;
        this.topic = topic;
        this.onClose = onClose;
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
        onClose.accept(this);
    }

    /** Begins something that ends when the listener has heard all that was sent to it until now. */
    void tellWhenHeard(Lives lives) {
        lives.begin();
        Timer _ = process.sendAfter(Duration.ZERO, new Heard(lives)); // also if its mailbox is full
    }

    /** Comes behind what is to be heard. */
    private static final class Heard extends Message {
        private final Lives lives;

        Heard(Lives lives) {
            this.lives = lives;
        }

        @Override
        protected void dropped(Process by, ExitReason reason) {
            lives.end();
        }
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
            if (message instanceof Heard heard) {
                heard.lives.end();
                return;
            }
            try {
                listener.accept((Broadcast) message);
            } catch (Throwable crash) { // nobody would subscribe it again
                LOG.log(Level.ERROR, "a listener to " + topic + " threw", crash);
            }
        }

        @Override
        protected String name() {
            return "listener to " + topic;
        }
    }
}
