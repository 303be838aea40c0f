package dev.myriad.pubsub;

import java.util.Optional;

/** What the values of a topic had come to at the newest places of their log. Not thread-safe. */
final class RecentStates {
    private static final int COUNT = 64;

    /**
     * What tells two states apart.
     *
     * @param trace over all that was done in the log, see {@link SharedContent}
     */
    record Mark(long version, long trace) {}

    private final long[] places = new long[COUNT];
    private final long[] versions = new long[COUNT];
    private final long[] traces = new long[COUNT];
    private int next;
    private int count;

    void add(long place, long version, long trace) {
        places[next] = place;
        versions[next] = version;
        traces[next] = trace;
        next = (next + 1) % COUNT;
        count = Math.min(count + 1, COUNT);
    }

    /** How it was as of a place, if that is one of the newest. */
    Optional<Mark> at(long place) {
        for (int i = 0; i < count; i++) {
            if (places[i] == place) {
                return Optional.of(new Mark(versions[i], traces[i]));
            }
        }
        return Optional.empty();
    }

    void clear() {
        count = 0;
        next = 0;
    }
}
