package dev.myriad.channels;

/**
 * Counters of long polling since the start.
 *
 * @param open sessions now, those included that are being let in
 * @param opened sessions that were let in
 * @param refused clients that were not, or for whom there was no room
 * @param polls requests that asked for messages
 * @param binaryDropped binary messages that could not be sent to one who polls
 */
public record LongPollStats(long open, long opened, long refused, long polls, long binaryDropped) {}
