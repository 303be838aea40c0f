package dev.myriad.server.demo;

import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.PresenceRule;
import java.util.concurrent.atomic.AtomicLong;

/** How many are present in all topics whose rule it listens to. Thread-safe. */
final class Headcount implements PresenceRule.Listener {
    private final AtomicLong present = new AtomicLong();

    long present() {
        return present.get();
    }

    @Override
    public void joined(String topic, String key, Payload meta) {
        present.incrementAndGet();
    }

    @Override
    public void left(String topic, String key, Payload meta) {
        present.decrementAndGet();
    }
}
