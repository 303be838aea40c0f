package dev.myriad.cluster;

import java.util.Arrays;

/**
 * What was seen at the newest places of a log: so it shows when a place has something else than
 * before, since the servers have lost what was there. Not thread-safe.
 */
final class SeenPlaces {
    private static final int COUNT = 1 << 12;

    private final long[] places = new long[COUNT];
    private final long[] origins = new long[COUNT];
    private final long[] ids = new long[COUNT];

    /** Whether a message is what was seen at that place, if that is known; from now on it is. */
    boolean agrees(long place, long origin, long id) {
        int at = (int) place & (COUNT - 1);
        boolean other = places[at] == place && (origins[at] != origin || ids[at] != id);
        if (place >= places[at]) {
            places[at] = place;
            origins[at] = origin;
            ids[at] = id;
        }
        return !other;
    }

    void clear() {
        Arrays.fill(places, 0);
    }
}
