package dev.myriad.bench;

import dev.myriad.bench.Run.Better;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "storm",
        mixinStandardHelpOptions = true,
        description = "All joined clients are cut off at once and come back as fast as they can.")
final class Storm implements Profile, Runnable {
    @Mixin private Options options = new Options();

    @Option(
            names = "--conns",
            paramLabel = "N",
            defaultValue = "50000",
            description = "Connections. Default: ${DEFAULT-VALUE}.")
    private int conns;

    @Option(
            names = "--fin",
            description = "End connections in good order. Default: reset them, as a crash does.")
    private boolean fin;

    @Override
    public void run() {
        Bench.run(this, options);
    }

    @Override
    public String name() {
        return "storm";
    }

    @Override
    public String description() {
        return "%,d joined clients are %s at once and come back as fast as they can."
                .formatted(conns, fin ? "closed" : "reset");
    }

    @Override
    public int connections() {
        return 2 * conns; // the server may see the new ones before the end of the old
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connections", "%,d".formatted(conns));
        settings.put("ended by", fin ? "FIN" : "RST");
        settings.put("connecting at a time", "%,d".formatted(options.inFlight()));
        return settings;
    }

    @Override
    public List<String> headlines() {
        return List.of(
                "all back after",
                "joins per second, again",
                "not back",
                "CPU per rejoin",
                "server RSS after the storm");
    }

    @Override
    public void check() {
        options.require(conns >= 1 && conns <= 10_000_000, "--conns takes 1 to 10000000.");
    }

    @Override
    public void measure(Trial trial) {
        Plan plan =
                trial.plan(
                        conns,
                        Topics.one("bench:lobby"),
                        0,
                        Plan.Batching.BULK,
                        options.clientThreads());
        try (Fleet fleet = Fleet.start(plan);
                Timeline _ = trial.timeline(fleet, Count.ATTEMPTED, "attempts")) {
            trial.connect(fleet, "clients");
            trial.memory(fleet.joined());
            storm(trial, fleet);
            trial.heartbeats(fleet);
            trial.integrity(fleet.counts());
        }
    }

    private void storm(Trial trial, Fleet fleet) {
        long joined = fleet.joined();
        Count.Sums before = fleet.counts();
        Usage usage = trial.usage();
        fleet.dropAll(!fin, Sources.anyBlock());
        trial.awaitJoined(fleet, (int) joined, "coming back");
        Usage used = trial.usage().minus(usage);
        Count.Sums counts = fleet.counts().minus(before);
        long back = fleet.joined();
        double seconds = (fleet.lastJoinAt() - usage.nanos()) / 1e9;
        trial.metric("all back after", "s", seconds, Better.LOWER);
        trial.metric("joins per second, again", "/s", back / seconds, Better.HIGHER);
        trial.metric("not back", "", joined - back, Better.LOWER);
        trial.metric("retries, again", "", counts.of(Count.RETRIED), Better.LOWER);
        trial.cpu(used, back, "rejoin", fleet.plan().threads());
        trial.settledMemory("server RSS after the storm");
        if (back < joined) {
            trial.warn(
                    "%,d of %,d clients did not come back; the last failure: %s."
                            .formatted(joined - back, joined, fleet.lastFailure()));
        }
    }
}
