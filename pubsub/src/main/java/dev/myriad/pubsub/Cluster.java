package dev.myriad.pubsub;

import dev.myriad.protocol.Payload;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * The other nodes on which topics have subscribers: all that {@link PubSub} knows of a cluster.
 * Thread-safe, and nothing waits but {@link #awaitReach} and {@link #start}.
 *
 * <p>What one node sends to one topic reaches each other node once at most, and in the order sent.
 * What is lost on the way is known to be, see {@link Node#lost}.
 */
public interface Cluster {
    /**
     * Takes part: called once. From now on the node is told what the others send.
     *
     * @param remembered for how long topics remember messages; zero if none does
     * @param states whether there are topics with values by key
     */
    void start(Node node, Duration remembered, boolean states);

    /** What keeps the messages of topics with a history. */
    ClusterLog histories();

    /** What keeps the changes of topics with values by key, for ever. */
    ClusterLog states();

    /** The run of this node: another one after each start. */
    long origin();

    /** Tells this node's run from all others, in a few letters: a part of each {@code phx_ref}. */
    String tag();

    /** A topic has come to be on this node. Called under a lock of the topic's. */
    void came(String topic);

    /** A topic that came is gone. Called under a lock of the topic's. */
    void went(String topic);

    /**
     * Waits until all that other nodes send to a topic, which has come, reaches this one; no longer
     * than a second, since a node that does not answer must not keep clients out.
     */
    void awaitReach(String topic) throws InterruptedException;

    /** Sends a message to the subscribers of a topic on all other nodes. */
    void publish(String topic, String event, Payload payload);

    /** Closes the connections with this id on all other nodes. */
    void disconnect(String id);

    /**
     * Someone of this node is present in a topic. Called in the order of what happened in that
     * topic, as {@link #untrack}.
     *
     * @param replaced the id of the member that this one takes the place of
     */
    void track(String topic, Member member, OptionalLong replaced);

    /** Someone of this node is present no longer. */
    void untrack(String topic, long id);

    /** Who is present in a topic on other nodes. Called under a lock of the topic's. */
    List<Member> membersElsewhere(String topic);

    /** What there is, and what was counted since the start. */
    ClusterStats stats();

    /** Leaves, and says so: the others need not wait to know that this node is gone. */
    void close();

    /**
     * Someone who is present in a topic.
     *
     * @param origin the run of the node that the member is connected to
     * @param id tells it from the others of that topic and origin
     * @param meta a JSON object with its {@code phx_ref}
     */
    record Member(long origin, long id, String key, Payload meta) {}

    /** What a cluster tells its node. Called by one thread at a time; it must not block. */
    interface Node {
        /**
         * Another node has sent this to a topic.
         *
         * @param frame the message as a frame of {@link dev.myriad.protocol.Serializer#V2}; empty
         *     if it does not go by that
         */
        void deliver(String topic, String event, Payload payload, byte[] frame);

        /** The same of a message that a topic's history has, or will have when it is read. */
        void deliverLogged(String topic, String event, Payload payload, byte[] frame);

        /** Something was lost that was sent to some of these topics, if they have subscribers. */
        void lost(Predicate<String> topics);

        /** Someone is present on another node; the second time it does nothing. */
        void track(String topic, Member member, OptionalLong replaced);

        /** Someone is present there no longer; the second time it does nothing. */
        void untrack(String topic, Member member);

        /** The connections with this id are to be closed. */
        void disconnect(String id);

        /** What comes of the log of the histories. */
        ClusterLog.Listener histories();

        /** What comes of the log of the values. */
        ClusterLog.Listener states();
    }
}
