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
        name = "idle",
        mixinStandardHelpOptions = true,
        description = "Connects and joins, waits, then every one must get a heartbeat answered.")
final class Idle implements Profile, Runnable {
    @Mixin private Options options = new Options();

    @Option(
            names = "--conns",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Connections. Default: ${DEFAULT-VALUE}.")
    private int conns;

    @Option(
            names = "--hold",
            paramLabel = "TIME",
            defaultValue = "2m",
            converter = DurationOption.class,
            description = "How long to stay idle. Default: ${DEFAULT-VALUE}.")
    private Duration hold = Duration.ofMinutes(2);

    @Option(
            names = "--topics",
            paramLabel = "T",
            defaultValue = "1",
            description = "Topics that they are spread over. Default: ${DEFAULT-VALUE}.")
    private int topics;

    @Override
    public void run() {
        Bench.run(this, options);
    }

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String description() {
        return "%,d clients connect and join, stay idle for %s, then each must get its heartbeat answered."
                .formatted(conns, DurationOption.text(hold));
    }

    @Override
    public int connections() {
        return conns;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connections", "%,d".formatted(conns));
        settings.put("topics", "%,d".formatted(topics));
        settings.put("idle for", DurationOption.text(hold));
        return settings;
    }

    @Override
    public List<String> headlines() {
        return List.of(
                "joined clients",
                "joins per second, clients",
                "server RSS",
                "server RSS per connection",
                "live heap per connection",
                "heartbeats answered");
    }

    @Override
    public void check() {
        options.require(conns >= 1 && conns <= 10_000_000, "--conns takes 1 to 10000000.");
        options.require(topics >= 1 && topics <= conns, "--topics takes 1 to --conns.");
    }

    @Override
    public void measure(Trial trial) {
        Plan plan =
                trial.plan(
                        conns,
                        new Topics("bench:lobby", topics),
                        0,
                        Plan.Batching.BULK,
                        options.clientThreads());
        try (Fleet fleet = Fleet.start(plan);
                Timeline _ = trial.timeline(fleet, Count.JOINED, "joins")) {
            trial.connect(fleet, "clients");
            trial.memory(fleet.joined());
            hold(trial);
            trial.heartbeats(fleet);
            trial.integrity(fleet.counts());
        }
    }

    private void hold(Trial trial) {
        Usage before = trial.usage();
        trial.hold(hold, "idle");
        Usage used = trial.usage().minus(before);
        trial.metric(
                "CPU while idle, all but the generator",
                "% of a core",
                100 * used.serving() / Math.max(1e-3, used.seconds()),
                Better.LOWER);
    }
}
