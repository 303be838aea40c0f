package dev.myriad.bench;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Three servers of a cluster whose topics have a history: one is killed, then another ends in good
 * order, while much is said. Their clients resume on another node. Confined to one thread.
 */
final class NodeLoss {
    private static final int RATE = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration WARM = Duration.ofSeconds(15);
    private static final Duration CALM = Duration.ofSeconds(5);
    private static final String UNLOGGED = "myriad_cluster_log_unlogged_total";
    private static final String NODES = "myriad_cluster_nodes";

    private final int clients;
    private final Topics topics;
    private final Kinds kinds;

    NodeLoss(int clients, int topics, Kinds kinds) {
        this.clients = clients;
        this.topics = new Topics("log:t", topics);
        this.kinds = kinds;
    }

    void measure(Map<String, Object> figures) {
        ServerKind kind = kinds.all().getFirst();
        try (NatsHere nats = NatsHere.withLog();
                Stage stage = Stage.set(kind, clients + topics.count(), nats.node(), "node loss")) {
            Server killed = stage.beside(kind, clients, nats.node());
            Server next = stage.beside(kind, clients, nats.node());
            Beside beside = Beside.start(stage);
            var listening =
                    stage.following(
                            killed.target(),
                            clients,
                            topics,
                            thread -> new LogFollower(thread, topics));
            listening.fleet().connect();
            stage.awaitJoined(listening.fleet(), PATIENCE);
            Fleet speakers = stage.small(topics.count(), topics);
            speakers.connect();
            stage.awaitJoined(speakers, PATIENCE);
            Sayings sayings = speakers.first(thread -> new Sayings(thread, topics, RATE));
            stage.hold(WARM);
            boolean _ = beside.take().count() > 0;
            stage.hold(CALM);
            figures.put("loss_before_p99_ms", Kinds.rounded(beside.take().p99()));

            listening.fleet().comeBackTo(next.target(), Sources.anyBlock());
            long began = System.nanoTime();
            killed.close();
            CompletableFuture<Double> death = death(stage.server().target(), began);
            back(stage, listening.fleet(), began, "killed", figures);
            figures.put("node_death_s", Kinds.rounded(death.join()));
            stage.hold(CALM);
            Run.Latency stayed = beside.take();
            figures.put("loss_stayed_p99_ms", Kinds.rounded(stayed.p99()));
            figures.put("loss_stayed_max_ms", Kinds.rounded(stayed.max()));

            Server fresh = stage.beside(kind, clients, nats.node());
            boolean _ = beside.take().count() > 0; // it started on the same machine
            listening.fleet().comeBackTo(fresh.target(), Sources.anyBlock());
            began = System.nanoTime();
            figures.put("drain_s", Kinds.rounded(next.end()));
            back(stage, listening.fleet(), began, "drained", figures);
            stage.hold(CALM);
            figures.put("drain_stayed_p99_ms", Kinds.rounded(beside.take().p99()));
            conclude(stage, listening, speakers, sayings, figures);
        }
    }

    /** How long it takes until the node that stays knows that it has one neighbour only. */
    private static CompletableFuture<Double> death(Target stays, long began) {
        CompletableFuture<Double> known = new CompletableFuture<>();
        Thread _ =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    while (Scrape.of(stays).values().getOrDefault(NODES, 0.0)
                                            != 1) {
                                        Trial.sleep(50);
                                    }
                                    known.complete(since(began));
                                });
        return known.completeOnTimeout(-1.0, PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static double since(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private void back(
            Stage stage, Fleet fleet, long began, String what, Map<String, Object> figures) {
        boolean _ =
                stage.await(PATIENCE, () -> fleet.joined() < clients || fleet.lastJoinAt() > began);
        stage.awaitJoined(fleet, PATIENCE);
        double took = (fleet.lastJoinAt() - began) / 1e9;
        figures.put(what + "_all_back_s", Kinds.rounded(took));
        stage.say("%s: all back after %.2f s".formatted(what, took));
    }

    private static void conclude(
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
        long behind = listening.ask(all -> all.behind(sent));
        Map<String, Double> metrics = Scrape.of(stage.server().target()).values();
        figures.put("unlogged", metrics.getOrDefault(UNLOGGED, -1.0));
        figures.put("published", speakers.first(_ -> sayings.all()));
        figures.put("messages", outcome.messages());
        figures.put("recovered", outcome.recovered());
        figures.put("not_recovered", outcome.notRecovered());
        stage.say("not recovered: " + listening.ask(LogFollower::reasons));
        figures.put("resume_missed", outcome.missed() + behind);
        figures.put("doubled", outcome.doubled());
        figures.put("reordered", outcome.outOfPlace());
        figures.put("false_recovered", outcome.falselyRecovered());
    }
}
