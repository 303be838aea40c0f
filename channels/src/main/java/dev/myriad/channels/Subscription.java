package dev.myriad.channels;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Budget;
import dev.myriad.net.Limit;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Message;
import dev.myriad.process.Process;
import dev.myriad.process.Timer;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Admitted;
import dev.myriad.pubsub.Broadcast;
import dev.myriad.pubsub.PubSub;
import dev.myriad.pubsub.Subscriber;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final Consumer<Subscription> onClose;

    /**
     * @param waitingMax messages; further ones are dropped
     */
    Subscription(
            PubSub pubSub,
            String topic,
            Consumer<? super Broadcast> listener,
            int waitingMax,
            Budget mail,
            Admission admission,
            Consumer<Subscription> onClose) {
        this.pubSub = pubSub;
        this.topic = topic;
        this.onClose = onClose;
        this.process = new Listening(topic, listener, waitingMax, mail, admission);
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
    private static final class Listening extends Subscriber {
        private final String topic;
        private final Consumer<? super Broadcast> listener;
        private final int waitingMax;
        private final Budget mail;
        private final Admission admission;
        private final AtomicInteger waiting = new AtomicInteger();

        Listening(
                String topic,
                Consumer<? super Broadcast> listener,
                int waitingMax,
                Budget mail,
                Admission admission) {
            this.topic = topic;
            this.listener = listener;
            this.waitingMax = waitingMax;
            this.mail = mail;
            this.admission = admission;
        }

        @Override
        protected boolean admits(Payload payload) {
            int bytes = ChannelProcess.bytes(payload);
            if (waiting.get() >= waitingMax) {
                admission.exceeded(Limit.LISTENER_WAITING_MAX, this);
                return false;
            }
            if (!charge(bytes)) {
                admission.exceeded(Limit.MAIL_MEMORY_PERCENT, this);
                return false;
            }
            waiting.incrementAndGet();
            return true;
        }

        @Override
        protected Budget mail() {
            return mail;
        }

        @Override
        protected void terminated(ExitReason reason) {
            unchargeAll();
        }

        @Override
        protected void handle(Object message) {
            if (message instanceof Heard heard) {
                heard.lives.end();
                return;
            }
            Admitted admitted = (Admitted) message;
            waiting.decrementAndGet();
            uncharge(ChannelProcess.bytes(admitted.payload()));
            try {
                listener.accept((Broadcast) admitted.message());
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
