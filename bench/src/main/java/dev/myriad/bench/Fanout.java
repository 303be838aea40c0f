package dev.myriad.bench;

import dev.myriad.bench.Run.Better;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "fanout",
        mixinStandardHelpOptions = true,
        description = "One topic, broadcasts back to back: all must get all of them, in order.")
final class Fanout implements Profile, Runnable {
    @Mixin private Options options = new Options();

    @Option(
            names = {"--subs", "--conns"},
            paramLabel = "N",
            defaultValue = "15000",
            description = "Subscribers, the publisher is one of them. Default: ${DEFAULT-VALUE}.")
    private int subs;

    @Option(
            names = "--messages",
            paramLabel = "M",
            description = "Broadcasts to measure. Default: as many as --seconds allow.")
    private @Nullable Integer messages;

    @Option(
            names = "--seconds",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationOption.class,
            description = "How long to measure. Default: ${DEFAULT-VALUE}.")
    private Duration seconds = Duration.ofSeconds(10);

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationOption.class,
            description = "How long to broadcast before. Default: ${DEFAULT-VALUE}.")
    private Duration warmup = Duration.ofSeconds(5);

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "120",
            description = "Of the JSON payload. Default: ${DEFAULT-VALUE}.")
    private int payload;

    @Option(
            names = "--window",
            paramLabel = "W",
            defaultValue = "2",
            description = "Broadcasts under way at a time. Default: ${DEFAULT-VALUE}.")
    private int window;

    @Override
    public void run() {
        Bench.run(this, options);
    }

    Options options() {
        return options;
    }

    @Override
    public String name() {
        return "fanout";
    }

    @Override
    public String description() {
        return "%,d subscribers of one topic get broadcasts of %,d bytes back to back, %d under way at a time."
                .formatted(subs, payload, window);
    }

    @Override
    public int connections() {
        return subs;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("subscribers", "%,d".formatted(subs));
        settings.put("payload", payload + " B");
        settings.put("window", Integer.toString(window));
        settings.put("warm-up", DurationOption.text(warmup));
        settings.put(
                "measured",
                messages == null ? DurationOption.text(seconds) : messages + " broadcasts");
        return settings;
    }

    @Override
    public List<String> headlines() {
        return List.of(
                "CPU per delivery",
                "deliveries per second",
                "server process CPU per delivery",
                "generator CPU per delivery",
                "server RSS");
    }

    @Override
    public void check() {
        options.require(subs >= 1 && subs <= 10_000_000, "--subs takes 1 to 10000000.");
        options.require(
                window >= 1 && window <= Broadcasts.WINDOW_MAX / 2,
                "--window takes 1 to " + Broadcasts.WINDOW_MAX / 2 + ".");
        options.require(payload >= 20 && payload <= 65_536, "--payload takes 20 to 65536.");
        options.require(messages == null || messages >= 1, "--messages takes 1 or more.");
    }

    @Override
    public void measure(Trial trial) {
        Plan plan =
                trial.plan(
                        subs,
                        Topics.one("bench:all"),
                        payload,
                        Plan.Batching.BULK,
                        options.clientThreads());
        try (Fleet fleet = Fleet.start(plan)) {
            trial.connect(fleet, "clients");
            if (fleet.joined() < subs) {
                return;
            }
            trial.memory(subs);
            try (Timeline _ = trial.timeline(fleet, Count.DELIVERED, "deliveries")) {
                measure(trial, fleet);
            }
            trial.integrity(fleet.counts());
        }
    }

    private void measure(Trial trial, Fleet fleet) {
        Publisher publisher = fleet.publisher();
        if (!warmup.isZero()
                && !flood(trial, fleet, publisher, Integer.MAX_VALUE / 2, warmup, "warming up")) {
            return;
        }
        fleet.takeLatencies();
        fleet.first(_ -> publisher.takeUntilLast());
        int completed = publisher.completed();
        Count.Sums before = fleet.counts();
        Usage usage = trial.usage();
        Duration time = messages == null ? seconds : Duration.ofHours(1);
        int most = messages == null ? Integer.MAX_VALUE / 2 : messages;
        flood(trial, fleet, publisher, most, time, "broadcasting");
        Usage used = trial.usage().minus(usage);
        long delivered = fleet.counts().minus(before).of(Count.DELIVERED);
        int broadcasts = publisher.completed() - completed;
        trial.metric("broadcasts", "", broadcasts, Better.NEITHER);
        trial.metric("deliveries", "", delivered, Better.NEITHER);
        trial.metric("deliveries per second", "/s", delivered / used.seconds(), Better.HIGHER);
        trial.cpu(used, delivered, "delivery", fleet.plan().threads());
        trial.latency("publish to delivery", fleet.takeLatencies());
        trial.latency("publish to last delivery", fleet.first(_ -> publisher.takeUntilLast()));
    }

    /** False, with a warning, if not everybody got everything. */
    private boolean flood(
            Trial trial, Fleet fleet, Publisher publisher, int most, Duration time, String label) {
        trial.progress().begin(label, messages == null ? time.toSeconds() : most);
        long began = System.nanoTime();
        int completed = publisher.completed();
        fleet.first(
                _ -> {
                    publisher.flood(window, most, time.toNanos());
                    return true;
                });
        boolean complete =
                trial.await(
                        () -> {
                            trial.progress()
                                    .at(
                                            messages == null
                                                    ? (System.nanoTime() - began) / 1_000_000_000
                                                    : publisher.completed() - completed);
                            return publisher.isIdle();
                        },
                        () -> fleet.counts().of(Count.DELIVERED));
        trial.progress()
                .end(messages == null ? time.toSeconds() : publisher.completed() - completed);
        if (!complete) {
            trial.warn("Not everybody got broadcast %,d.".formatted(publisher.completed()));
        }
        return complete;
    }
}
