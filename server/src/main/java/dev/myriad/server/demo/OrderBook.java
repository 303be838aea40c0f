package dev.myriad.server.demo;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The orders of one market, matched by price, then by time. Prices and quantities are whole
 * numbers; no sum of them can overflow. After each call no bid is as high as an ask, and {@code
 * submitted = resting + 2 * traded + cancelled}. Not thread-safe.
 */
final class OrderBook {
    static final long PRICE_MAX = 1_000_000;
    static final long QUANTITY_MAX = 1_000_000;
    static final int ORDERS_MAX = 100_000;

    enum Side {
        BUY,
        SELL
    }

    /** What became of an order. */
    sealed interface Answer {
        /**
         * It was taken.
         *
         * @param resting what nobody wanted yet
         */
        record Accepted(long id, long traded, long resting) implements Answer {}

        /** It was not, and nothing has changed. */
        record Refused(String reason) implements Answer {}

        /** What rested of it is gone. */
        record Cancelled(long quantity) implements Answer {}
    }

    /** A new order, the taker's, met one that rested, the maker's. */
    record Trade(long price, long quantity, Side taker, long takerId, Object maker, long makerId) {}

    /** What went in and where it is; quantities. */
    record Totals(long submitted, long resting, long traded, long cancelled) {
        boolean isConserved() {
            return submitted == resting + 2 * traded + cancelled;
        }
    }

    /** One that rests: a link of its level's queue. */
    private static final class Order {
        final long id;
        final Object owner;
        final Level level;
        long quantity;
        @Nullable Order next;
        @Nullable Order previous;

        Order(long id, Object owner, Level level, long quantity) {
            this.id = id;
            this.owner = owner;
            this.level = level;
            this.quantity = quantity;
        }
    }

    /** The orders at one price, oldest first. */
    private static final class Level {
        final Side side;
        final long price;
        long quantity;
        @Nullable Order first;
        @Nullable Order last;

        Level(Side side, long price) {
            this.side = side;
            this.price = price;
        }

        void add(Order order) {
            Order end = last;
            order.previous = end;
            if (end == null) {
                first = order;
            } else {
                end.next = order;
            }
            last = order;
            quantity += order.quantity;
        }

        void remove(Order order) {
            Order before = order.previous;
            Order after = order.next;
            if (before == null) {
                first = after;
            } else {
                before.next = after;
            }
            if (after == null) {
                last = before;
            } else {
                after.previous = before;
            }
            quantity -= order.quantity;
        }
    }

    private final NavigableMap<Long, Level> bids = new TreeMap<>(Comparator.reverseOrder());
    private final NavigableMap<Long, Level> asks = new TreeMap<>();
    private final Map<Long, Order> orders = new HashMap<>();
    private final Set<Long> changedBids = new HashSet<>();
    private final Set<Long> changedAsks = new HashSet<>();
    private long lastId;
    private long submitted;
    private long resting;
    private long traded;
    private long cancelled;

    /** Matches an order, and lets rest what is left; {@code heard} gets each trade. */
    Answer submit(Object owner, Side side, long price, long quantity, Consumer<Trade> heard) {
        if (price < 1 || price > PRICE_MAX) {
            return new Answer.Refused("a price is 1 to %,d".formatted(PRICE_MAX));
        }
        if (quantity < 1 || quantity > QUANTITY_MAX) {
            return new Answer.Refused("a quantity is 1 to %,d".formatted(QUANTITY_MAX));
        }
        if (orders.size() >= ORDERS_MAX) {
            return new Answer.Refused("the book is full");
        }
        if (submitted > Long.MAX_VALUE - quantity) {
            return new Answer.Refused("the market has counted as far as it can");
        }
        submitted += quantity;
        long id = ++lastId;
        long left = match(id, side, price, quantity, heard);
        if (left > 0) {
            rest(new Order(id, owner, level(side, price), left));
        }
        return new Answer.Accepted(id, quantity - left, left);
    }

    private long match(long id, Side side, long price, long quantity, Consumer<Trade> heard) {
        NavigableMap<Long, Level> others = side == Side.BUY ? asks : bids;
        long left = quantity;
        while (left > 0 && !others.isEmpty()) {
            Level best = others.firstEntry().getValue();
            if (side == Side.BUY ? best.price > price : best.price < price) {
                break;
            }
            Order maker = best.first;
            if (maker == null) {
                throw new AssertionError("an empty level");
            }
            long met = Math.min(left, maker.quantity);
            left -= met;
            traded += met;
            resting -= met;
            if (met == maker.quantity) {
                take(maker);
            } else {
                maker.quantity -= met;
                best.quantity -= met;
                changed(best);
            }
            heard.accept(new Trade(best.price, met, side, id, maker.owner, maker.id));
        }
        return left;
    }

    /** Takes an order out, if it is this owner's. */
    Answer cancel(Object owner, long id) {
        Order order = orders.get(id);
        if (order == null || order.owner != owner) {
            return new Answer.Refused("there is no such order of yours");
        }
        resting -= order.quantity;
        cancelled += order.quantity;
        take(order);
        return new Answer.Cancelled(order.quantity);
    }

    private Level level(Side side, long price) {
        return levels(side).computeIfAbsent(price, _ -> new Level(side, price));
    }

    private NavigableMap<Long, Level> levels(Side side) {
        return side == Side.BUY ? bids : asks;
    }

    private void rest(Order order) {
        order.level.add(order);
        orders.put(order.id, order);
        resting += order.quantity;
        changed(order.level);
    }

    private void take(Order order) {
        Level level = order.level;
        level.remove(order);
        orders.remove(order.id);
        if (level.first == null) {
            levels(level.side).remove(level.price);
        }
        changed(level);
    }

    private void changed(Level level) {
        (level.side == Side.BUY ? changedBids : changedAsks).add(level.price);
    }

    /** Tells the quantity at each price that has changed since the last call, 0 for none. */
    void takeChanges(Side side, BiConsumer<Long, Long> told) {
        Set<Long> changed = side == Side.BUY ? changedBids : changedAsks;
        changed.forEach(price -> told.accept(price, quantity(side, price)));
        changed.clear();
    }

    /** All that rests at a price. */
    long quantity(Side side, long price) {
        Level level = levels(side).get(price);
        return level == null ? 0 : level.quantity;
    }

    /** The highest bid or the lowest ask. */
    OptionalLong best(Side side) {
        NavigableMap<Long, Level> levels = levels(side);
        return levels.isEmpty() ? OptionalLong.empty() : OptionalLong.of(levels.firstKey());
    }

    /** What rests of an order. */
    long left(long id) {
        Order order = orders.get(id);
        return order == null ? 0 : order.quantity;
    }

    /** How many orders rest. */
    int size() {
        return orders.size();
    }

    Totals totals() {
        return new Totals(submitted, resting, traded, cancelled);
    }
}
