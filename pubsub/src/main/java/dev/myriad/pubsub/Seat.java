package dev.myriad.pubsub;

import dev.myriad.protocol.Serializer;
import java.util.Set;

/**
 * What a subscribed connection gets: those who have the same seat in a topic get the same bytes.
 * Immutable.
 *
 * @param serializer by which its messages are encoded, compared by identity
 * @param intercepted the events that it does not get
 * @param positioned whether each message tells its place in the topic's history
 */
record Seat(Serializer serializer, Set<String> intercepted, boolean positioned) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Seat seat
                && seat.serializer == serializer
                && seat.positioned == positioned
                && seat.intercepted.equals(intercepted);
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(serializer);
    }
}
