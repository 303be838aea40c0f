package dev.myriad.pubsub;

/**
 * A place in what a topic remembers of its messages. Immutable.
 *
 * @param epoch offsets of different epochs cannot be compared
 * @param offset of the message last seen; 0 before the first
 */
public record Position(String epoch, long offset) {
    /** Before all others. */
    static final Position NONE = new Position("", 0);
}
