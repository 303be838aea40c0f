package dev.myriad.longpoll;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counters of long polling since the start. Immutable.
 *
 * @param open sessions now, those included that are being let in, and those that have ended while
 *     their client is still to be told
 * @param opened sessions that were let in
 * @param refused clients that were not, or for whom there was no room
 * @param polls requests that asked for messages
 * @param binaryDropped binary messages for clients that poll, which cannot get them
 * @param limits how often those {@linkplain dev.myriad.net.Limit limits} were exceeded that hold
 *     for sessions, by name; the connections of their requests count in the transport's own
 */
public record LongPollStats(
        long open,
        long opened,
        long refused,
        long polls,
        long binaryDropped,
        Map<String, Long> limits) {
    /** Those of a transport to which nobody may poll. */
    public static final LongPollStats NONE = new LongPollStats(0, 0, 0, 0, 0, Map.of());

    public LongPollStats {
        limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
    }
}
