package dev.myriad.net.spi;

import java.util.ArrayDeque;

/**
 * The group sends that a shard has under way. They take turns, a slice each, so that a small group
 * does not wait for a large one. Confined to its shard's thread.
 */
final class FanOut {
    /** Deliveries a slice; 64 to 1,024 cost the same, and this one lasts about a millisecond. */
    private static final int SLICE = 256;

    private final ArrayDeque<Members> turns = new ArrayDeque<>();

    void schedule(Members members) {
        turns.add(members);
    }

    /** Sends one slice's worth; whether more is left. */
    boolean slice() {
        int budget = SLICE;
        while (budget > 0) {
            Members members = turns.poll();
            if (members == null) {
                return false;
            }
            budget -= members.slice(budget);
            if (members.isBusy()) {
                turns.add(members);
            }
        }
        return !turns.isEmpty();
    }
}
