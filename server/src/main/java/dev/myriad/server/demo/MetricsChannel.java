package dev.myriad.server.demo;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets clients watch the topic {@code metrics}, and counts them: what they see, the topic's rules
 * and {@link LiveMetrics} do.
 */
final class MetricsChannel extends Channel {
    private static final AtomicLong VIEWERS = new AtomicLong();

    @Override
    protected JoinResult join(String topic, Payload params) {
        return JoinResult.ok();
    }

    @Override
    protected void joined() {
        track("viewer " + VIEWERS.incrementAndGet(), Map.of());
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
        return Result.error(Map.of("reason", "metrics only tell"));
    }
}
