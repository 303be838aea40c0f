package dev.myriad.pubsub;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Budget;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Process;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The topics that remember something. Goes round them, a part each second: what is too old is
 * forgotten, topics of which nothing is left go, and while memory is short those forget their
 * messages that have not been used for a whole round. Thread-safe.
 */
final class Memories {
    private static final Line FAILED =
            Log.of(PubSub.class).error("what topics remember cannot be looked through");
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final int TOPICS_A_STEP = 20_000;

    private final PubSub pubSub;
    private final Optional<Budget> budget;
    private final Set<Topic> topics = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean goes = new AtomicBoolean();

    Memories(PubSub pubSub, Optional<Budget> budget) {
        this.pubSub = pubSub;
        this.budget = budget;
    }

    void add(Topic topic) {
        topics.add(topic);
        if (goes.compareAndSet(false, true)) {
            Process.spawn(new Rounds());
        }
    }

    void close() {
        topics.clear();
    }

    void remove(Topic topic) {
        topics.remove(topic);
    }

    void forEach(Consumer<Topic> action) {
        topics.forEach(action);
    }

    int count() {
        return topics.size();
    }

    /** Lives while there are any. */
    private final class Rounds extends Process {
        private Iterator<Topic> hand = topics.iterator();

        @Override
        protected void started() {
            var _ = sendAfter(STEP, STEP);
        }

        @Override
        protected void handle(Object message) {
            try {
                goOn();
            } catch (Throwable fault) { // such as no memory: it goes on with the next step
                FAILED.tell(fault);
            }
            if (topics.isEmpty()) {
                goes.set(false);
                if (topics.isEmpty() || !goes.compareAndSet(false, true)) {
                    stop(ExitReason.NORMAL);
                    return;
                }
            }
            var _ = sendAfter(STEP, STEP);
        }

        private void goOn() {
            for (int i = 0; i < TOPICS_A_STEP; i++) {
                if (!hand.hasNext()) {
                    hand = topics.iterator();
                    return;
                }
                lookAt(hand.next());
            }
        }

        private void lookAt(Topic topic) {
            TopicMemory memory = topic.memory();
            if (memory == null || pubSub.endIfDeserted(topic)) {
                return;
            }
            memory.look();
            boolean unused = !memory.takeUsed();
            if (unused && budget.filter(Budget::isShort).isPresent()) {
                memory.relieve();
            }
        }

        @Override
        protected String name() {
            return "rounds of the topics that remember";
        }
    }
}
