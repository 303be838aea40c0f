package dev.myriad.pubsub;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What the log of a cluster's values tells becomes what this node's topics have. */
final class FromStates implements ClusterLog.Listener {
    /** A topic wants to know all that the log has of it. */
    static final HistoryRule EVERYTHING =
            new HistoryRule(Integer.MAX_VALUE, Duration.ofDays(36_500), Long.MAX_VALUE / 4);

    private final PubSub pubSub;

    FromStates(PubSub pubSub) {
        this.pubSub = pubSub;
    }

    private void with(String topic, Consumer<TopicState> action) {
        pubSub.elsewhere(topic, memory -> memory.run(() -> action.accept(memory.state())));
    }

    @Override
    public void loaded(String topic, Position newest, List<Kept> messages, long floor) {
        with(topic, state -> state.loaded(newest, messages));
    }

    @Override
    public void logged(
            String topic, Kept kept, boolean heard, byte[] frame, Optional<ClusterLog.Sent> sent) {
        with(topic, state -> state.logged(kept));
    }

    @Override
    public void hole(String topic, Position place) {
        with(topic, state -> state.lost("something that is not known here"));
    }

    @Override
    public void caughtUp(String topic) {}

    @Override
    public void unlogged(String topic, ClusterLog.Sent sent) {
        with(topic, state -> state.unlogged(sent));
    }
}
