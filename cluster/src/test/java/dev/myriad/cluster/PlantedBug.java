package dev.myriad.cluster;

import java.util.List;

/** What a node, or the log, does wrong, for a simulation that is to find it. */
enum PlantedBug {
    /** Nothing. */
    NONE,

    /** Who is asked does not say who is present. */
    ANSWERS_WITHOUT_MEMBERS,

    /** Who is asked does not say what was sent last. */
    ANSWERS_WITHOUT_NUMBERS,

    /** Beats do not say what was sent last. */
    BEATS_WITHOUT_NUMBERS,

    /** Beats do not say what was stored last. */
    STORED_UNSAID(1_450),

    /** Some messages have the number of the one before. */
    NUMBERS_TWICE,

    /** Of those who are present it is another who is said to be gone. */
    WRONG_ONE_GONE,

    /** What is sent past the log does not say what it is in the log. */
    PAST_WITHOUT_ID,

    /** A message that is handed over again is stored again. */
    STORED_AGAIN,

    /** The log does not name the message before. */
    WITHOUT_PREVIOUS,

    /** One message more is taken out than may be. */
    TRIMMED_TOO_FAR,

    /** The log does not store that something is missing. */
    WITHOUT_HOLES;

    private static final int SOME = 5;

    /** Where to begin to look, for what shows seldom. */
    final long firstSeed;

    PlantedBug() {
        this(0);
    }

    PlantedBug(long firstSeed) {
        this.firstSeed = firstSeed;
    }

    /** What becomes of a message that a node sends. */
    byte[] sent(byte[] message) {
        NodeMessage it = read(message);
        return switch (this) {
            case ANSWERS_WITHOUT_MEMBERS ->
                    it instanceof NodeMessage.Synced synced
                            ? NodeWire.bytes(
                                    new NodeMessage.Synced(
                                            synced.origin(),
                                            synced.round(),
                                            synced.last(),
                                            synced.contents().stream()
                                                    .map(PlantedBug::withoutMembers)
                                                    .toList()))
                            : message;
            case ANSWERS_WITHOUT_NUMBERS ->
                    it instanceof NodeMessage.Synced synced
                            ? NodeWire.bytes(
                                    new NodeMessage.Synced(
                                            synced.origin(),
                                            synced.round(),
                                            synced.last(),
                                            synced.contents().stream()
                                                    .map(PlantedBug::withoutNumber)
                                                    .toList()))
                            : message;
            case BEATS_WITHOUT_NUMBERS ->
                    it instanceof NodeMessage.Beat beat
                            ? NodeWire.bytes(
                                    new NodeMessage.Beat(
                                            beat.origin(), beat.kind(), beat.name(), List.of()))
                            : message;
            case STORED_UNSAID ->
                    it instanceof NodeMessage.Stored stored
                            ? NodeWire.bytes(
                                    new NodeMessage.Stored(
                                            stored.origin(), stored.log(), List.of()))
                            : message;
            case NUMBERS_TWICE -> {
                byte[] copy = message.clone();
                if (it instanceof NodeMessage.Publish said && said.sequence() % SOME == 0) {
                    NodeWire.number(copy, said.sequence() - 1);
                }
                yield copy;
            }
            case WRONG_ONE_GONE ->
                    it instanceof NodeMessage.Untrack gone
                            ? NodeWire.bytes(
                                    new NodeMessage.Untrack(
                                            gone.origin(),
                                            gone.bucket(),
                                            gone.sequence(),
                                            gone.topic(),
                                            gone.id() + 1))
                            : message;
            case PAST_WITHOUT_ID ->
                    it instanceof NodeMessage.Past past
                            ? NodeWire.bytes(
                                    new NodeMessage.Past(
                                            past.origin(),
                                            past.bucket(),
                                            past.sequence(),
                                            0,
                                            past.place(),
                                            past.topic(),
                                            past.event(),
                                            past.payload(),
                                            past.frame()))
                            : message;
            default -> message;
        };
    }

    private static NodeMessage.Content withoutMembers(NodeMessage.Content content) {
        return new NodeMessage.Content(
                content.bucket(),
                content.sequence(),
                content.part(),
                content.complete(),
                List.of());
    }

    private static NodeMessage.Content withoutNumber(NodeMessage.Content content) {
        return new NodeMessage.Content(
                content.bucket(), 0, content.part(), content.complete(), content.present());
    }

    /** Whether the log stores it. */
    boolean isStored(byte[] message) {
        return this != WITHOUT_HOLES || !(read(message) instanceof NodeMessage.Hole);
    }

    static NodeMessage read(byte[] message) {
        try {
            return NodeWire.read(message);
        } catch (NodeWire.UnreadableException e) {
            throw new AssertionError(e);
        }
    }
}
