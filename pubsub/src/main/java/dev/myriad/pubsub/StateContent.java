package dev.myriad.pubsub;

import java.util.List;
import java.util.Map;

/**
 * All that {@link KeyedState} knows, as of one version. Immutable.
 *
 * @param removedVersion the version of the last removal
 * @param done what became of the newest commands that are done once, the oldest first
 */
record StateContent(
        long version,
        long removedVersion,
        List<Entry> entries,
        Map<String, StateCommand.Outcome> done) {
    /** There is nothing, and never was. */
    static final StateContent NOTHING = new StateContent(0, 0, List.of(), Map.of());

    /**
     * A key and its value.
     *
     * @param version of its last change
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    record Entry(String key, byte[] value, long version) {}
}
