package dev.myriad.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.server.demo.OrderBook.Answer;
import dev.myriad.server.demo.OrderBook.Side;
import dev.myriad.server.demo.OrderBook.Totals;
import dev.myriad.server.demo.OrderBook.Trade;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OrderBookTest {
    private static final int STEPS = 5_000;
    private static final Object ADA = "ada";
    private static final Object BOB = "bob";

    private final OrderBook book = new OrderBook();
    private final List<Trade> trades = new ArrayList<>();

    /** Random ones, and two that are always tried. */
    static LongStream seeds() {
        return LongStream.concat(LongStream.of(0, 42), new SplittableRandom().longs(10));
    }

    private record Resting(long id, Object owner, Side side, long price, long quantity) {
        Resting less(long met) {
            return new Resting(id, owner, side, price, quantity - met);
        }
    }

    /** The same, done as one would say it. */
    private static final class Model {
        final List<Resting> resting = new ArrayList<>();

        List<Trade> submit(long id, Object owner, Side side, long price, long quantity) {
            List<Trade> trades = new ArrayList<>();
            Comparator<Resting> bestFirst =
                    Comparator.<Resting>comparingLong(
                                    order -> side == Side.BUY ? order.price() : -order.price())
                            .thenComparingLong(Resting::id);
            long left = quantity;
            List<Resting> others =
                    resting.stream()
                            .filter(order -> order.side() != side)
                            .filter(
                                    order ->
                                            side == Side.BUY
                                                    ? order.price() <= price
                                                    : order.price() >= price)
                            .sorted(bestFirst)
                            .toList();
            for (Resting maker : others) {
                long met = Math.min(left, maker.quantity());
                if (met > 0) {
                    left -= met;
                    trades.add(new Trade(maker.price(), met, side, id, maker.owner(), maker.id()));
                    int index = resting.indexOf(maker);
                    resting.set(index, maker.less(met));
                }
            }
            resting.removeIf(order -> order.quantity() == 0);
            if (left > 0) {
                resting.add(new Resting(id, owner, side, price, left));
            }
            return trades;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void isNeverCrossedConservesQuantityAndMatchesAsTheModel(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Model model = new Model();
        Map<String, Long> depth = new HashMap<>();
        long lastId = 0;
        for (int step = 0; step < STEPS; step++) {
            Object owner = random.nextBoolean() ? ADA : BOB;
            if (random.nextInt(3) == 0) {
                cancel(model, owner, random.nextLong(1, lastId + 2), seed);
            } else {
                Side side = random.nextBoolean() ? Side.BUY : Side.SELL;
                long price = random.nextLong(95, 106);
                long quantity = random.nextLong(1, 20);
                trades.clear();
                Answer answer = book.submit(owner, side, price, quantity, trades::add);
                List<Trade> expected = model.submit(++lastId, owner, side, price, quantity);
                assertThat(trades).as("seed %d, step %d", seed, step).isEqualTo(expected);
                long traded = expected.stream().mapToLong(Trade::quantity).sum();
                assertThat(answer)
                        .isEqualTo(new Answer.Accepted(lastId, traded, quantity - traded));
            }
            check(seed, step);
            follow(depth);
        }
        for (Side side : Side.values()) {
            for (long price = 95; price <= 105; price++) {
                assertThat(book.quantity(side, price))
                        .as("seed %d", seed)
                        .isEqualTo(quantityOf(model, side, price))
                        .isEqualTo(depth.getOrDefault(side + ":" + price, 0L));
            }
        }
    }

    private void cancel(Model model, Object owner, long id, long seed) {
        long before =
                model.resting.stream()
                        .filter(order -> order.id() == id && order.owner() == owner)
                        .mapToLong(Resting::quantity)
                        .sum();
        Answer answer = book.cancel(owner, id);
        if (before == 0) {
            assertThat(answer).as("seed %d", seed).isInstanceOf(Answer.Refused.class);
        } else {
            assertThat(answer).as("seed %d", seed).isEqualTo(new Answer.Cancelled(before));
            model.resting.removeIf(order -> order.id() == id);
        }
    }

    private static long quantityOf(Model model, Side side, long price) {
        return model.resting.stream()
                .filter(order -> order.side() == side && order.price() == price)
                .mapToLong(Resting::quantity)
                .sum();
    }

    private void check(long seed, int step) {
        OptionalLong bid = book.best(Side.BUY);
        OptionalLong ask = book.best(Side.SELL);
        if (bid.isPresent() && ask.isPresent()) {
            assertThat(bid.getAsLong())
                    .as("seed %d, step %d: crossed", seed, step)
                    .isLessThan(ask.getAsLong());
        }
        assertThat(book.totals())
                .as("seed %d, step %d", seed, step)
                .matches(Totals::isConserved, "conserved");
    }

    /** What those know who are told of changes only. */
    private void follow(Map<String, Long> depth) {
        for (Side side : Side.values()) {
            book.takeChanges(side, (price, quantity) -> depth.put(side + ":" + price, quantity));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theFlowKeepsItsBookSmallAndInOrder(long seed) {
        OrderFlow flow = new OrderFlow(seed);
        for (int step = 0; step < 10 * STEPS; step++) {
            if (step % 100 == 0) {
                flow.wander();
            }
            int updates = flow.step(book, trades::add);
            assertThat(updates).as("seed %d", seed).isBetween(1, 2);
            if (step % 50 == 0) {
                check(seed, step);
            }
        }
        assertThat(trades).as("seed %d", seed).isNotEmpty();
        assertThat(book.size()).as("seed %d", seed).isBetween(100, 1_024);
    }

    @Test
    void theSameSeedMakesTheSameOrders() {
        OrderBook other = new OrderBook();
        OrderFlow one = new OrderFlow(7);
        OrderFlow two = new OrderFlow(7);
        for (int step = 0; step < STEPS; step++) {
            int _ = one.step(book, _ -> {});
            int _ = two.step(other, _ -> {});
        }
        assertThat(book.totals()).isEqualTo(other.totals());
    }

    @Test
    void whatIsOutOfBoundsIsRefusedAndChangesNothing() {
        for (long bad :
                new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, OrderBook.PRICE_MAX + 1}) {
            assertThat(book.submit(ADA, Side.BUY, bad, 1, trades::add))
                    .isInstanceOf(Answer.Refused.class);
            assertThat(book.submit(ADA, Side.SELL, 1, bad, trades::add))
                    .isInstanceOf(Answer.Refused.class);
        }
        assertThat(book.totals()).isEqualTo(new Totals(0, 0, 0, 0));
        assertThat(book.size()).isZero();
    }

    @Test
    void aFullBookRefusesUntilThereIsRoom() {
        for (int i = 0; i < OrderBook.ORDERS_MAX; i++) {
            assertThat(submit(ADA, Side.BUY, 1, 1)).isInstanceOf(Answer.Accepted.class);
        }
        assertThat(submit(BOB, Side.BUY, 1, 1)).isInstanceOf(Answer.Refused.class);
        assertThat(book.cancel(BOB, 1)).isInstanceOf(Answer.Refused.class);
        assertThat(book.cancel(ADA, 1)).isEqualTo(new Answer.Cancelled(1));
        assertThat(submit(BOB, Side.BUY, 1, 1)).isInstanceOf(Answer.Accepted.class);
    }

    private Answer submit(Object owner, Side side, long price, long quantity) {
        return book.submit(owner, side, price, quantity, trades::add);
    }

    @Test
    void theOlderOfTwoAtOnePriceIsFirst() {
        assertThat(submit(ADA, Side.SELL, 10, 5)).isEqualTo(new Answer.Accepted(1, 0, 5));
        assertThat(submit(BOB, Side.SELL, 10, 5)).isEqualTo(new Answer.Accepted(2, 0, 5));
        assertThat(submit(ADA, Side.BUY, 11, 7)).isEqualTo(new Answer.Accepted(3, 7, 0));
        assertThat(trades)
                .containsExactly(
                        new Trade(10, 5, Side.BUY, 3, ADA, 1),
                        new Trade(10, 2, Side.BUY, 3, BOB, 2));
    }
}
