package dev.myriad.pubsub;

import java.util.Map;

/**
 * What topics remember, and what became of those who asked for it. Immutable.
 *
 * @param topics that remember something now
 * @param bytes that it takes
 * @param recovered joins that asked for positions or to resume, and got all that they missed
 * @param notRecovered joins that asked and did not, by why
 * @param gaps times that the members of a topic were told that something may be missing, by rule
 * @param refused calls that were refused, by why
 */
public record MemoryStats(
        int topics,
        long bytes,
        long recovered,
        Map<Recovery.Obstacle, Long> notRecovered,
        long gaps,
        Map<TopicException.Code, Long> refused) {}
