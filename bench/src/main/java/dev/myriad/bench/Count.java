package dev.myriad.bench;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/** What clients count; the place of a constant is that of its counter. */
@SuppressWarnings("EnumOrdinal")
enum Count {
    /** Attempts to connect and join. */
    ATTEMPTED,
    JOINED,
    /** Attempts that failed and were made again after a while. */
    RETRIED,
    /** Clients that gave up after too many attempts. */
    GAVE_UP,
    /** Joined clients that the server, or the network, cut off. */
    LOST,
    DELIVERED,
    /** Broadcasts that were not the next in order for their subscriber. */
    OUT_OF_ORDER,
    ECHOED,
    HEARTBEATS_ANSWERED,
    /** Messages that are not what the server should have said. */
    UNEXPECTED,
    SENDS_FAILED,
    /** Receives that found no free buffer and were armed again. */
    BUFFERS_MISSING;

    private static final Count[] ALL = values();

    /** Counters of one thread, which others may read. Written by that thread only. */
    static final class Board {
        private final long[] own = new long[ALL.length];
        private final AtomicLongArray seen = new AtomicLongArray(ALL.length);

        void add(Count what, long amount) {
            own[what.ordinal()] += amount;
        }

        /** Shows the others what has been counted until now. */
        void publish() {
            for (int i = 0; i < own.length; i++) {
                seen.setRelease(i, own[i]);
            }
        }

        private void addTo(long[] sums) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += seen.getAcquire(i);
            }
        }
    }

    /** The sums over all threads at one moment. Immutable. */
    static final class Sums {
        private final long[] values;

        private Sums(long[] values) {
            this.values = values;
        }

        static Sums of(Iterable<Board> boards) {
            long[] sums = new long[ALL.length];
            boards.forEach(board -> board.addTo(sums));
            return new Sums(sums);
        }

        long of(Count what) {
            return values[what.ordinal()];
        }

        Sums minus(Sums earlier) {
            long[] differences = values.clone();
            Arrays.setAll(differences, i -> differences[i] - earlier.values[i]);
            return new Sums(differences);
        }
    }
}
