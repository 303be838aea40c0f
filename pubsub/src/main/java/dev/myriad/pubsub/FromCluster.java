package dev.myriad.pubsub;

import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.Payload;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What other nodes tell becomes what this node's topics tell. */
final class FromCluster implements Cluster.Node {
    private final PubSub pubSub;
    private final ClusterLog histories;
    private final JsonCodec json;
    private final Consumer<String> disconnect;

    /**
     * @param disconnect closes the connections with an id
     */
    FromCluster(PubSub pubSub, ClusterLog histories, JsonCodec json, Consumer<String> disconnect) {
        this.pubSub = pubSub;
        this.histories = histories;
        this.json = json;
        this.disconnect = disconnect;
    }

    /** Topics that are not here do not begin to remember for it. */
    @Override
    public void deliver(String topic, String event, Payload payload, byte[] frame) {
        if (pubSub.shared(topic).isPresent()) {
            pubSub.publishHere(topic, message(event, payload, frame));
            histories.passedBy(topic);
        }
    }

    @Override
    public void deliverLogged(String topic, String event, Payload payload, byte[] frame) {
        if (pubSub.shared(topic).isPresent()) {
            pubSub.publishHere(topic, message(event, payload, frame));
            histories.toldPast(topic);
        }
    }

    PubSub.Message message(String event, Payload payload, byte[] frame) {
        return new PubSub.Message(event, readable(payload), null, null, null, frame);
    }

    Payload readable(Payload payload) {
        return payload.isBinary() ? payload : Payload.json(payload.bytes(), json);
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

    @Override
    public ClusterLog.Listener histories() {
        return new FromHistories(pubSub, this);
    }

    @Override
    public ClusterLog.Listener states() {
        return new FromStates(pubSub);
    }
}
