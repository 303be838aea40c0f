package dev.myriad.spring;

import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Transports;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the endpoint. Immutable.
 *
 * @param enabled whether there is an endpoint at all
 * @param host the address to listen on; only this machine by default
 * @param port the port to listen on; 0 = any free one
 * @param transport auto, uring or netty
 * @param shards event loops; 0 = as many as cores
 * @param warmUp for how long at most the endpoint serves clients of its own before it listens
 * @param trustedProxies networks of proxies that may say whose request they pass on, such as
 *     10.0.0.0/8
 * @param limits bounds by their names, such as idle-millis
 */
@ConfigurationProperties("myriad")
record MyriadProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("127.0.0.1") String host,
        @DefaultValue("4000") int port,
        @DefaultValue("auto") Transports.Kind transport,
        @DefaultValue("0") int shards,
        @DefaultValue("0s") Duration warmUp,
        @DefaultValue List<String> trustedProxies,
        @DefaultValue Map<String, Integer> limits,
        @DefaultValue Drain drain) {
    /**
     * How the endpoint ends.
     *
     * @param notice for how long it serves on, not ready any more, before it closes the first
     *     connection
     * @param perSecond connections closed in a second; 0 = all at once
     * @param deadline after which those that are left are closed at once; never later than
     *     spring.lifecycle.timeout-per-shutdown-phase allows
     */
    record Drain(
            @DefaultValue("0s") Duration notice,
            @DefaultValue("5000") int perSecond,
            @DefaultValue("30s") Duration deadline) {}

    /** Those that have no name here are as the library has them. */
    Limits bounds() {
        Limits bounds = Limits.DEFAULT;
        for (Map.Entry<String, Integer> setting : limits.entrySet()) {
            bounds = bounds.with(Limit.named(setting.getKey()), setting.getValue());
        }
        return bounds;
    }

    int eventLoops() {
        return shards == 0 ? Runtime.getRuntime().availableProcessors() : shards;
    }
}
