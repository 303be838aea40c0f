package dev.myriad.pubsub;

import dev.myriad.protocol.Payload;
import java.util.List;
import java.util.Optional;

/**
 * Keeps what topics are told, for all nodes of a cluster, in one order: what it has taken outlives
 * every node. Thread-safe, and nothing waits but {@link #awaitKnown}.
 *
 * <p>A node's topic is told of it by {@link Listener#loaded}, {@link Listener#logged} and {@link
 * Listener#hole}, in the order of the log and without a gap.
 */
public interface ClusterLog {
    /**
     * A topic has come to be on this node. Called under a lock of the topic's.
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
     * Takes a message to a topic. What becomes of it is told: {@link Listener#logged} if the topic
     * is here, or {@link Listener#unlogged}; or {@link Listener#hole}, if more comes than can wait.
     *
     * @param sent goes with it, as long as it is on this node
     * @return false if it cannot now: the log is away, or there is none. Then the other nodes have
     *     been told past it, where topics have messages; it is for this node to tell its own, and
     *     that it was {@linkplain #passedBy passed by}
     */
    boolean append(String topic, String event, Payload payload, Sent sent);

    /**
     * Something was sent to a topic and did not go through the log; nothing becomes of it if the
     * topic has not {@linkplain #came come}.
     */
    void passedBy(String topic);

    /** A message of a topic was told past the log, which has it. */
    void toldPast(String topic);

    /** A topic has no need any more of what there is of it up to a place. */
    void trim(String topic, Position upTo);

    /** A topic has missed something: it is told all that there is by {@link Listener#loaded}. */
    void readAnew(String topic);

    /** Whether there is so little room left that it is for what makes some. */
    boolean isFull();

    /** How many bytes a message may have, all in all. */
    long bytesMax();

    /** What a node wants to know of a message of its own when that has been logged. */
    interface Sent {}

    /** What a log tells its node. Called by one thread at a time; it must not block. */
    interface Listener {
        /**
         * A topic's newest messages, oldest first, as the log has them: it knows no more than that.
         *
         * @param floor all after this offset are among them
         */
        void loaded(String topic, Position newest, List<Kept> messages, long floor);

        /**
         * The next message of a topic in the log.
         *
         * @param heard whether the subscribers have heard it already
         * @param frame as of {@link Cluster.Node#deliver}
         * @param sent what went with it, if it is of this node; else nothing
         */
        void logged(String topic, Kept kept, boolean heard, byte[] frame, Optional<Sent> sent);

        /** The next place of a topic in the log: messages are missing there, and cannot be had. */
        void hole(String topic, Position place);

        /** Subscribers have not heard a message that came too late for its turn. */
        default void missed(String topic) {}

        /** A topic is where the log is, whatever was sent past that. */
        void caughtUp(String topic);

        /** A message of this node's that the log did not take. */
        void unlogged(String topic, Sent sent);
    }
}
