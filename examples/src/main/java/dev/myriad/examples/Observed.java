package dev.myriad.examples;

import dev.myriad.channels.Endpoint;
import dev.myriad.micrometer.EndpointMetrics;
import dev.myriad.micrometer.ProcessMetrics;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** An endpoint that says over HTTP how it is. */
public final class Observed {
    private Observed() {}

    static Endpoint start(Endpoint.Builder builder) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Endpoint endpoint = builder.http(question -> answer(question, registry)).start();
        new EndpointMetrics(endpoint).bindTo(registry);
        new ProcessMetrics().bindTo(registry); // once in a program
        return endpoint;
    }

    private static HttpAnswer answer(HttpQuestion question, PrometheusMeterRegistry registry) {
        return switch (question.path()) {
            case "/health" -> HttpAnswer.text(200, "ok\n");
            case "/metrics" -> HttpAnswer.text(200, registry.scrape());
            default -> HttpAnswer.text(404, "not found\n");
        };
    }
}
