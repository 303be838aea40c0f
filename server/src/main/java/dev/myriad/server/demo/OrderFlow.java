package dev.myriad.server.demo;

import dev.myriad.server.demo.OrderBook.Answer;
import dev.myriad.server.demo.OrderBook.Side;
import dev.myriad.server.demo.OrderBook.Trade;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Makes up orders around a price that wanders: the same ones for the same seed. Not thread-safe.
 */
final class OrderFlow {
    private static final int OPEN = 1_024;
    private static final int SPREAD = 40;
    private static final int ACROSS = 4;
    private static final long MIDDLE = 10_000;

    private final SplittableRandom random;
    private final long[] open = new long[OPEN];
    private long middle = MIDDLE;
    private int next;

    OrderFlow(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** The price around which the next orders are. */
    void wander() {
        middle = Math.clamp(middle + random.nextInt(-1, 2), MIDDLE - 2_000, MIDDLE + 2_000);
    }

    /** One new order in place of the oldest that rests still: two updates at most. */
    int step(OrderBook book, Consumer<Trade> heard) {
        int updates = 1;
        if (open[next] != 0 && book.cancel(this, open[next]) instanceof Answer.Cancelled) {
            updates++;
        }
        Side side = random.nextBoolean() ? Side.BUY : Side.SELL;
        long away = random.nextInt(8) == 0 ? -random.nextInt(ACROSS) : away();
        long price = side == Side.BUY ? middle - away : middle + away;
        Answer answer = book.submit(this, side, price, random.nextInt(1, 100), heard);
        open[next] =
                answer instanceof Answer.Accepted(long id, _, long resting) && resting > 0 ? id : 0;
        next = (next + 1) % OPEN;
        return updates;
    }

    /** Most are near the middle. */
    private long away() {
        int one = random.nextInt(1, SPREAD);
        int other = random.nextInt(1, SPREAD);
        return Math.min(one, other);
    }
}
