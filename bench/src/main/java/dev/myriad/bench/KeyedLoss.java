package dev.myriad.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A server and three nodes of a cluster that change the values of one topic: how many, how long
 * each takes; and one of the nodes is killed meanwhile. What was accepted is in the values once,
 * and all have the same. Confined to one thread.
 */
final class KeyedLoss {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration WARM = Duration.ofSeconds(8);
    private static final Duration CALM = Duration.ofSeconds(5);
    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final int NODES = 3;
    private static final int WRITERS = 32;
    private static final int UNBOUND = 10_000_000;
    private static final int FEW = 10;
    private static final int BATCH = 100;

    private final int subscribers;
    private final int rate;
    private final Kinds kinds;

    /** That were accepted. */
    private long changes;

    /** What the nodes know that were not killed. */
    private List<Writer.Stopped> last = List.of();

    /**
     * @param rate changes a second, of all nodes together
     */
    KeyedLoss(int subscribers, int rate, Kinds kinds) {
        this.subscribers = subscribers;
        this.rate = rate;
        this.kinds = kinds;
    }

    void measure(Map<String, Object> figures) {
        ServerKind kind = kinds.all().getFirst();
        try (NatsHere nats = NatsHere.withLog();
                Stage stage = Stage.set(kind, subscribers, nats.node(), "keyed loss");
                Writer one = Writer.start(nats.url(), "one");
                Writer two = Writer.start(nats.url(), "two");
                Writer three = Writer.start(nats.url(), "three")) {
            List<Writer> writers = List.of(one, two, three);
            var listening =
                    stage.following(
                            subscribers,
                            Topics.one(KeyedNode.TOPIC),
                            thread -> new KeyedFollower(thread, KeyedNode.TOPIC));
            listening.fleet().connect();
            stage.awaitJoined(listening.fleet(), PATIENCE);
            write(stage, writers, rate / NODES / FEW, FEW, WARM);
            double single = write(stage, writers, UNBOUND, 1, CALM);
            figures.put("keyed_updates_per_s", Math.round(single));
            double batched = write(stage, writers, UNBOUND, BATCH, CALM);
            figures.put("keyed_batched_updates_per_s", Math.round(batched));
            kill(stage, writers, figures);
            conclude(stage, listening, writers, figures);
        }
    }

    /** Lets all change values for a while; how many a second. */
    private double write(
            Stage stage, List<Writer> writers, int perSecond, int batch, Duration time) {
        long before = accepted(writers);
        long began = System.nanoTime();
        writers.forEach(each -> each.write(WRITERS, perSecond, batch));
        stage.hold(time);
        double rate = (accepted(writers) - before) * batch / ((System.nanoTime() - began) / 1e9);
        var _ = Writer.stop(writers);
        changes += (accepted(writers) - before) * batch;
        stage.say("%d at once: %.0f changes/s".formatted(batch, rate));
        return rate;
    }

    private void kill(Stage stage, List<Writer> writers, Map<String, Object> figures) {
        long before = accepted(writers);
        long began = System.nanoTime();
        writers.forEach(each -> each.write(WRITERS, rate / NODES / FEW, FEW));
        stage.hold(CALM);
        double reached = (accepted(writers) - before) * FEW / ((System.nanoTime() - began) / 1e9);
        writers.getFirst().kill();
        List<Writer> left = writers.subList(1, NODES);
        figures.put("keyed_without_s", Kinds.rounded(longestGap(stage, left)));
        last = Writer.stop(left);
        changes += (accepted(writers) - before) * FEW;
        figures.put("keyed_rate", Math.round(reached));
        figures.put("keyed_p50_ms", Kinds.rounded(last.getFirst().p50Micros() / 1e3));
        figures.put("keyed_p99_ms", Kinds.rounded(last.getFirst().p99Micros() / 1e3));
    }

    private static long accepted(List<Writer> writers) {
        return writers.stream().mapToLong(each -> each.heard().accepted()).sum();
    }

    /** For how long nothing was accepted, since the kill. */
    private static double longestGap(Stage stage, List<Writer> left) {
        long longest = 0;
        long last = System.nanoTime();
        long end = last + CALM.toNanos();
        while (System.nanoTime() - end < 0) {
            long newest = left.stream().mapToLong(each -> each.heard().lastNanos()).max().orElse(0);
            longest = Math.max(longest, Math.max(newest, last) - last);
            longest = Math.max(longest, System.nanoTime() - Math.max(newest, last));
            last = Math.max(newest, last);
            Trial.sleep(1);
        }
        stage.say("longest time without a change: %.3f s".formatted(longest / 1e9));
        return longest / 1e9;
    }

    /** Every change makes a version: so it is known how many were made. */
    private void conclude(
            Stage stage,
            Stage.Following<KeyedFollower> listening,
            List<Writer> writers,
            Map<String, Object> figures) {
        stage.hold(SETTLE);
        KeyedFollower.Sum sum = KeyedBench.sum(stage, listening);
        boolean _ = stage.await(PATIENCE, () -> listening.ask(all -> all.unlike(sum)) == 0);
        long unsure = writers.stream().mapToLong(each -> each.heard().unsure()).sum() * BATCH;
        figures.put("keyed_accepted", changes);
        figures.put("keyed_unsure", unsure);
        figures.put("keyed_lost", Math.max(0, changes - sum.version()));
        figures.put("keyed_doubled", Math.max(0, sum.version() - changes - unsure - WRITERS * FEW));
        figures.put(
                "keyed_nodes_unequal",
                last.stream()
                        .filter(
                                each ->
                                        each.version() != sum.version()
                                                || !each.crc32c().equals(sum.crc32c()))
                        .count());
        figures.put("keyed_subscribers_unequal", listening.ask(all -> all.unlike(sum)));
        figures.put("keyed_gaps_unseen", listening.ask(all -> all.unlikeUnseen(sum)));
    }
}
