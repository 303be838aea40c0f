package dev.myriad.pubsub;

import java.util.List;

/**
 * What nodes put into the log of a topic whose values they share. {@link StateWire} has the bytes.
 */
sealed interface StateEntry {
    /** The run of the node that it is of. */
    long origin();

    /** Counts what the origin puts there: a higher one was put later. */
    long number();

    /** To be done, one after the other. */
    record Commands(long origin, long number, List<StateCommand> commands) implements StateEntry {}

    /**
     * A part of all that the origin knows.
     *
     * @param asOf the last entry of the log that it includes; {@link #PAST_THE_LOG} if it is not
     *     what came of that
     * @param version of the state
     * @param trace of the state, see {@link SharedContent}
     * @param bytes the next of those of a {@link SharedContent}
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    record Part(
            long origin,
            long number,
            int part,
            int parts,
            Position asOf,
            long version,
            long trace,
            byte[] bytes)
            implements StateEntry {
        static final Position PAST_THE_LOG = Position.NONE;

        boolean isPastTheLog() {
            return asOf.equals(PAST_THE_LOG);
        }

        boolean isLast() {
            return part == parts - 1;
        }
    }
}
