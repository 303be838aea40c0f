package dev.myriad.pubsub;

import java.util.List;
import java.util.Optional;

/** What the log of a cluster's histories tells becomes what this node's topics tell. */
final class FromHistories implements ClusterLog.Listener {
    private final PubSub pubSub;
    private final FromCluster from;

    FromHistories(PubSub pubSub, FromCluster from) {
        this.pubSub = pubSub;
        this.from = from;
    }

    @Override
    public void loaded(String topic, Position newest, List<Kept> messages, long floor) {
        List<Kept> readable =
                messages.stream().map(kept -> kept.with(from.readable(kept.payload()))).toList();
        pubSub.elsewhere(topic, memory -> memory.loaded(newest, readable, floor));
    }

    @Override
    public void logged(
            String topic, Kept kept, boolean heard, byte[] frame, Optional<ClusterLog.Sent> sent) {
        PubSub.Message message =
                sent.map(mine -> ((PubSub.Message) mine).later())
                        .orElseGet(() -> from.message(kept.event(), kept.payload(), frame));
        Kept readable = kept.with(message.payload());
        pubSub.elsewhere(topic, memory -> memory.logged(message, readable, heard));
        if (!heard) {
            pubSub.shared(topic).ifPresent(here -> pubSub.deliverToProcesses(here, message));
        }
    }

    @Override
    public void hole(String topic, Position place) {
        pubSub.elsewhere(topic, memory -> memory.hole(place));
    }

    @Override
    public void missed(String topic) {
        pubSub.elsewhere(topic, TopicMemory::gap);
    }

    @Override
    public void caughtUp(String topic) {
        pubSub.elsewhere(topic, TopicMemory::follow);
    }

    @Override
    public void unlogged(String topic, ClusterLog.Sent sent) {
        pubSub.publishHere(topic, ((PubSub.Message) sent).later());
    }
}
