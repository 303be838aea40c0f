package dev.myriad.bench;

import dev.myriad.bench.Run.Better;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "mixed",
        mixinStandardHelpOptions = true,
        description = "Echoes at a fixed rate, while many viewers get a broadcast now and then.")
final class Mixed implements Profile, Runnable {
    @Mixin private Options options = new Options();

    @Option(
            names = "--viewers",
            paramLabel = "N",
            defaultValue = "15000",
            description = "Subscribers of the broadcasts. Default: ${DEFAULT-VALUE}.")
    private int viewers;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            defaultValue = "1s",
            converter = DurationOption.class,
            description = "From one broadcast to the next. Default: ${DEFAULT-VALUE}.")
    private Duration every = Duration.ofSeconds(1);

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "1000",
            description = "Echoes per second, over all. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--conns",
            paramLabel = "N",
            defaultValue = "200",
            description = "Connections for the echoes. Default: ${DEFAULT-VALUE}.")
    private int conns;

    @Option(
            names = "--seconds",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationOption.class,
            description = "How long to measure. Default: ${DEFAULT-VALUE}.")
    private Duration seconds = Duration.ofSeconds(30);

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationOption.class,
            description = "How long to do the same before. Default: ${DEFAULT-VALUE}.")
    private Duration warmup = Duration.ofSeconds(5);

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "120",
            description = "Of the JSON payload. Default: ${DEFAULT-VALUE}.")
    private int payload;

    @Override
    public void run() {
        Bench.run(this, options);
    }

    @Override
    public String name() {
        return "mixed";
    }

    @Override
    public String description() {
        return "%,d echoes per second leave at fixed times and are timed from then, while %,d viewers get a broadcast every %s."
                .formatted(rate, viewers, DurationOption.text(every));
    }

    @Override
    public int connections() {
        return viewers + conns;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("viewers", "%,d".formatted(viewers));
        settings.put("a broadcast every", DurationOption.text(every));
        settings.put("echoes per second", "%,d".formatted(rate));
        settings.put("echo connections", "%,d".formatted(conns));
        settings.put("payload", payload + " B");
        settings.put("warm-up", DurationOption.text(warmup));
        settings.put("measured", DurationOption.text(seconds));
        return settings;
    }

    @Override
    public List<String> headlines() {
        return List.of("echo p99", "echo p99.9", "echo max", "CPU per message");
    }

    @Override
    public void check() {
        options.require(viewers >= 1 && viewers <= 10_000_000, "--viewers takes 1 to 10000000.");
        options.require(rate >= 1 && rate <= 1_000_000, "--rate takes 1 to 1000000.");
        options.require(
                conns >= 1 && conns <= options.slotsPerRing(),
                "--conns takes 1 to " + options.slotsPerRing() + ".");
        options.require(payload >= 20 && payload <= 65_536, "--payload takes 20 to 65536.");
        options.require(!every.isZero(), "--every takes more than 0.");
        options.require(
                (double) rate * seconds.toSeconds() < Messages.ECHO_REFS,
                "--rate times --seconds is too much.");
    }

    @Override
    public void measure(Trial trial) {
        Topics all = Topics.one("bench:all");
        Topics echo = Topics.one("bench:echo");
        Plan viewing =
                trial.plan(viewers, all, payload, Plan.Batching.BULK, options.clientThreads());
        Plan echoing = trial.plan(conns, echo, payload, Plan.Batching.PROMPT, 1);
        try (Fleet audience = Fleet.start(viewing);
                Fleet echoers = Fleet.start(echoing)) {
            trial.connect(audience, "viewers");
            trial.connect(echoers, "echoers");
            if (audience.joined() < viewers || echoers.joined() < conns) {
                return;
            }
            try (Timeline _ = trial.timeline(echoers, Count.ECHOED, "echoes")) {
                measure(trial, audience, echoers);
            }
            trial.integrity(audience.counts());
            trial.integrity(echoers.counts());
        }
    }

    private void measure(Trial trial, Fleet audience, Fleet echoers) {
        Publisher publisher = audience.publisher();
        EchoPace pace = echoers.first(thread -> new EchoPace(thread, echoers.plan(), rate));
        both(trial, audience, echoers, publisher, pace, warmup, "warming up");
        audience.takeLatencies();
        echoers.takeLatencies();
        audience.first(_ -> publisher.takeUntilLast());
        Count.Sums viewsBefore = audience.counts();
        Usage usage = trial.usage();
        both(trial, audience, echoers, publisher, pace, seconds, "measuring");
        Usage used = trial.usage().minus(usage);
        long deliveries = audience.counts().minus(viewsBefore).of(Count.DELIVERED);
        long sent = echoers.first(_ -> pace.sent());
        long returned = echoers.first(_ -> pace.returned());
        Run.Latency echoes = trial.latency("echo", echoers.takeLatencies());
        Run.Latency late =
                trial.latency("how late echoes left", echoers.first(_ -> pace.lateness()));
        trial.latency("publish to delivery", audience.takeLatencies());
        trial.latency("publish to last delivery", audience.first(_ -> publisher.takeUntilLast()));
        trial.metric("echo p50", "ms", echoes.p50(), Better.LOWER);
        trial.metric("echo p99", "ms", echoes.p99(), Better.LOWER);
        trial.metric("echo p99.9", "ms", echoes.p999(), Better.LOWER);
        trial.metric("echo max", "ms", echoes.max(), Better.LOWER);
        trial.metric("echoes", "", returned, Better.NEITHER);
        trial.metric("deliveries", "", deliveries, Better.NEITHER);
        trial.cpu(used, returned + deliveries, "message", audience.plan().threads() + 1);
        if (late.p99() > echoes.p99() / 10) {
            trial.warn(
                    "Echoes left late, p99 %s ms: that part of their latency is the generator's."
                            .formatted(Report.number(late.p99())));
        }
        if (returned < sent) {
            trial.warn("%,d of %,d echoes never came back.".formatted(sent - returned, sent));
        }
    }

    private void both(
            Trial trial,
            Fleet audience,
            Fleet echoers,
            Publisher publisher,
            EchoPace pace,
            Duration time,
            String label) {
        if (time.isZero()) {
            return;
        }
        audience.first(
                _ -> {
                    publisher.tick(every.toNanos(), time.toNanos());
                    return true;
                });
        echoers.first(
                _ -> {
                    pace.start(time.toNanos());
                    return true;
                });
        trial.hold(time, label);
        boolean done =
                trial.await(
                        () -> publisher.isIdle() && echoers.first(_ -> pace.isIdle()),
                        () ->
                                audience.counts().of(Count.DELIVERED)
                                        + echoers.counts().of(Count.ECHOED));
        if (!done && !publisher.isIdle()) {
            trial.warn("Not every viewer got broadcast %,d.".formatted(publisher.completed()));
        }
    }
}
