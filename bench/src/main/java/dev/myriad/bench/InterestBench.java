package dev.myriad.bench;

import dev.myriad.channels.JacksonCodec;
import dev.myriad.cluster.NatsCluster;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.PubSub;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Very many topics on three nodes: what listening to them takes, and how soon all are heard again
 * when NATS was away. Confined to one thread.
 */
final class InterestBench {
    private static final int ASKED = 3_000;
    private static final Duration AWAY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long PAUSE_MILLIS = 10;

    private final int topics;

    InterestBench(int topics) {
        this.topics = topics;
    }

    void measure(Map<String, Object> figures) {
        try (NatsHere nats = NatsHere.start()) {
            long alone;
            try (Node node = new Node(InterestNode.ALONE, 0, topics)) {
                node.awaitReady();
                alone = Heap.liveBytes(node.process.pid());
            }
            List<Node> nodes = new ArrayList<>();
            try {
                long began = System.nanoTime();
                for (int i = 0; i < InterestNode.NODES; i++) {
                    nodes.add(new Node(nats.url(), i, topics));
                }
                nodes.forEach(Node::awaitReady);
                figures.put("interest_topics", topics);
                figures.put("interest_came_s", seconds(began, System.nanoTime()));
                long most = 0;
                for (Node node : nodes) {
                    most = Math.max(most, Heap.liveBytes(node.process.pid()));
                }
                figures.put("interest_mb", Kinds.rounded((most - alone) / 1e6));
                figures.put("interest_topics_mb", Kinds.rounded(alone / 1e6));
                restart(nats, nodes, figures);
            } finally {
                nodes.forEach(Node::close);
            }
        }
    }

    private static Object seconds(long from, long to) {
        return Kinds.rounded((to - from) / 1e9);
    }

    private void restart(NatsHere nats, List<Node> nodes, Map<String, Object> figures) {
        PubSub mouth =
                new PubSub(
                        () -> {
                            throw new IllegalStateException("there are no connections here");
                        },
                        Optional.empty(),
                        Optional.of(
                                NatsCluster.at(nats.url()).name("bench").node("mouth").build()));
        mouth.start(JacksonCodec.SHARED, _ -> {});
        try {
            nats.kill();
            Trial.sleep(AWAY.toMillis());
            nodes.forEach(node -> node.ask("forget"));
            nats.again();
            long began = System.nanoTime();
            long end = began + PATIENCE.toNanos();
            while (heard(nodes) < ASKED && System.nanoTime() - end < 0) {
                for (int i = 0; i < ASKED; i++) {
                    byte[] now = ByteBuffer.allocate(8).putLong(System.nanoTime()).array();
                    int topic = (int) ((long) i * topics / ASKED) / 3 * 3 + i % 3;
                    mouth.broadcast(InterestNode.topic(topic), "m", Payload.binary(now));
                }
                Trial.sleep(PAUSE_MILLIS);
            }
            long last = 0;
            long buckets = 0;
            for (Node node : nodes) {
                String[] report = node.ask("report");
                buckets = Math.max(buckets, Long.parseLong(report[0]));
                last = Math.max(last, Long.parseLong(report[2]));
            }
            figures.put("interest_subscriptions", buckets);
            figures.put("interest_unheard", ASKED - heard(nodes));
            figures.put("interest_full_after_s", seconds(began, last));
        } finally {
            mouth.close();
        }
    }

    private static long heard(List<Node> nodes) {
        return nodes.stream().mapToLong(node -> Long.parseLong(node.ask("report")[1])).sum();
    }

    /** An {@link InterestNode} as it is seen from here. */
    private static final class Node implements AutoCloseable {
        final Process process;
        private final BufferedReader said;
        private final BufferedWriter orders;

        Node(String nats, int number, int topics) {
            process =
                    Jvm.start(
                            InterestNode.class,
                            nats,
                            String.valueOf(number),
                            String.valueOf(topics));
            said = process.inputReader(StandardCharsets.UTF_8);
            orders = process.outputWriter(StandardCharsets.UTF_8);
        }

        void awaitReady() {
            if (!"ready".equals(line())) {
                throw new BenchException("a node does not start.");
            }
        }

        String[] ask(String order) {
            try {
                orders.write(order + "\n");
                orders.flush();
            } catch (IOException e) {
                throw new BenchException("a node has ended.", e);
            }
            return line().split(" ", -1);
        }

        private String line() {
            try {
                String line = said.readLine();
                if (line == null) {
                    throw new BenchException("a node has ended.");
                }
                return line;
            } catch (IOException e) {
                throw new BenchException("a node has ended.", e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }
}
