package dev.myriad.server.demo;

import dev.myriad.channels.Endpoint;
import dev.myriad.process.Process;
import dev.myriad.pubsub.State;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Twice a second puts the metrics that have changed into the keyed state of a topic, so that who
 * comes late sees all of them at once; and broadcasts a few, whose last minutes the topic's history
 * has, so that a chart is whole at once too.
 */
final class LiveMetrics extends Process {
    static final String TOPIC = "metrics";

    private static final Duration EVERY = Duration.ofMillis(500);
    private static final Object TICK = "tick";

    private final Endpoint endpoint;
    private final Supplier<Map<String, Long>> source;
    private final State state;
    private Map<String, Long> told = Map.of();

    LiveMetrics(Endpoint endpoint, Supplier<Map<String, Long>> source) {
        this.endpoint = endpoint;
        this.source = source;
        this.state = endpoint.state(TOPIC);
    }

    @Override
    protected void started() {
        send(TICK);
    }

    @Override
    protected void handle(Object message) {
        sendAfter(EVERY, TICK);
        Map<String, Long> now = source.get();
        Map<String, Long> changed = new HashMap<>(now);
        changed.entrySet().removeAll(told.entrySet());
        state.putAll(changed);
        told = now;
        endpoint.broadcast(TOPIC, "sample", now);
    }
}
