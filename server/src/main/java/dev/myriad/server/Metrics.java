package dev.myriad.server;

import dev.myriad.channels.Endpoint;
import dev.myriad.micrometer.EndpointMetrics;
import dev.myriad.micrometer.ProcessMetrics;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;

/**
 * The counters as Prometheus text. They are read when a scrape asks: nothing is on the hot path.
 * Thread-safe.
 */
final class Metrics implements Router.Route {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    Metrics(Endpoint endpoint) {
        new EndpointMetrics(endpoint).bindTo(registry);
        new ProcessMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        Gauge.builder("process.resident.memory", Vitals::memoryBytes)
                .description("resident memory")
                .baseUnit("bytes")
                .register(registry);
    }

    @Override
    public HttpAnswer answer(HttpQuestion question) {
        return HttpAnswer.of(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                registry.scrape().getBytes(StandardCharsets.UTF_8));
    }
}
