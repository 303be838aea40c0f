package dev.myriad.pubsub;

import dev.myriad.protocol.Payload;
import java.util.List;
import java.util.Optional;

/**
 * What one topic remembers of its messages. Offsets grow, but a log that many topics share leaves
 * gaps between those of one: so each message names its predecessor. Confined to the topic: it is
 * called by one thread at a time.
 */
public interface TopicHistory {
    /** Remembers a message, and gives it the next place. It may forget the oldest for that. */
    Kept append(String event, Payload payload, long nowMillis);

    /** The place of the newest message, even if that is forgotten. */
    Position position();

    /**
     * All messages after a place, oldest first; none if the place is that of the newest or later.
     *
     * @return nothing if one of them is forgotten, or the place is none of this history
     */
    Optional<List<Kept>> after(Position position);

    /** The newest messages, oldest first. */
    List<Kept> last(int count);

    /** The newest of the messages sent at that time or later, oldest first. */
    List<Kept> since(long millis, int limit);

    /**
     * Messages that belong here have not come. That takes a place, which the next message names as
     * its predecessor: nobody can go on across it without knowing, or be given all after an earlier
     * place.
     */
    void lost();

    /** Forgets what is too old; whether anything is left. */
    boolean expire(long nowMillis);

    /** Forgets all that it remembers, but not its position. */
    void forget();

    /** What it takes, in bytes. */
    long bytes();

    /** When the newest message came, since 1970; the making of this before the first. */
    long newestMillis();
}
