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
        long unproven) {
    public ClusterStats {
        others = List.copyOf(others);
    }
}
