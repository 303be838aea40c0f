package dev.myriad.longpoll;

/**
 * A path at which clients may poll. Immutable.
 *
 * @param path as it was declared; sessions that were opened at one are good for no other
 */
public record LongPollRoute(String path, LongPollOptions options) {}
