package dev.myriad.channels;

import dev.myriad.longpoll.LongPollStats;
import dev.myriad.pubsub.MemoryStats;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counters of an endpoint since it was built. Immutable.
 *
 * @param channels joined now
 * @param topics that have subscribers now, or remember something
 * @param joins successful ones
 * @param joinsRefused joins that ended in an error reply, those that crashed included
 * @param messages events handled by channels
 * @param broadcasts sent by channels and by the program
 * @param dropped messages of topics that were not given to channels too slow for them
 * @param crashes channels that ended because a callback threw
 * @param limits how often each of {@link dev.myriad.net.Limit#ofChannels} was exceeded, by its key;
 *     those of listeners of the program are counted by their processes, those of polling clients in
 *     {@code longPoll}
 * @param mistakes how often each {@link Mistake} was made, by its key
 * @param longPoll clients that poll
 * @param memory what topics remember
 */
public record EndpointStats(
        long channels,
        int topics,
        long joins,
        long joinsRefused,
        long messages,
        long broadcasts,
        long dropped,
        long crashes,
        Map<String, Long> limits,
        Map<String, Long> mistakes,
        LongPollStats longPoll,
        MemoryStats memory) {
    public EndpointStats {
        limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
        mistakes = Collections.unmodifiableMap(new LinkedHashMap<>(mistakes));
    }
}
