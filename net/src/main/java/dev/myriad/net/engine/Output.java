package dev.myriad.net.engine;

import dev.myriad.net.Budget;
import dev.myriad.net.Receipt;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent to one connection, and what that is charged with for it. Confined to its
 * shard's thread.
 */
public abstract class Output {
    private int charged;
    private @Nullable List<Receipt> receipts;

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
        List<Receipt> gone = receipts;
        if (gone != null) {
            receipts = null;
            gone.forEach(Receipt::end);
        }
    }

    /** Ends a receipt's part when nothing waits any more. */
    final void tellWhenGone(Receipt receipt) {
        List<Receipt> waiting = receipts;
        if (waiting == null) {
            waiting = new ArrayList<>(1);
            receipts = waiting;
        }
        waiting.add(receipt);
    }

    /** What it is charged with. */
    public final int charged() {
        return charged;
    }
}
