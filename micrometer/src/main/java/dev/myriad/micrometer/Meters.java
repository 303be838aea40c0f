package dev.myriad.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Registers meters that read one kind of counters. Thread-safe.
 *
 * <p>A registry refers weakly to what a meter reads and strongly to the function that reads it. So
 * the function holds the counters, and they are not collected before the registry is.
 */
record Meters<S>(MeterRegistry registry, Iterable<Tag> tags, Supplier<S> stats) {
    void gauge(String name, String description, ToDoubleFunction<S> value) {
        gauge(name, description, Tags.empty(), value);
    }

    void gauge(String name, String description, Tags more, ToDoubleFunction<S> value) {
        Gauge.builder(name, () -> value.applyAsDouble(stats.get()))
                .description(description)
                .tags(tags)
                .tags(more)
                .register(registry);
    }

    void counter(String name, String description, ToDoubleFunction<S> value) {
        counter(name, description, Tags.empty(), value);
    }

    void counter(String name, String description, Tags more, ToDoubleFunction<S> value) {
        Supplier<S> counters = stats;
        FunctionCounter.builder(name, registry, _ -> value.applyAsDouble(counters.get()))
                .description(description)
                .tags(tags)
                .tags(more)
                .register(registry);
    }
}
