package dev.myriad.server.demo;

import dev.myriad.channels.Endpoint;
import dev.myriad.process.Call;
import dev.myriad.process.Caller;
import dev.myriad.process.Down;
import dev.myriad.process.Process;
import dev.myriad.process.Request;
import dev.myriad.pubsub.State;
import dev.myriad.server.demo.OrderBook.Answer;
import dev.myriad.server.demo.OrderBook.Side;
import dev.myriad.server.demo.OrderBook.Totals;
import dev.myriad.server.demo.OrderBook.Trade;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The home of one order book: all orders go through this process, one after the other. Forty times
 * a second it puts the depth that has changed into the topic's keyed state, {@code b:<price>} and
 * {@code a:<price>}, and broadcasts what was traded. In between it lets an {@link OrderFlow} act,
 * at the pace that is wanted but for half of the time at most.
 */
final class Market extends Process {
    static final String TOPIC = "market";
    static final long RATE_MAX = 1_000_000;

    private static final long RATE_UNWATCHED_MAX = 100;
    private static final int ORDERS_OF_ONE_MAX = 100;
    private static final int TRADES_TOLD_MAX = 12;
    private static final int FIRST_ORDERS = 400;
    private static final int TOTALS_EVERY = 10;
    private static final int CHECK_EVERY = 64;
    private static final long SEED = 42;
    private static final Duration TICK = Duration.ofMillis(25);
    private static final long BUDGET_NANOS = TICK.toNanos() / 2;
    private static final Object TICKED = "tick";

    /** Wants to trade. */
    record Place(Process owner, Side side, long price, long quantity) implements Request<Answer> {}

    /** Takes an order back. */
    record Cancel(Process owner, long id) implements Request<Answer> {}

    /** Is there to look, until it ends. */
    record Watch(Process viewer) {}

    /** How many updates a second the flow is to make. */
    record Rate(long perSecond) {}

    /** Tells an owner that its order was met. */
    record Filled(long id, long price, long quantity, long left) {}

    private record Told(long price, long quantity, Side taker) {}

    private final Endpoint endpoint;
    private final State depth;
    private final AtomicLong updatesPerSecond;
    private final OrderBook book = new OrderBook();
    private final OrderFlow flow = new OrderFlow(SEED);
    private final Map<Process, Set<Long>> owned = new HashMap<>();
    private final Set<Process> known = new HashSet<>();
    private final ArrayDeque<Told> latest = new ArrayDeque<>();
    private long rate = RATE_UNWATCHED_MAX;
    private double due;
    private long trades;
    private long tradesTold;
    private long updates;
    private long updatesTold;
    private long tradesCounted;
    private long ticks;
    private long lastNanos = System.nanoTime();
    private long totalsNanos = System.nanoTime();

    Market(Endpoint endpoint, AtomicLong updatesPerSecond) {
        this.endpoint = endpoint;
        this.depth = endpoint.state(TOPIC);
        this.updatesPerSecond = updatesPerSecond;
    }

    @Override
    protected void started() {
        depth.all().keySet().forEach(depth::remove); // of one that has crashed
        for (int i = 0; i < FIRST_ORDERS; i++) {
            updates += flow.step(book, this::traded);
        }
        send(TICKED);
    }

    @Override
    protected void handle(Object message) {
        switch (message) {
            case Call(Place order, Caller caller) -> caller.reply(place(order));
            case Call(Cancel(Process owner, long id), Caller caller) ->
                    caller.reply(cancel(owner, id));
            case Watch(Process viewer) -> know(viewer);
            case Rate(long wanted) -> rate = Math.clamp(wanted, 0, RATE_MAX);
            case Down(_, Process gone, _) -> forget(gone);
            default -> tick();
        }
    }

    private void know(Process someone) {
        if (known.add(someone)) {
            monitor(someone);
        }
    }

    private void forget(Process gone) {
        known.remove(gone);
        Set<Long> orders = owned.remove(gone);
        if (orders != null) {
            orders.forEach(id -> book.cancel(gone, id));
        }
    }

