package dev.myriad.net.uring;

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

    static int lanesPerShard(int connectionsMax, int shards, int slotsMax) {
        long perShard = (long) connectionsMax / shards + connectionsMax / (20L * shards);
        int usable = Math.max(1, slotsMax - SPARE_SLOTS - 1);
        return (int) Math.max(1, (perShard + usable - 1) / usable);
    }

    static LaneSize forConnections(int connectionsMax, int lanes) {
        int slots = (int) ((connectionsMax + connectionsMax / 20L) / lanes) + 1 + SPARE_SLOTS;
        return new LaneSize(512, 8_192, slots, 128, 2_048);
    }
}
