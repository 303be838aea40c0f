package dev.myriad.server.demo;

import dev.myriad.channels.Endpoint;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Supervisor;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.PresenceRule;
import dev.myriad.pubsub.StateRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** The applications of the demo, for one endpoint. Thread-safe. */
public final class Applications implements AutoCloseable {
    private static final int CHAT_MESSAGES = 200;
    private static final int SAMPLES = 240;

    private final List<String> shown;
    private final Headcount people = new Headcount();
    private final Headcount viewers = new Headcount();
    private final AtomicLong updates = new AtomicLong();
    private volatile Optional<Supervisor> supervisor = Optional.empty();

    /**
     * @param shown the addresses of a cluster's nodes, which the chat shows and lets anybody kill;
     *     without any it does not
     */
    public Applications(List<String> shown) {
        this.shown = List.copyOf(shown);
    }

    /** Gives the endpoint's topics their rules. */
    public Endpoint.Builder remember(Endpoint.Builder builder) {
        return builder.topics(
                        "room:*",
                        rule ->
                                rule.history(HistoryRule.last(CHAT_MESSAGES))
                                        .presence(PresenceRule.full().listener(people)))
                .topics(
                        LiveMetrics.TOPIC,
                        rule ->
                                rule.history(HistoryRule.last(SAMPLES))
                                        .presence(PresenceRule.count().listener(viewers))
                                        .state(StateRule.keyed())
                                        .ofEachNode())
                .topics(Market.TOPIC, rule -> rule.state(StateRule.keyed()).ofEachNode());
    }

    /** Gives a socket their channels. */
    public void channels(SocketRoutes socket) {
        socket.channel("room:*", () -> new ChatRoom(shown))
                .channel(LiveMetrics.TOPIC, MetricsChannel::new)
                .channel(Market.TOPIC, () -> new MarketChannel(this::market));
    }

    /**
     * Starts what runs without clients.
     *
     * @param metrics of the server by name, asked twice a second
     */
    public void start(Endpoint endpoint, Supplier<Map<String, Long>> metrics) {
        supervisor =
                Optional.of(
                        Supervisor.oneForOne()
                                .name("demo")
                                .child("market", () -> new Market(endpoint, updates))
                                .child(
                                        "metrics",
                                        () -> new LiveMetrics(endpoint, () -> all(metrics)))
                                .start());
    }

    /** The one that lives now: a crashed one is followed by another. */
    private Optional<Market> market() {
        return supervisor.flatMap(all -> all.which("market")).map(Market.class::cast);
    }

    private Map<String, Long> all(Supplier<Map<String, Long>> metrics) {
        Map<String, Long> all = new HashMap<>(metrics.get());
        all.put("people", people.present());
        all.put("viewers", viewers.present());
        all.put("market_updates_per_second", updates.get());
        return all;
    }

    @Override
    public void close() {
        supervisor.ifPresent(all -> all.stop(new ExitReason.Shutdown("closed")));
    }
}
