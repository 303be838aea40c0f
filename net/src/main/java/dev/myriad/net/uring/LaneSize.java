package dev.myriad.net.uring;

import dev.myriad.net.engine.OpenFiles;

/**
 * How much a lane has of everything. Immutable.
 *
 * @param submissions entries of the submission queue, a power of two; as many sends go to the
 *     kernel in one call
 * @param completions entries of the completion queue; it must hold a burst of receives
 * @param slots connections, at most the limit of open files
 * @param buffers receive buffers, a power of two; they are given back within the turn
 */
record LaneSize(int submissions, int completions, int slots, int buffers, int bufferBytes) {
    /** The kernel spreads connections over the lanes by hash: 5 % and a few more for that. */
    private static final int SPARE_SLOTS = 64;

    /** A lane that is smaller needs less of the rest, too: there are many of them then. */
    private static final int SMALL_SLOTS = 4_096;

    /** A ring and a listener. */
    private static final int FILES_A_LANE = 2;

    /** Each turn looks at all lanes, and each takes some 400 kB. */
    private static final int LANES_A_SHARD_MAX = 128;

    /** As many as so many connections need, or fewer if so many files cannot be opened. */
    static int lanesPerShard(int connectionsMax, int shards, OpenFiles files) {
        int rings = files.left() / 2 / FILES_A_LANE / shards; // the other half is the program's
        return Math.clamp(
                lanesPerShard(connectionsMax, shards, files.max()),
                1,
                Math.clamp(rings, 1, LANES_A_SHARD_MAX));
    }

    static int lanesPerShard(int connectionsMax, int shards, int slotsMax) {
        long perShard = (long) connectionsMax / shards + connectionsMax / (20L * shards);
        int usable = Math.max(1, slotsMax - spareSlots(slotsMax) - 1);
        return (int) Math.max(1, (perShard + usable - 1) / usable);
    }

    static LaneSize forConnections(int connectionsMax, int lanes, int slotsMax) {
        long wanted = (connectionsMax + connectionsMax / 20L) / lanes + 1 + spareSlots(slotsMax);
        int slots = (int) Math.min(wanted, slotsMax);
        return slots < SMALL_SLOTS
                ? new LaneSize(512, 2_048, slots, 32, 2_048)
                : new LaneSize(512, 8_192, slots, 128, 2_048);
    }

    private static int spareSlots(int slotsMax) {
        return Math.min(SPARE_SLOTS, slotsMax / 8);
    }

    /**
     * How many connections of so many find a place in these lanes, however the kernel spreads them.
     */
    int places(int connectionsMax, int lanes) {
        long wanted = connectionsMax + connectionsMax / 20L;
        long there = (long) lanes * slots;
        return there >= wanted ? connectionsMax : (int) (there - there / 8);
    }
}
