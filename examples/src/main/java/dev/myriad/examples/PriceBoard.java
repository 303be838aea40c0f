package dev.myriad.examples;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.State;
import dev.myriad.pubsub.StateRule;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Prices by symbol, which everybody sees as they are now. */
public final class PriceBoard {
    private final Endpoint endpoint;

    PriceBoard(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** One who watches. */
    static final class Watcher extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return Result.error(Map.of("reason", "watchers only watch"));
        }
    }

    static Endpoint.Builder endpoint() {
        return Endpoint.builder()
                .topics(
                        "prices:*",
                        rule -> rule.state(StateRule.keyed().every(Duration.ofMillis(100))))
                .topics("notes:*", rule -> rule.state(StateRule.keyed().writtenByClients()))
                .socket("/socket", socket -> socket.channel("*", Watcher::new));
    }

    void quote() {
        State prices = endpoint.state("prices:nyse");
        prices.put("ACME", 1203);
        prices.putAll(Map.of("INIT", 771, "HOOLI", 9_950));
        prices.remove("ACME");
    }

    /** An order sets a price, once, however often it is sent. */
    long order(State prices) {
        long version = prices.once("order-4711").put("ACME", 1250);
        return version;
    }

    /** Adds to a price, whatever others do meanwhile. */
    long raise(String symbol, int by) {
        State prices = endpoint.state("prices:nyse");
        while (true) {
            long seen = prices.version();
            int price = prices.get(symbol).map(value -> value.as(Integer.class)).orElse(0);
            Optional<Long> version = prices.compareAndSet(symbol, seen, price + by);
            if (version.isPresent()) {
                return version.get();
            }
        }
    }
}
