package dev.myriad.pubsub;

import java.util.Map;

/** A change of a topic's values that somebody wants. Immutable. */
@SuppressWarnings("ArrayRecordComponent") // carriers, never compared
sealed interface StateCommand {
    /** Gives a key a value. */
    record Put(String key, byte[] value) implements StateCommand {}

    /** Gives keys values, in their order; all or none. */
    record PutAll(Map<String, byte[]> values) implements StateCommand {}

    /** Takes a key out. */
    record Remove(String key) implements StateCommand {}

    /** Gives a key a value if it is as it was at a version. */
    record CompareAndSet(String key, long seen, byte[] value) implements StateCommand {}

    /** A command that is done once, however often it comes. */
    record Once(String id, StateCommand command) implements StateCommand {}

    /** Whether nothing grows by it. */
    default boolean isRemoval() {
        return switch (this) {
            case Remove _ -> true;
            case Once once -> once.command.isRemoval();
            case Put _, PutAll _, CompareAndSet _ -> false;
        };
    }

    /**
     * What became of one.
     *
     * @param done false if there was no such key, or it had been changed since
     * @param version of the state then
     */
    record Outcome(boolean done, long version) {}
}