    private Answer place(Place order) {
        know(order.owner());
        Set<Long> own = owned.computeIfAbsent(order.owner(), _ -> new HashSet<>());
        if (own.size() >= ORDERS_OF_ONE_MAX) {
            return new Answer.Refused(
                    "you have %d orders, as many as you may".formatted(own.size()));
        }
        Answer answer =
                book.submit(
                        order.owner(), order.side(), order.price(), order.quantity(), this::traded);
        if (answer instanceof Answer.Accepted(long id, _, long resting)) {
            updates++;
            if (resting > 0) {
                own.add(id);
            }
        }
        return answer;
    }

    private Answer cancel(Process owner, long id) {
        Answer answer = book.cancel(owner, id);
        if (answer instanceof Answer.Cancelled) {
            updates++;
            owned.getOrDefault(owner, new HashSet<>()).remove(id);
        }
        return answer;
    }

    private void traded(Trade trade) {
        trades++;
        if (latest.size() == TRADES_TOLD_MAX) {
            latest.removeFirst();
        }
        latest.addLast(new Told(trade.price(), trade.quantity(), trade.taker()));
        if (trade.maker() instanceof Process owner) {
            long left = book.left(trade.makerId());
            if (left == 0) {
                owned.getOrDefault(owner, new HashSet<>()).remove(trade.makerId());
            }
            owner.send(new Filled(trade.makerId(), trade.price(), trade.quantity(), left));
        }
    }

    // ---- each tick

    private void tick() {
        sendAfter(TICK, TICKED);
        flow();
        tellDepth();
        tellTrades();
        if (++ticks % TOTALS_EVERY == 0) {
            tellTotals();
        }
    }

    /**
     * As many orders as are due, or as there is time for: what is not done in time is not made up
     * for.
     */
    private void flow() {
        long begin = System.nanoTime();
        long pace = known.isEmpty() ? Math.min(rate, RATE_UNWATCHED_MAX) : rate;
        due = Math.min(due, 1) + pace * (double) (begin - lastNanos) / TimeUnit.SECONDS.toNanos(1);
        lastNanos = begin;
        if (due >= 1) {
            flow.wander();
        }
        for (int i = 1; due >= 1; i++) {
            int made = flow.step(book, this::traded);
            updates += made;
            due -= made;
            if (i % CHECK_EVERY == 0 && System.nanoTime() - begin > BUDGET_NANOS) {
                break;
            }
        }
    }

    /** First what is gone, then the rest at once, so that nobody sees a crossed book in between. */
    private void tellDepth() {
        Map<String, Long> put = new HashMap<>();
        List<String> gone = new ArrayList<>();
        for (Side side : Side.values()) {
            String prefix = side == Side.BUY ? "b:" : "a:";
            book.takeChanges(
                    side,
                    (price, quantity) -> {
                        if (quantity > 0) {
                            put.put(prefix + price, quantity);
                        } else {
                            gone.add(prefix + price);
                        }
                    });
        }
        gone.forEach(depth::remove);
        if (!put.isEmpty()) {
            depth.putAll(put);
        }
    }

    private void tellTrades() {
        if (trades > tradesTold) {
            endpoint.broadcast(
                    TOPIC, "trades", Map.of("count", trades - tradesTold, "latest", latest));
            tradesTold = trades;
            latest.clear();
        }
    }

    private void tellTotals() {
        long now = System.nanoTime();
        double seconds = (now - totalsNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        updatesPerSecond.set(Math.round((updates - updatesTold) / seconds));
        Totals totals = book.totals();
        endpoint.broadcast(
                TOPIC,
                "totals",
                Map.of(
                        "rate", rate,
                        "updatesPerSecond", updatesPerSecond.get(),
                        "tradesPerSecond", Math.round((trades - tradesCounted) / seconds),
                        "orders", book.size(),
                        "totals", totals,
                        "conserved", totals.isConserved(),
                        "crossed", isCrossed()));
        updatesTold = updates;
        tradesCounted = trades;
        totalsNanos = now;
    }

    private boolean isCrossed() {
        OptionalLong bid = book.best(Side.BUY);
        OptionalLong ask = book.best(Side.SELL);
        return bid.isPresent() && ask.isPresent() && bid.getAsLong() >= ask.getAsLong();
    }
}
