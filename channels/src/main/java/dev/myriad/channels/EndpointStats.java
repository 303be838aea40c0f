package dev.myriad.channels;

/**
 * Counters of an endpoint since its start.
 *
 * @param channels joined now
 * @param topics with subscribers now
 * @param joins successful ones
 * @param joinsRefused joins that ended in an error reply, those that crashed included
 * @param messages events handled by channels
 * @param broadcasts sent by channels and by the program
 * @param crashes channels that ended because a callback threw
 * @param longPoll clients that poll
 */
public record EndpointStats(
        long channels,
        int topics,
        long joins,
        long joinsRefused,
        long messages,
        long broadcasts,
        long crashes,
        LongPollStats longPoll) {}
