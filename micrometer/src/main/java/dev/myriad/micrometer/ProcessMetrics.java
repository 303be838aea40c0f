package dev.myriad.micrometer;

import dev.myriad.process.Processes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * What the processes of this JVM count, as meters whose names begin with {@code myriad.process.}.
 * Thread-safe. All endpoints of a program share the processes: bind it once.
 */
public final class ProcessMetrics implements MeterBinder {
    private final Supplier<Processes.Stats> processes;

    public ProcessMetrics() {
        this(Processes::stats);
    }

    ProcessMetrics(Supplier<Processes.Stats> processes) {
        this.processes = processes;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Meters<Processes.Stats> meters = new Meters<>(registry, List.of(), processes);
        meters.gauge(
                "myriad.process.spare.carriers",
                "carriers added beside hogs",
                Processes.Stats::spareCarriers);
        meters.counter("myriad.process.crashes", "handlers that threw", Processes.Stats::crashes);
        meters.counter(
                "myriad.process.out.of.memory",
                "handlers that threw because memory was used up",
                Processes.Stats::outOfMemory);
        meters.counter(
                "myriad.process.hogs", "handlers named for long turns", Processes.Stats::hogs);
        meters.counter(
                "myriad.process.overflows",
                "messages to full mailboxes",
                Processes.Stats::overflows);
        MultiGauge mailboxes =
                MultiGauge.builder("myriad.process.mailbox")
                        .description("messages in a mailbox that grew very long, when noticed")
                        .register(registry);
        AtomicReference<List<Processes.LongMailbox>> named = new AtomicReference<>(List.of());
        name(mailboxes, named, processes.get());
        meters.counter(
                "myriad.process.long.mailboxes",
                "mailboxes that grew very long",
                stats -> {
                    // A registry does not say when it is asked; whoever is counted now is named
                    // from the next time on.
                    name(mailboxes, named, stats);
                    return stats.longMailboxes();
                });
    }

    /** Only if others are named now: a registry that is being read is better left alone. */
    private static void name(
            MultiGauge mailboxes,
            AtomicReference<List<Processes.LongMailbox>> named,
            Processes.Stats stats) {
        List<Processes.LongMailbox> now = stats.lastLongMailboxes();
        if (named.getAndSet(now).equals(now)) {
            return;
        }
        mailboxes.register(
                now.stream()
                        .map(
                                mailbox ->
                                        MultiGauge.Row.of(
                                                Tags.of("process", mailbox.name()),
                                                mailbox.messages()))
                        .toList(),
                true);
    }
}
