package dev.myriad.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "presence",
        mixinStandardHelpOptions = true,
        description = {
            "Members of one topic who all know who is there: how long until all do, what a member",
            "costs, and what others feel of their coming and going; all lists are compared."
        })
final class PresenceBench implements Runnable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private static final int WARM_UP_MEMBERS = 1_000;
    private static final String LOBBY = "presence:lobby";

    /** The list of 20,000 is a megabyte, and what changes meanwhile waits behind it. */
    private static final List<String> SERVER = List.of("--limit", "outboundBytesMax=16777216");

    @Mixin private Kinds kinds = new Kinds();

    @Option(
            names = "--members",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Who join one topic. Default: ${DEFAULT-VALUE}.")
    private int members;

    @Option(
            names = "--churn",
            paramLabel = "R",
            defaultValue = "2000",
            description = "Who leave and join again in each second. Default: ${DEFAULT-VALUE}.")
    private int churn;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "For how long. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Override
    public void run() {
        kinds.each(this::measure);
    }

    private Map<String, Object> measure(ServerKind kind) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("server", kind.label());
        figures.put("members", members);
        try (Stage stage = Stage.set(kind, members, SERVER, "presence")) {
            Beside beside = Beside.start(stage);
            warm(stage);
            long untracked = untracked(stage);
            stage.hold(SETTLE);
            var present = members(stage, members, LOBBY, true);
            join(stage, present, figures);
            stage.hold(SETTLE);
            long tracked = Heap.liveBytes(stage.server().pid());
            figures.put("bytes_per_member", (tracked - untracked) / members);
            if (churn > 0) {
                churn(stage, present, beside, figures);
            }
            compare(stage, present, figures);
        }
        return figures;
    }

    private static Stage.Following<PresenceFollower> members(
            Stage stage, int members, String topic, boolean tracking) {
        return stage.following(
                members,
                Topics.one(topic),
                thread -> new PresenceFollower(thread, topic, tracking));
    }

    /** What is made once, by the first who are present, is not what a member costs. */
    private void warm(Stage stage) {
        int few = Math.min(members, WARM_UP_MEMBERS);
        var first = members(stage, few, "presence:warm", true);
        first.fleet().connect();
        boolean _ = stage.await(PATIENCE, () -> first.ask(all -> all.unlike(few)) == 0);
        stage.leave(first.fleet());
        stage.hold(SETTLE);
    }

    /** The live heap while as many have joined and nobody is present. */
    private long untracked(Stage stage) {
        var joined = members(stage, members, LOBBY, false);
        joined.fleet().connect();
        stage.awaitJoined(joined.fleet(), PATIENCE);
        stage.hold(SETTLE);
        long bytes = Heap.liveBytes(stage.server().pid());
        stage.leave(joined.fleet());
        return bytes;
    }

    private void join(
            Stage stage, Stage.Following<PresenceFollower> present, Map<String, Object> figures) {
        double cpu = Proc.cpuSeconds(stage.server().pid());
        long began = System.nanoTime();
        present.fleet().connect();
        boolean equal =
                stage.await(
                        PATIENCE, () -> present.ask(members -> members.unlike(this.members)) == 0);
        double took = (System.nanoTime() - began) / 1e9;
        figures.put("join_%d_s".formatted(members), Kinds.rounded(took));
        figures.put("join_equal", equal);
        figures.put(
                "join_last_joined_s", Kinds.rounded((present.fleet().lastJoinAt() - began) / 1e9));
        figures.put(
                "join_server_cpu_s", Kinds.rounded(Proc.cpuSeconds(stage.server().pid()) - cpu));
        figures.put("join_messages", present.ask(PresenceFollower::messages));
        figures.put("join_megabytes", present.ask(PresenceFollower::bytes) / 1_000_000);
        stage.say("all lists equal after %.2f s".formatted(took));
        if (!equal) {
            stage.say(
                    "%,d lists are not like the first; the last failure: %s"
                            .formatted(
                                    present.ask(members -> members.unlike(this.members)),
                                    present.fleet().lastFailure()));
        }
    }

    private void churn(
            Stage stage,
            Stage.Following<PresenceFollower> present,
            Beside beside,
            Map<String, Object> figures) {
        long messages = present.ask(PresenceFollower::messages);
        long bytes = present.ask(PresenceFollower::bytes);
        Run.Latency quiet = beside.take();
        Pace pace =
                present.fleet()
                        .first(
                                thread -> {
                                    PresenceFollower all = present.followers().getFirst();
                                    Pace made =
                                            new Pace(
                                                    churn,
                                                    number -> comeAndGo(thread, all, number));
                                    thread.add(made);
                                    return made;
                                });
        double cpu = Proc.cpuSeconds(stage.server().pid());
        stage.hold(Duration.ofSeconds(seconds));
        double used = Proc.cpuSeconds(stage.server().pid()) - cpu;
        Run.Latency echoes = beside.take();
        long done =
                present.fleet()
                        .first(
                                _ -> {
                                    pace.stop();
                                    return pace.done();
                                });
        figures.put("quiet_echo_p99_ms", Kinds.rounded(quiet.p99()));
        figures.put("churn_echo_p99_ms", Kinds.rounded(echoes.p99()));
        figures.put("churn_echo_p50_ms", Kinds.rounded(echoes.p50()));
        figures.put("churn_echo_max_ms", Kinds.rounded(echoes.max()));
        figures.put("churn_echoes", echoes.count());
        figures.put("churn_echo_late_p99_ms", Kinds.rounded(beside.lateness()));
        figures.put("churned_per_s", Kinds.rounded(done / (double) seconds));
        figures.put("churn_server_cores", Kinds.rounded(used / seconds));
        figures.put(
                "churn_messages_per_s",
                (present.ask(PresenceFollower::messages) - messages) / seconds);
        figures.put(
                "churn_megabytes_per_s",
                (present.ask(PresenceFollower::bytes) - bytes) / 1_000_000 / seconds);
        stage.say("churn: p99 %.2f ms, %,d came and went".formatted(echoes.p99(), done));
    }

    private boolean comeAndGo(ClientThread thread, PresenceFollower all, long number) {
        int client = (int) (number % members);
        for (ClientRing ring : thread.rings()) {
            if (client < ring.client(0) + ring.clients()) {
                return all.comeAndGo(ring, client - ring.client(0));
            }
        }
        return false;
    }

    private void compare(
            Stage stage, Stage.Following<PresenceFollower> present, Map<String, Object> figures) {
        long began = System.nanoTime();
        boolean _ = stage.await(PATIENCE, () -> present.ask(all -> all.unlike(members)) == 0);
        figures.put("quiet_after_s", Kinds.rounded((System.nanoTime() - began) / 1e9));
        stage.hold(SETTLE);
        present.fleet()
                .first(
                        thread -> {
                            ClientRing first = thread.rings().getFirst();
                            present.followers().getFirst().askForList(first, 0);
                            return true;
                        });
        boolean _ = stage.await(PATIENCE, () -> present.ask(all -> all.listed().isPresent()));
        Refs server = present.ask(PresenceFollower::listed).orElse(new Refs(true, -1, 0));
        figures.put("listed_by_server", server.count());
        figures.put("lists_unequal", present.ask(all -> all.unlike(server.count(), server.sum())));
        Count.Sums counts = present.fleet().counts();
        figures.put("lost", counts.of(Count.LOST));
        figures.put("sends_failed", counts.of(Count.SENDS_FAILED));
        figures.put("buffers_missing", counts.of(Count.BUFFERS_MISSING));
    }
}
