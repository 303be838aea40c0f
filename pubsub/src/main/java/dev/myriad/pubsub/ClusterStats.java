package dev.myriad.pubsub;

import java.util.List;

/**
 * A cluster as one node sees it. Counts are since its start.
 *
 * @param name the cluster's
 * @param node this node's name
 * @param connected whether the nodes can be reached at all
 * @param others the names of the other nodes
 * @param buckets the parts of the topics' space that this node listens to, of 65,536
 * @param published messages that were given to the cluster
 * @param unsent those among them that had to be dropped here: there was no connection, or no room
 * @param waiting messages that wait to be sent now
 * @param received messages of other nodes
 * @param lost messages of other nodes that are known not to have come
 * @param gaps how often some were lost
 * @param late messages that came again or after later ones, and were dropped
 * @param refused what came and could not be read, from a version that this one does not know for
 *     instance
 * @param unproven joins that were let in before all nodes had said that this one hears them
 * @param histories the log of the messages of topics with a history
 * @param states the log of the changes of topics with values by key
 */
public record ClusterStats(
        String name,
        String node,
        boolean connected,
        List<String> others,
        int buckets,
        long published,
        long unsent,
        long waiting,
        long received,
        long lost,
        long gaps,
        long late,
        long refused,
        long unproven,
        LogStats histories,
        LogStats states) {
    /**
     * What keeps something for all nodes.
     *
     * @param open whether it does; else each node keeps the messages that it hears, and no values
     *     can be changed
     * @param appended messages of this node that it has stored
     * @param unlogged messages of this node that had to go past it
     * @param waiting messages that are on their way to it now
     * @param reads how often this node has read from it
     * @param gaps how often a message came that did not follow what this node knew
     */
    public record LogStats(
            boolean open, long appended, long unlogged, int waiting, long reads, long gaps) {}

    public ClusterStats {
        others = List.copyOf(others);
    }
}
