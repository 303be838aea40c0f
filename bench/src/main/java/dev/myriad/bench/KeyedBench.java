package dev.myriad.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "keyed",
        mixinStandardHelpOptions = true,
        description = {
            "Values by key: how many changes a core takes, in this JVM and without a network; then",
            "subscribers that are told of changes twenty times a second, and compared with the server."
        })
final class KeyedBench implements Runnable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final String TOPIC = "keyed:book";

    @Mixin private Kinds kinds = new Kinds();

    @Option(
            names = "--subscribers",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Of one topic. Default: ${DEFAULT-VALUE}.")
    private int subscribers;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "100",
            description = "Keys of the topic. Default: ${DEFAULT-VALUE}.")
    private int keys;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "50000",
            description = "Changes in each second. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "For how long. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Override
    public void run() {
        Updates updates = Updates.measure();
        kinds.each(kind -> measure(kind, updates));
    }

    private Map<String, Object> measure(ServerKind kind, Updates updates) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("server", kind.label());
        figures.put("updates_per_s", Math.round(updates.perSecond()));
        figures.put("updates_per_s_per_core", Math.round(updates.perSecondPerCore()));
        figures.put("subscribers", subscribers);
        try (Stage stage = Stage.set(kind, subscribers, List.of(), "keyed")) {
            Beside beside = Beside.start(stage);
            var listening =
                    stage.following(
                            subscribers,
                            Topics.one(TOPIC),
                            thread -> new KeyedFollower(thread, TOPIC));
            listening.fleet().connect();
            stage.awaitJoined(listening.fleet(), PATIENCE);
            feed(stage, listening, beside, figures);
            compare(stage, listening, figures);
        }
        return figures;
    }

    private void feed(
            Stage stage,
            Stage.Following<KeyedFollower> listening,
            Beside beside,
            Map<String, Object> figures) {
        KeyedFollower.Heard before = listening.ask(KeyedFollower::outcome);
        Run.Latency _ = beside.take();
        double cpu = Proc.cpuSeconds(stage.server().pid());
        Random random = new Random(1);
        Pace losses =
                listening
                        .fleet()
                        .first(
                                thread -> {
                                    KeyedFollower all = listening.followers().getFirst();
                                    ClientRing ring = thread.rings().getFirst();
                                    all.feed(ring, keys, rate, seconds * 1_000L);
                                    Pace pace =
                                            new Pace(
                                                    1,
                                                    _ -> {
                                                        all.lose(random.nextInt(subscribers));
                                                        return true;
                                                    });
                                    thread.add(pace);
                                    return pace;
                                });
        stage.hold(Duration.ofSeconds(seconds - 1));
        Run.Latency echoes = beside.take();
        KeyedFollower.Heard heard =
                listening
                        .fleet()
                        .first(
                                _ -> {
                                    losses.stop();
                                    return listening.followers().getFirst().outcome();
                                });
        double used = Proc.cpuSeconds(stage.server().pid()) - cpu;
        double time = seconds - 1;
        figures.put("told_per_s", Kinds.rounded((heard.changes() - before.changes()) / time));
        figures.put("messages_per_s", Math.round((heard.messages() - before.messages()) / time));
        figures.put(
                "megabytes_per_s", Kinds.rounded((heard.bytes() - before.bytes()) / 1e6 / time));
        figures.put("server_cores", Kinds.rounded(used / time));
        figures.put("echo_p99_ms", Kinds.rounded(echoes.p99()));
        figures.put("echo_max_ms", Kinds.rounded(echoes.max()));
        stage.say("keyed: %s, echoes p99 %.2f ms".formatted(heard, echoes.p99()));
    }

    private void compare(
            Stage stage, Stage.Following<KeyedFollower> listening, Map<String, Object> figures) {
        stage.hold(SETTLE);
        KeyedFollower.Sum sum = sum(stage, listening);
        boolean _ = stage.await(PATIENCE, () -> listening.ask(all -> all.unlike(sum)) == 0);
        KeyedFollower.Sum last = sum(stage, listening);
        figures.put("version", last.version());
        figures.put("subscribers_unequal", listening.ask(all -> all.unlike(last)));
        figures.put("gaps_unseen", listening.ask(all -> all.unlikeUnseen(last)));
        KeyedFollower.Heard heard = listening.ask(KeyedFollower::outcome);
        figures.put("gaps_made", heard.gapsMade());
        figures.put("gaps_seen", heard.gapsSeen());
        Count.Sums counts = listening.fleet().counts();
        figures.put("lost", counts.of(Count.LOST));
        figures.put("sends_failed", counts.of(Count.SENDS_FAILED));
    }

    /** What the server says that clients know. */
    static KeyedFollower.Sum sum(Stage stage, Stage.Following<KeyedFollower> listening) {
        boolean _ =
                listening
                        .fleet()
                        .first(
                                thread -> {
                                    listening
                                            .followers()
                                            .getFirst()
                                            .askForSum(thread.rings().getFirst());
                                    return true;
                                });
        boolean _ = stage.await(PATIENCE, () -> listening.ask(all -> all.sum().isPresent()));
        return listening.ask(KeyedFollower::sum).orElse(new KeyedFollower.Sum(-1, "none"));
    }
}
