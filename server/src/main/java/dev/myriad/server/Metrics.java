package dev.myriad.server;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.process.Processes;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The counters as Prometheus text. They are read when a scrape asks: nothing is on the hot path.
 * Thread-safe.
 */
final class Metrics implements Router.Route {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Supplier<Vitals> vitals;
    private final MultiGauge longMailboxes;
    private volatile Vitals latest;

    Metrics(Supplier<Vitals> vitals) {
        this.vitals = vitals;
        this.latest = vitals.get();
        gauge("myriad.connections", "upgraded connections now", v -> v.net().open());
        gauge("myriad.channels", "joined channels now", v -> v.channels().channels());
        gauge("myriad.topics", "topics with subscribers now", v -> v.channels().topics());
        gauge("process.resident.memory", "resident memory", "bytes", Vitals::residentBytes);
        counter("myriad.accepted", "sockets accepted", v -> v.net().accepted());
        counter("myriad.upgraded", "upgrade requests accepted", v -> v.net().upgraded());
        counter("myriad.refused", "upgrades and connections refused", v -> v.net().refused());
        counter("myriad.messages.in", "data messages received", v -> v.net().messagesIn());
        counter("myriad.frames.out", "sends to connections", v -> v.net().framesOut());
        counter("myriad.bytes.in", "bytes received", v -> v.net().bytesIn());
        counter("myriad.bytes.out", "bytes sent or queued", v -> v.net().bytesOut());
        counter("myriad.congested", "connections that had to queue", v -> v.net().congested());
        counter("myriad.dropped", "group sends dropped, queue full", v -> v.net().dropped());
        counter("myriad.closed.slow", "connections closed as too slow", v -> v.net().closedSlow());
        latest.net().closed().keySet().forEach(this::closed);
        counter("myriad.joins", "joins that succeeded", v -> v.channels().joins());
        counter(
                "myriad.joins.refused",
                "joins answered with an error",
                v -> v.channels().joinsRefused());
        counter(
                "myriad.messages.handled",
                "events handled by channels",
                v -> v.channels().messages());
        counter("myriad.broadcasts", "messages sent to topics", v -> v.channels().broadcasts());
        counter(
                "myriad.channels.dropped",
                "topic messages that slow channels missed",
                v -> v.channels().dropped());
        counter("myriad.crashes", "channels that ended by a fault", v -> v.channels().crashes());
        latest.limits().keySet().forEach(this::limit);
        gauge(
                "myriad.long.poll.sessions",
                "clients that poll now",
                v -> v.channels().longPoll().open());
        counter(
                "myriad.long.poll.opened",
                "sessions of polling clients",
                v -> v.channels().longPoll().opened());
        counter(
                "myriad.long.poll.refused",
                "polling clients refused",
                v -> v.channels().longPoll().refused());
        counter("myriad.long.poll.polls", "polls", v -> v.channels().longPoll().polls());
        counter(
                "myriad.long.poll.binary.dropped",
                "binary messages that cannot be polled",
                v -> v.channels().longPoll().binaryDropped());
        gauge(
                "myriad.process.spare.carriers",
                "carriers added beside hogs",
                v -> v.processes().spareCarriers());
        counter("myriad.process.crashes", "handlers that threw", v -> v.processes().crashes());
        counter("myriad.process.hogs", "handlers named for long turns", v -> v.processes().hogs());
        counter(
                "myriad.process.overflows",
                "messages to full mailboxes",
                v -> v.processes().overflows());
        counter(
                "myriad.process.long.mailboxes",
                "mailboxes that grew very long",
                v -> v.processes().longMailboxes());
        longMailboxes =
                MultiGauge.builder("myriad.process.mailbox")
                        .description("messages in a mailbox that grew very long, when noticed")
                        .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
    }

    @Override
    public HttpAnswer answer(HttpQuestion question) {
        latest = vitals.get();
        longMailboxes.register(
                latest.processes().lastLongMailboxes().stream().map(Metrics::row).toList(), true);
        return HttpAnswer.of(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                registry.scrape().getBytes(StandardCharsets.UTF_8));
    }

    private static MultiGauge.Row<Number> row(Processes.LongMailbox mailbox) {
        return MultiGauge.Row.of(Tags.of("process", mailbox.name()), mailbox.messages());
    }

    private void gauge(String name, String description, ToDoubleFunction<Vitals> value) {
        Gauge.builder(name, this, metrics -> value.applyAsDouble(metrics.latest))
                .description(description)
                .register(registry);
    }

    private void gauge(
            String name, String description, String unit, ToDoubleFunction<Vitals> value) {
        Gauge.builder(name, this, metrics -> value.applyAsDouble(metrics.latest))
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }

    private void closed(int code) {
        FunctionCounter.builder(
                        "myriad.closed",
                        this,
                        metrics -> metrics.latest.net().closed().getOrDefault(code, 0L))
                .description("connections that the server closed")
                .tag("code", String.valueOf(code))
                .register(registry);
    }

    private void limit(String name) {
        FunctionCounter.builder(
                        "myriad.limit.exceeded",
                        this,
                        metrics -> metrics.latest.limits().getOrDefault(name, 0L))
                .description("how often a limit was exceeded")
                .tag("limit", name)
                .register(registry);
    }

    private void counter(String name, String description, ToDoubleFunction<Vitals> value) {
        FunctionCounter.builder(name, this, metrics -> value.applyAsDouble(metrics.latest))
                .description(description)
                .register(registry);
    }
}
