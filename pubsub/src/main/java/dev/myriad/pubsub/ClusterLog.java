package dev.myriad.pubsub;

import dev.myriad.protocol.Payload;

/**
 * Keeps the messages of topics with a history for all nodes of a cluster, in one order: what it has
 * taken outlives every node. Thread-safe, and nothing waits but {@link #awaitKnown}.
 *
 * <p>A node's topic is told its messages by {@link Cluster.Node#loaded}, {@link
 * Cluster.Node#logged} and {@link Cluster.Node#hole}, in the order of the log and without a gap.
 */
public interface ClusterLog {
    /**
     * A topic with a history has come to be on this node. Called under a lock of the topic's.
     *
     * @param wanted how much of its newest messages it wants to know
     */
    void came(String topic, HistoryRule wanted);

    /** A topic that came is gone. Called under a lock of the topic's. */
    void went(String topic);

    /**
     * Waits until a topic that has come is known up to a place, if the log has that; no longer than
     * five seconds, since a log that does not answer must not keep clients out.
     *
     * @return up to where nothing is missing, and all that the log stores is told from then on;
     *     negative if that is not known
     */
    long awaitKnown(String topic, Position seen) throws InterruptedException;

    /**
     * Takes a message to a topic with a history. What becomes of it is told: {@link
     * Cluster.Node#logged} if the topic is here, or {@link Cluster.Node#unlogged}; or {@link
     * Cluster.Node#hole}, if more comes than can wait.
     *
     * @param sent goes with it, as long as it is on this node
     * @return false if it cannot now: the log is away, or there is none
     */
    boolean append(String topic, String event, Payload payload, Sent sent);

    /**
     * Something was sent to a topic and did not go through the log; nothing becomes of it if the
     * topic has not {@linkplain #came come}.
     */
    void passedBy(String topic);

    /** What a node wants to know of a message of its own when that has been logged. */
    interface Sent {}
}
