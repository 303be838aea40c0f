package dev.myriad.pubsub;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Connection;
import dev.myriad.net.Receipt;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Process;
import dev.myriad.protocol.Serializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The values of a topic, and how its members hear of them. Guarded by the topic's {@link
 * TopicMemory}.
 */
final class TopicState {
    private static final Line UNWRITTEN =
            Log.of(PubSub.class).error("the values of {} cannot be written down");

    /** Values that are in a log as well need not be kept here if nobody uses them. */
    private static final long UNUSED_NANOS = 300_000_000_000L;

    private final PubSub pubSub;
    private final Topic topic;
    private final TopicMemory memory;
    private final Remembering remembering;
    private final KeyedState values;
    private final Optional<SharedState> shared;
    private @Nullable Pulse pulse;
    private boolean woken;
    private long usedNanos;

    TopicState(
            PubSub pubSub,
            Topic topic,
            TopicMemory memory,
            StateRule rule,
            Remembering remembering,
            Optional<Cluster> cluster) {
        this.pubSub = pubSub;
        this.topic = topic;
        this.memory = memory;
        this.remembering = remembering;
        this.values = new KeyedState(rule);
        this.shared =
                cluster.map(
                        nodes ->
                                new SharedState(
                                        topic.name(),
                                        values,
                                        nodes.states(),
                                        nodes.origin(),
                                        pubSub::nextNumber,
                                        remembering.nanoTime()));
        used();
    }

    /** What is true now. */
    KeyedState values() {
        used();
        return values;
    }

    private void used() {
        usedNanos = remembering.nanoTime().getAsLong();
    }

    /** Whether this node knows the values; in a cluster they have to be read first. */
    boolean isKnown() {
        return shared.isEmpty() || shared.get().isReadable();
    }

    /** Does something that the nodes of a cluster have nothing to do with. */
    StateCommand.Outcome perform(StateCommand command) {
        checkRoom(command);
        try {
            return values.perform(command);
        } finally {
            changed();
        }
    }

    private void checkRoom(StateCommand command) {
        if (!command.isRemoval()) {
            memory.checkRoom();
        }
    }

    /** Wants something done on all nodes. */
    CompletableFuture<StateCommand.Outcome> submit(StateCommand command) {
        checkRoom(command);
        used();
        return shared.orElseThrow().submit(command);
    }

    // ---- what comes of the cluster's log

    void loaded(Position newest, List<Kept> messages) {
        follow(here -> here.loaded(newest, messages));
    }

    void logged(Kept kept) {
        follow(here -> here.logged(kept));
    }

    void lost(String why) {
        follow(here -> here.lost(why));
    }

    void unlogged(ClusterLog.Sent sent) {
        follow(here -> here.unlogged(sent));
    }

    private void follow(Consumer<SharedState> following) {
        shared.ifPresent(
                here -> {
                    following.accept(here);
                    changed();
                    writeDown(here, false);
                });
    }

    private void writeDown(SharedState here, boolean unused) {
        if (here.isLong(unused)) {
            var _ = Process.spawn(new Writing(here, here.snapshot()));
        }
    }

    /** Writes all down, once. It takes a while, and so nobody waits for it. */
    private final class Writing extends Process {
        private final SharedState into;
        private final SharedState.Snapshot snapshot;

        Writing(SharedState into, SharedState.Snapshot snapshot) {
            this.into = into;
            this.snapshot = snapshot;
        }

        @Override
        protected void started() {
            byte[] bytes = {};
            try {
                bytes = StateWire.bytes(snapshot.shared());
            } catch (Throwable fault) { // such as no memory: the next one is tried
                UNWRITTEN.tell(fault, topic.name());
            }
            byte[] written = bytes;
            memory.run(() -> into.write(snapshot, written));
            stop(ExitReason.NORMAL);
        }

        @Override
        protected void handle(Object message) {}

        @Override
        protected String name() {
            return "writing of " + topic.name();
        }
    }

    // ---- how members hear of it

    /** What one who joins is told. */
    void first(TopicMemory.Teller teller) {
        used();
        values.snapshot().forEach(page -> teller.tell(Events.STATE, page));
    }

    /** Tells one member what is true now; returns the version. */
    long send(Connection connection, Serializer serializer) {
        used();
        values.snapshot()
                .forEach(
                        page ->
                                connection.send(
                                        page.frames(serializer, topic.name(), Events.STATE)));
        return values.toldVersion();
    }

    private void changed() {
        Pulse present = pulse;
        boolean alive = present != null && present.isAlive();
        if ((woken && alive) || !values.hasChanged()) {
            return;
        }
        woken = true;
        if (present == null || !alive) {
            present = memory.pulse("state", values.rule().every(), this::tell, values::tellVersion);
            pulse = present;
        }
        present.wake();
    }

    private void tell(Receipt receipt) {
        List<Runnable> told = new ArrayList<>();
        memory.run(
                () -> {
                    woken = false;
                    values.tell(
                            (event, message) -> {
                                pubSub.tell(topic, event, message, receipt);
                                told.add(() -> pubSub.tellProcesses(topic, event, message));
                            });
                });
        told.forEach(Runnable::run);
    }

    // ---- for how long it is kept

    long bytes() {
        return values.bytes() + shared.map(SharedState::bytes).orElse(0L);
    }

    /** Every second or so. */
    void look() {
        shared.ifPresent(
                here -> {
                    here.look();
                    changed();
                    writeDown(here, unusedNanos() > UNUSED_NANOS / 2);
                });
    }

    private long unusedNanos() {
        return remembering.nanoTime().getAsLong() - usedNanos;
    }

    /** Whether there is nothing that anybody could ask for, or it is kept elsewhere. */
    boolean isEmpty() {
        if (shared.isEmpty()) {
            return values.isEmpty();
        }
        return shared.get().isIdle() && unusedNanos() > UNUSED_NANOS;
    }

    void end() {
        TopicMemory.end(pulse);
    }
}
