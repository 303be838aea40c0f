package dev.myriad.cluster;

/**
 * A message in the log. Immutable.
 *
 * @param previous the place of the one before it of its topic, or one before that
 */
record LogEntry(long place, long previous, NodeMessage message) {}
