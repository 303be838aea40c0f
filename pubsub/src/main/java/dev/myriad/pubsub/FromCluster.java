package dev.myriad.pubsub;

import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.Payload;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What other nodes tell becomes what this node's topics tell. */
final class FromCluster implements Cluster.Node {
    private final PubSub pubSub;
    private final ClusterLog log;
    private final JsonCodec json;
    private final Consumer<String> disconnect;

    /**
     * @param disconnect closes the connections with an id
     */
    FromCluster(PubSub pubSub, ClusterLog log, JsonCodec json, Consumer<String> disconnect) {
        this.pubSub = pubSub;
        this.log = log;
        this.json = json;
        this.disconnect = disconnect;
    }

    /** Topics that are not here do not begin to remember for it. */
    @Override
    public void deliver(String topic, String event, Payload payload, byte[] frame) {
        if (pubSub.shared(topic).isPresent()) {
            pubSub.publishHere(topic, message(event, payload, frame));
            log.passedBy(topic);
        }
    }

    private PubSub.Message message(String event, Payload payload, byte[] frame) {
        return new PubSub.Message(event, readable(payload), null, null, null, frame);
    }

    private Payload readable(Payload payload) {
        return payload.isBinary() ? payload : Payload.json(payload.bytes(), json);
    }

    @Override
    public void loaded(String topic, Position newest, List<Kept> messages, long floor) {
        List<Kept> readable =
                messages.stream().map(kept -> kept.with(readable(kept.payload()))).toList();
        pubSub.elsewhere(topic, memory -> memory.loaded(newest, readable, floor));
    }

    @Override
    public void logged(
            String topic, Kept kept, boolean heard, byte[] frame, Optional<ClusterLog.Sent> sent) {
        PubSub.Message message =
                sent.map(mine -> ((PubSub.Message) mine).later())
                        .orElseGet(() -> message(kept.event(), kept.payload(), frame));
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
    public void caughtUp(String topic) {
        pubSub.elsewhere(topic, TopicMemory::follow);
    }

    @Override
    public void unlogged(String topic, ClusterLog.Sent sent) {
        pubSub.publishHere(topic, ((PubSub.Message) sent).later());
    }

    @Override
    public void lost(Predicate<String> topics) {
        pubSub.lost(topics);
    }

    @Override
    public void track(String topic, Cluster.Member member, OptionalLong replaced) {
        pubSub.elsewhere(topic, memory -> memory.trackElsewhere(member, replaced));
    }

    @Override
    public void untrack(String topic, Cluster.Member member) {
        pubSub.elsewhere(topic, memory -> memory.untrackElsewhere(member));
    }

    @Override
    public void disconnect(String id) {
        disconnect.accept(id);
    }
}
