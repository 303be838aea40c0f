package dev.myriad.server.demo;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.PayloadException;
import dev.myriad.server.demo.Market.Filled;
import dev.myriad.server.demo.OrderBook.Answer;
import dev.myriad.server.demo.OrderBook.Side;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One trader. What is no whole number is refused here, what is out of bounds by the book. */
final class MarketChannel extends Channel {
    private final Supplier<Optional<Market>> market;

    MarketChannel(Supplier<Optional<Market>> market) {
        this.market = market;
    }

    @Override
    protected JoinResult join(String topic, Payload params) {
        return market.get().isPresent()
                ? JoinResult.ok(Map.of("rateMax", Market.RATE_MAX))
                : JoinResult.error(Map.of("reason", "the market is closed"));
    }

    @Override
    protected void joined() {
        market.get().ifPresent(home -> home.send(new Market.Watch(self())));
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        Optional<Market> home = market.get();
        if (home.isEmpty()) {
            return refused("the market is closed");
        }
        Map<?, ?> wish = object(payload);
        return switch (event) {
            case "place" -> place(home.get(), wish);
            case "cancel" -> cancel(home.get(), wish);
            case "rate" -> rate(home.get(), wish);
            default -> refused("a market knows the events place, cancel and rate");
        };
    }

    private Result place(Market home, Map<?, ?> wish) {
        OptionalLong price = whole(wish.get("price"));
        OptionalLong quantity = whole(wish.get("quantity"));
        if (price.isEmpty() || quantity.isEmpty()) {
            return refused("price and quantity are whole numbers");
        }
        return switch (String.valueOf(wish.get("side"))) {
            case "buy" -> place(home, Side.BUY, price.getAsLong(), quantity.getAsLong());
            case "sell" -> place(home, Side.SELL, price.getAsLong(), quantity.getAsLong());
            default -> refused("a side is buy or sell");
        };
    }

    private Result place(Market home, Side side, long price, long quantity) {
        return answer(home.call(new Market.Place(self(), side, price, quantity)));
    }

    private Result cancel(Market home, Map<?, ?> wish) {
        OptionalLong id = whole(wish.get("id"));
        return id.isEmpty()
                ? refused("an id is a whole number")
                : answer(home.call(new Market.Cancel(self(), id.getAsLong())));
    }

    private static Result rate(Market home, Map<?, ?> wish) {
        OptionalLong wanted = whole(wish.get("perSecond"));
        if (wanted.isEmpty() || wanted.getAsLong() < 0 || wanted.getAsLong() > Market.RATE_MAX) {
            return refused("a rate is 0 to %,d".formatted(Market.RATE_MAX));
        }
        home.send(new Market.Rate(wanted.getAsLong()));
        return Result.ok();
    }

    private static Result answer(Answer answer) {
        return switch (answer) {
            case Answer.Accepted accepted -> Result.ok(accepted);
            case Answer.Cancelled cancelled -> Result.ok(cancelled);
            case Answer.Refused(String reason) -> refused(reason);
        };
    }

    @Override
    protected void handleInfo(Object message) {
        switch (message) {
            case Filled filled -> push("filled", filled);
            default -> throw new IllegalArgumentException("unexpected " + message);
        }
    }

    /** No number that is cut, rounded or read from text: those do not count. */
    private static OptionalLong whole(@Nullable Object value) {
        return value instanceof Integer || value instanceof Long
                ? OptionalLong.of(((Number) value).longValue())
                : OptionalLong.empty();
    }

    private static Map<?, ?> object(Payload payload) {
        try {
            return payload.isObject() ? payload.as(Map.class) : Map.of();
        } catch (PayloadException _) {
            return Map.of();
        }
    }

    private static Result refused(String reason) {
        return Result.error(Map.of("reason", reason));
    }
}
