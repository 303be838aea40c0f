package dev.myriad.net;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counters of a transport since its start. Immutable.
 *
 * @param open upgraded connections now
 * @param accepted sockets accepted
 * @param upgraded upgrade requests accepted
 * @param refused upgrade requests refused, bad requests and connections over a limit
 * @param messagesIn complete data messages received
 * @param framesOut sends to connections, group members counted one by one
 * @param bytesIn bytes received
 * @param bytesOut bytes sent or queued
 * @param congested connections that had to queue output
 * @param closedSlow connections closed because their queue was full
 * @param closed connections that the server closed, by close code; those of libraries count under
 *     3000 and those of applications under 4000
 * @param dropped sends to a group that were dropped on a shard, because its earlier ones were still
 *     under way and too large to queue more
 * @param limits how often each of {@link Limit#ofConnections} was exceeded, by its key
 * @param held bytes that clients make the server hold now, by the key of the {@link Memory.Kind};
 *     of the whole endpoint
 * @param heldMax what they may be at most
 */
public record NetStats(
        long open,
        long accepted,
        long upgraded,
        long refused,
        long messagesIn,
        long framesOut,
        long bytesIn,
        long bytesOut,
        long congested,
        long closedSlow,
        Map<Integer, Long> closed,
        long dropped,
        Map<String, Long> limits,
        Map<String, Long> held,
        Map<String, Long> heldMax) {
    public NetStats {
        closed = Collections.unmodifiableMap(new LinkedHashMap<>(closed));
        limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
        held = Collections.unmodifiableMap(new LinkedHashMap<>(held));
        heldMax = Collections.unmodifiableMap(new LinkedHashMap<>(heldMax));
    }
}
