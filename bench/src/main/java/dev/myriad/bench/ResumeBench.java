package dev.myriad.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = {
            "Clients that are cut off and come back with their last position: nothing may be",
            "missed or doubled; then all come back at once, beside some who echo."
        })
final class ResumeBench implements Runnable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration STORM = Duration.ofSeconds(5);

    /** One who was away for long gets all that at once. */
    private static final List<String> SERVER = List.of("--limit", "outboundBytesMax=4194304");

    @Mixin private Kinds kinds = new Kinds();

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Who are cut off. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(
            names = "--topics",
            paramLabel = "N",
            defaultValue = "100",
            description = "Over which they are spread. Default: ${DEFAULT-VALUE}.")
    private int topics;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "2000",
            description = "Messages in each second, in all topics. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "45",
            description = "How long some are cut off. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--away",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationOption.class,
            description = "They come back after 0 to so long. Default: ${DEFAULT-VALUE}.")
    private Duration away = Duration.ofSeconds(30);

    @Override
    public void run() {
        kinds.each(this::measure);
    }

    private Map<String, Object> measure(ServerKind kind) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("server", kind.label());
        figures.put("clients", clients);
        Topics logs = new Topics("log:t", topics);
        try (Stage stage = Stage.set(kind, clients + topics, SERVER, "resume")) {
            Beside beside = Beside.start(stage);
            var listening = stage.following(clients, logs, thread -> new LogFollower(thread, logs));
            listening.fleet().connect();
            stage.awaitJoined(listening.fleet(), PATIENCE);
            Fleet speakers = stage.small(topics, logs);
            speakers.connect();
            stage.awaitJoined(speakers, PATIENCE);
            Sayings sayings = speakers.first(thread -> new Sayings(thread, logs, rate));
            cutOff(stage, listening, figures);
            figures.put("cut_echo_p99_ms", Kinds.rounded(beside.take().p99()));
            allAtOnce(stage, listening, beside, figures);
            conclude(stage, listening, speakers, sayings, figures);
        }
        return figures;
    }

    private void cutOff(
            Stage stage, Stage.Following<LogFollower> listening, Map<String, Object> figures) {
        Cuts cuts =
                listening
                        .fleet()
                        .first(
                                thread ->
                                        new Cuts(
                                                thread,
                                                listening.followers().getFirst(),
                                                clients / 2.0 / away.toSeconds(),
                                                away.toNanos()));
        stage.hold(Duration.ofSeconds(seconds));
        long cut =
                listening
                        .fleet()
                        .first(
                                _ -> {
                                    cuts.stop();
                                    return cuts.cutOff();
                                });
        stage.awaitJoined(listening.fleet(), away.plus(PATIENCE));
        figures.put("cut_off", cut);
        stage.say("%,d cut off: %s".formatted(cut, listening.ask(LogFollower::outcome)));
    }

    private void allAtOnce(
            Stage stage,
            Stage.Following<LogFollower> listening,
            Beside beside,
            Map<String, Object> figures) {
        stage.hold(Duration.ofSeconds(2));
        Run.Latency before = beside.take();
        long began = System.nanoTime();
        listening.fleet().dropAll(true, Sources.anyBlock());
        boolean _ = stage.await(PATIENCE, () -> listening.fleet().joined() < clients);
        stage.awaitJoined(listening.fleet(), PATIENCE);
        double back = (listening.fleet().lastJoinAt() - began) / 1e9;
        double left = STORM.toNanos() / 1e9 - (System.nanoTime() - began) / 1e9;
        stage.hold(Duration.ofMillis((long) Math.max(0, left * 1e3)));
        Run.Latency stayed = beside.take();
        figures.put("before_p99_ms", Kinds.rounded(before.p99()));
        figures.put("stayed_p99_ms", Kinds.rounded(stayed.p99()));
        figures.put("stayed_max_ms", Kinds.rounded(stayed.max()));
        figures.put("stayed_echoes", stayed.count());
        figures.put("stayed_late_p99_ms", Kinds.rounded(beside.lateness()));
        figures.put("all_back_s", Kinds.rounded(back));
        stage.say("all back after %.2f s, beside them p99 %.2f ms".formatted(back, stayed.p99()));
    }

    private void conclude(
            Stage stage,
            Stage.Following<LogFollower> listening,
            Fleet speakers,
            Sayings sayings,
            Map<String, Object> figures) {
        long[] sent =
                speakers.first(
                        _ -> {
                            sayings.stop();
                            return sayings.sent();
                        });
        boolean _ =
                stage.await(
                        Duration.ofSeconds(20), () -> listening.ask(all -> all.behind(sent)) == 0);
        LogFollower.Outcome outcome = listening.ask(LogFollower::outcome);
        figures.put("published", speakers.first(_ -> sayings.all()));
        figures.put("messages", outcome.messages());
        figures.put("recovered", outcome.recovered());
        figures.put("not_recovered", outcome.notRecovered());
        figures.put("missed", outcome.missed() + listening.ask(all -> all.behind(sent)));
        figures.put("doubled", outcome.doubled());
        figures.put("false_recovered", outcome.falselyRecovered());
        figures.put("out_of_place", outcome.outOfPlace());
        Count.Sums counts = listening.fleet().counts();
        figures.put("lost", counts.of(Count.LOST));
        figures.put("retried", counts.of(Count.RETRIED));
        figures.put("sends_failed", counts.of(Count.SENDS_FAILED));
    }
}
