package dev.myriad.net.engine;

import dev.myriad.net.Budget;

/**
 * What waits to be sent to one connection, and what that is charged with for it. Confined to its
 * shard's thread.
 */
public abstract class Output {
    private int charged;

    /** What it costs, in bytes. */
    protected abstract int cost();

    /**
     * Charges what it costs by now; false, and nothing is changed, if the budget is short of it.
     */
    public final boolean charge(Budget budget) {
        int now = cost();
        boolean held = now == charged || budget.move(charged, now);
        if (held) {
            charged = now;
        }
        return held;
    }

    /** Nothing of it will be sent any more. */
    public final void forget(Budget budget) {
        boolean _ = budget.move(charged, 0);
        charged = 0;
    }

    /** What it is charged with. */
    public final int charged() {
        return charged;
    }
}
