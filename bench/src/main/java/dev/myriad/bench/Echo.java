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
        name = "echo",
        mixinStandardHelpOptions = true,
        description = "Each client sends its next message when the last one has come back.")
final class Echo implements Profile, Runnable {
    @Mixin private Options options = new Options();

    @Option(
            names = "--conns",
            paramLabel = "N",
            defaultValue = "200",
            description = "Connections, each with one message under way. Default: 200.")
    private int conns;

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
            description = "How long to echo before. Default: ${DEFAULT-VALUE}.")
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
        return "echo";
    }

    @Override
    public String description() {
        return "%,d clients push messages of %,d bytes that are answered with the same payload; each waits for its answer before the next."
                .formatted(conns, payload);
    }

    @Override
    public int connections() {
        return conns;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connections", "%,d".formatted(conns));
        settings.put("payload", payload + " B");
        settings.put("warm-up", DurationOption.text(warmup));
        settings.put("measured", DurationOption.text(seconds));
        return settings;
    }

    @Override
    public List<String> headlines() {
        return List.of(
                "CPU per echo",
                "echoes per second",
                "server process CPU per echo",
                "generator CPU per echo");
    }

    @Override
    public void check() {
        options.require(conns >= 1 && conns <= 1_000_000, "--conns takes 1 to 1000000.");
        options.require(payload >= 20 && payload <= 65_536, "--payload takes 20 to 65536.");
    }

    @Override
    public void measure(Trial trial) {
        Plan plan =
                trial.plan(
                        conns,
                        Topics.one("bench:echo"),
                        payload,
                        Plan.Batching.PROMPT,
                        options.clientThreads());
        try (Fleet fleet = Fleet.start(plan)) {
            trial.connect(fleet, "clients");
            if (fleet.joined() < conns) {
                return;
            }
            try (Timeline _ = trial.timeline(fleet, Count.ECHOED, "echoes")) {
                measure(trial, fleet);
            }
            trial.integrity(fleet.counts());
        }
    }

    private void measure(Trial trial, Fleet fleet) {
        List<EchoLoop> loops = fleet.each(thread -> new EchoLoop(thread, fleet.plan()));
        fleet.each(
                thread -> {
                    loops.get(thread.number()).start();
                    return true;
                });
        trial.hold(warmup, "warming up");
        fleet.takeLatencies();
        Count.Sums before = fleet.counts();
        Usage usage = trial.usage();
        trial.hold(seconds, "echoing");
        Usage used = trial.usage().minus(usage);
        long echoes = fleet.counts().minus(before).of(Count.ECHOED);
        trial.latency("echo", fleet.takeLatencies());
        fleet.each(
                thread -> {
                    loops.get(thread.number()).stop();
                    return true;
                });
        if (!trial.await(() -> outstanding(fleet, loops) == 0, () -> outstanding(fleet, loops))) {
            trial.warn("%,d echoes never came back.".formatted(outstanding(fleet, loops)));
        }
        trial.metric("echoes", "", echoes, Better.NEITHER);
        trial.metric("echoes per second", "/s", echoes / used.seconds(), Better.HIGHER);
        trial.cpu(used, echoes, "echo", fleet.plan().threads());
    }

    private static long outstanding(Fleet fleet, List<EchoLoop> loops) {
        return fleet.each(thread -> loops.get(thread.number()).outstanding()).stream()
                .mapToInt(Integer::intValue)
                .sum();
    }
}
