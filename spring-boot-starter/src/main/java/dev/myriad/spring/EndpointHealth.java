package dev.myriad.spring;

import dev.myriad.channels.Endpoint;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Whether the endpoint serves, and how many it serves. Thread-safe. */
final class EndpointHealth extends AbstractHealthIndicator {
    private final Endpoint endpoint;
    private final EndpointLifecycle lifecycle;

    EndpointHealth(Endpoint endpoint, EndpointLifecycle lifecycle) {
        super("the endpoint cannot be asked");
        this.endpoint = endpoint;
        this.lifecycle = lifecycle;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        if (!lifecycle.isReady()) {
            health.outOfService();
            return;
        }
        health.up()
                .withDetail("address", endpoint.address().toString())
                .withDetail("transport", endpoint.transport().name())
                .withDetail("connections", endpoint.transport().stats().open())
                .withDetail("channels", endpoint.stats().channels());
    }
}
