package dev.myriad.bench;

import dev.myriad.channels.JacksonCodec;
import dev.myriad.cluster.NatsCluster;
import dev.myriad.pubsub.ClusterStats;
import dev.myriad.pubsub.PubSub;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description = {
            "Two nodes and a nats-server, each a process of its own: how long a message takes to the",
            "other node and what it costs; joins while much is sent; and NATS that is killed. Then",
            "three servers: one is killed, one ends in good order, and its clients resume elsewhere.",
            "Then a keyed topic that three nodes change, of which one is killed. A million topics: what",
            "listening takes, and how soon it is whole when NATS was away. A rolling deploy. And faults: nodes and",
            "servers of NATS that are killed or stand still."
        })
final class ClusterBench implements Runnable {
    private static final int JOINED_TOPICS = 1_000;
    private static final int JOINED_RATE = 20_000;
    private static final long AWAY_MILLIS = 1_000;
    private static final int SLOW = 1_000;
    private static final int FAST = 50_000;
    private static final int ROLLING_RATE = 1_000;
    private static final int ROLLING_TOPICS = 1_000;

    @Mixin private Kinds kinds = new Kinds();

    @Option(
            names = "--joins",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Default: ${DEFAULT-VALUE}.")
    private int joins;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Of each part. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "Whose node is killed, and who resume on another. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(
            names = "--topics",
            paramLabel = "N",
            defaultValue = "100",
            description = "With a history, over which they are spread. Default: ${DEFAULT-VALUE}.")
    private int topics;

    @Option(
            names = "--subscribers",
            paramLabel = "N",
            defaultValue = "100",
            description = "Of the keyed topic. Default: ${DEFAULT-VALUE}.")
    private int subscribers;

