package dev.myriad.bench;

/**
 * What a fleet of clients is made of. Immutable.
 *
 * @param source the block of loopback addresses to come from, see {@link Sources}
 * @param inFlight how many may be connecting at a time, over all threads
 * @param batching how many completions a thread waits for, and for how long at most
 */
record Plan(
        Target target,
        Messages messages,
        int clients,
        int threads,
        int slotsPerRing,
        int source,
        int inFlight,
        Batching batching,
        Broadcasts broadcasts) {
    /** Attempts of one client before it gives up. */
    static final int ATTEMPTS_MAX = 20;

    private static final int FEW_RINGS = 8;

    int clientsOfThread(int thread) {
        return clients / threads + (thread < clients % threads ? 1 : 0);
    }

    int firstOfThread(int thread) {
        return clients / threads * thread + Math.min(thread, clients % threads);
    }

    int ringsOfThread(int thread) {
        return Math.max(1, Math.ceilDiv(clientsOfThread(thread), slotsPerRing));
    }

    private int rings() {
        return threads * ringsOfThread(0);
    }

    /** Few rings get plenty of buffers, many rings as few as do. */
    int buffersPerRing() {
        return rings() <= FEW_RINGS ? 1_024 : 128;
    }

    /** Completions to take from a ring in one go: each may hold a buffer. */
    int batch() {
        return buffersPerRing() / 4;
    }

    int bufferBytes() {
        int message = messages.payloadLength() + 256;
        return Math.clamp(Integer.highestOneBit(message) * 2L, 1_024, 16_384);
    }

    int completionQueue() {
        return rings() <= FEW_RINGS ? 8_192 : 2_048;
    }

    /** How a thread waits: until so many completions are there, but not longer than this. */
    record Batching(int completions, long nanosMax) {
        /** For a flood: wakes rarely, and may see a message a millisecond late. */
        static final Batching BULK = new Batching(256, 1_000_000);

        /** For a stopwatch: wakes at once. */
        static final Batching PROMPT = new Batching(1, 10_000_000);
    }
}
