package dev.myriad.pubsub;

import java.util.OptionalLong;

/** The versions that values had at the newest places of their log. Not thread-safe. */
final class RecentVersions {
    private static final int COUNT = 64;

    private final long[] places = new long[COUNT];
    private final long[] versions = new long[COUNT];
    private int next;
    private int count;

    void add(long place, long version) {
        places[next] = place;
        versions[next] = version;
        next = (next + 1) % COUNT;
        count = Math.min(count + 1, COUNT);
    }

    /** The version as of a place, if that is one of the newest. */
    OptionalLong at(long place) {
        for (int i = 0; i < count; i++) {
            if (places[i] == place) {
                return OptionalLong.of(versions[i]);
            }
        }
        return OptionalLong.empty();
    }

    void clear() {
        count = 0;
        next = 0;
    }
}