    @Option(
            names = "--keyed-rate",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "Changes a second of the keyed topic while a node is killed. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int keyedRate;

    @Option(
            names = "--rolling-clients",
            paramLabel = "N",
            defaultValue = "20000",
            description =
                    "Of three servers, each of which is deployed anew. Default: ${DEFAULT-VALUE}.")
    private int rollingClients;

    @Option(
            names = "--interest-topics",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Of three nodes together. Default: ${DEFAULT-VALUE}.")
    private int interestTopics;

    @Option(
            names = "--fault",
            paramLabel = "NAME",
            split = ",",
            description = "One of ${COMPLETION-CANDIDATES}. Default: all.")
    private List<Faults.Fault> faults = List.of(Faults.Fault.values());

    @Option(
            names = "--times",
            paramLabel = "N",
            defaultValue = "20",
            description = "Each fault. Default: ${DEFAULT-VALUE}.")
    private int times;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Which node or server each fault is of. Default: ${DEFAULT-VALUE}.")
    private long seed;

    /** Whether the joins are. */
    private volatile boolean over;

    private final long[] numbers = new long[JOINED_TOPICS + 1];
    private final long[] sentNanos = new long[JOINED_TOPICS + 1];

    @Option(
            names = "--part",
            paramLabel = "messages|nodes|keyed|interest|rolling|faults",
            split = ",",
            description = "Default: the first three.")
    private List<Part> parts = List.of(Part.MESSAGES, Part.NODES, Part.KEYED);

    /** What may be measured alone. */
    private enum Part {
        MESSAGES,
        NODES,
        KEYED,
        INTEREST,
        ROLLING,
        FAULTS
    }

    @Override
    public void run() {
        Map<String, Object> figures = new LinkedHashMap<>();
        if (parts.contains(Part.MESSAGES)) {
            messages(figures);
        }
        if (parts.contains(Part.NODES)) {
            Kinds.check();
            new NodeLoss(clients, topics, kinds).measure(figures);
        }
        if (parts.contains(Part.KEYED)) {
            Kinds.check();
            new KeyedLoss(subscribers, keyedRate, kinds).measure(figures);
        }
        if (parts.contains(Part.INTEREST)) {
            new InterestBench(interestTopics).measure(figures);
        }
        if (parts.contains(Part.ROLLING)) {
            Kinds.check();
            new RollingDeploy(rollingClients, ROLLING_RATE, ROLLING_TOPICS, kinds).measure(figures);
        }
        if (parts.contains(Part.FAULTS)) {
            new Faults(faults, times, seed).measure(figures);
        }
        kinds.tell(List.of(figures));
    }

    private void messages(Map<String, Object> figures) {
        try (NatsHere nats = NatsHere.start();
                Ear ear = new Ear(nats.url())) {
            PubSub mouth =
                    new PubSub(
                            () -> {
                                throw new IllegalStateException("there are no connections here");
                            },
                            Optional.empty(),
                            Optional.of(
                                    NatsCluster.at(nats.url())
                                            .name("bench")
                                            .node("mouth")
                                            .build()));
            mouth.start(JacksonCodec.SHARED, _ -> {});
            try {
                pace(mouth, FAST, 1, Duration.ofSeconds(seconds)); // to be warm
                var _ = ear.report();
                costs(mouth, nats, ear, SLOW, figures);
                costs(mouth, nats, ear, FAST, figures);
                costs(mouth, nats, ear, Integer.MAX_VALUE, figures);
                joins(mouth, ear, figures);
                restart(mouth, nats, ear, figures);
            } finally {
                mouth.close();
            }
        } catch (IOException e) {
            throw new BenchException("a node cannot be run: " + e.getMessage(), e);
        }
    }

    /** Sends so many a second, in turn to some topics, for a while. */
    private long pace(PubSub mouth, int rate, int topics, Duration time) {
        long began = System.nanoTime();
        long sent = 0;
        long end = began + time.toNanos();
        while (System.nanoTime() - end < 0 && !(over && topics > 1)) {
            long due =
                    rate == Integer.MAX_VALUE
                            ? Long.MAX_VALUE
                            : (long) ((System.nanoTime() - began) / 1e9 * rate);
            if (sent >= due) {
                LockSupport.parkNanos(50_000);
                continue;
            }
            int topic = topics == 1 ? JOINED_TOPICS : (int) (sent % topics);
            send(mouth, topic);
            sent++;
            if (rate == Integer.MAX_VALUE && sent % 1_000 == 0) {
                awaitRoom(mouth);
            }
        }
        return sent;
    }

    private void send(PubSub mouth, int topic) {
        long before = sentNanos[topic];
        sentNanos[topic] = System.nanoTime();
        mouth.broadcast(
                topic == JOINED_TOPICS ? ClusterNode.TOPIC : ClusterNode.joined(topic),
                "m",
                ClusterNode.message(numbers[topic]++, before));
    }

    /** As fast as it goes is no faster than can be sent: nothing is to be dropped here. */
    private static void awaitRoom(PubSub mouth) {
        ClusterStats stats = mouth.clusterStats().orElseThrow();
        if (stats.waiting() > 20_000) {
            while (mouth.clusterStats().orElseThrow().waiting() > 10_000) {
                LockSupport.parkNanos(20_000);
            }
        }
    }

    private void costs(PubSub mouth, NatsHere nats, Ear ear, int rate, Map<String, Object> figures)
            throws IOException {
        long self = ManagementFactory.getRuntimeMXBean().getPid();
        double[] before = {
            Proc.cpuSeconds(self), Proc.cpuSeconds(nats.pid()), Proc.cpuSeconds(ear.pid())
        };
        long began = System.nanoTime();
        long sent = pace(mouth, rate, 1, Duration.ofSeconds(seconds));
        double took = (System.nanoTime() - began) / 1e9;
        LockSupport.parkNanos(500_000_000);
        double[] after = {
            Proc.cpuSeconds(self), Proc.cpuSeconds(nats.pid()), Proc.cpuSeconds(ear.pid())
        };
        long[] heard = ear.report();
        String at = rate == Integer.MAX_VALUE ? "saturation" : String.valueOf(rate);
        figures.put("per_s_at_" + at, Math.round(sent / took));
        figures.put("p50_ms_at_" + at, heard[3] / 1e3);
        if (rate == SLOW) {
            figures.put("added_p50_ms", heard[3] / 1e3); // the same under the name that others use
        }
        figures.put("p99_ms_at_" + at, heard[4] / 1e3);
        String[] who = {"publisher", "nats", "receiver"};
        for (int i = 0; i < who.length; i++) {
            figures.put(
                    who[i] + "_us_at_" + at, Kinds.rounded((after[i] - before[i]) * 1e6 / sent));
        }
        figures.put("not_heard_at_" + at, sent - heard[0]);
        figures.put("wrong_at_" + at, heard[2]);
    }

    private void joins(PubSub mouth, Ear ear, Map<String, Object> figures) throws IOException {
        Thread publisher =
                Thread.ofPlatform()
                        .start(
                                () ->
                                        pace(
                                                mouth,
                                                JOINED_RATE,
                                                JOINED_TOPICS,
                                                Duration.ofMinutes(10)));
        long began = System.nanoTime();
        long[] outcome = ear.ask("joins " + joins + " " + JOINED_TOPICS);
        figures.put("joins", joins);
        figures.put("joins_s", Kinds.rounded((System.nanoTime() - began) / 1e9));
        figures.put("join_missed", outcome[0]);
        figures.put("join_silent", outcome[1]);
        figures.put("join_unproven", outcome[2]);
        over = true;
        join(publisher);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void restart(PubSub mouth, NatsHere nats, Ear ear, Map<String, Object> figures)
            throws IOException {
        long lostBefore = ear.report()[6];
        nats.kill();
        long sent = pace(mouth, SLOW, 1, Duration.ofMillis(AWAY_MILLIS));
        nats.again();
        long ready = System.nanoTime();
        sent += pace(mouth, SLOW, 1, Duration.ofSeconds(5));
        LockSupport.parkNanos(3_000_000_000L);
        long[] heard = ear.report();
        figures.put("interest_after_restart_s", Kinds.rounded((heard[5] - ready) / 1e9));
        figures.put("lost_at_restart", sent - heard[0]);
        figures.put("lost_untold", sent - heard[0] - (heard[6] - lostBefore));
        figures.put("subscriptions_per_node", heard[7]);
    }

    /** The node that listens. */
    private static final class Ear implements AutoCloseable {
        private final Process process;
        private final BufferedReader said;
        private final Writer orders;

        Ear(String nats) throws IOException {
            process = Jvm.start(ClusterNode.class, nats);
            said = process.inputReader(StandardCharsets.UTF_8);
            orders = process.outputWriter(StandardCharsets.UTF_8);
            String ready = said.readLine();
            if (!"ready".equals(ready)) {
                throw new BenchException("a node does not start: " + ready);
            }
        }

        long pid() {
            return process.pid();
        }

        long[] report() throws IOException {
            return ask("report");
        }

        long[] ask(String order) throws IOException {
            orders.write(order + "\n");
            orders.flush();
            String answer = said.readLine();
            if (answer == null) {
                throw new BenchException("a node has ended.");
            }
            String[] words = answer.split(" ", -1);
            long[] figures = new long[words.length];
            for (int i = 0; i < words.length; i++) {
                figures[i] = Long.parseLong(words[i]);
            }
            return figures;
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
