package dev.myriad.pubsub;

import java.util.Optional;

/** What one who joins a topic wants of its history. Immutable. */
public sealed interface Resume {
    /** Nothing: messages as they are. */
    Resume NOTHING = new Nothing();

    /** To know the places of all messages from now on. */
    Resume POSITIONS = new Last(0);

    /** What it says is no wish that can be understood. */
    Resume MALFORMED = new After(Optional.empty());

    /** See {@link #NOTHING}. */
    record Nothing() implements Resume {}

    /** The newest messages, before those that come. */
    record Last(int count) implements Resume {}

    /** All after the last message that it has seen. */
    record After(Optional<Position> position) implements Resume {}
}
