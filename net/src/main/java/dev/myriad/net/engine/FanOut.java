package dev.myriad.net.engine;

import java.util.ArrayDeque;

/**
 * The group sends that a shard has under way. They take turns, a slice each, so that a small group
 * does not wait for a large one. Confined to its shard's thread.
 */
final class FanOut {
    /**
     * Deliveries in one slice. It bounds how long a reply waits; a larger slice would not be
     * cheaper.
     */
    private static final int SLICE = 64;

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
            budget -= Math.max(1, members.slice(budget));
            if (members.isBusy()) {
                turns.add(members);
            }
        }
        return !turns.isEmpty();
    }
}
