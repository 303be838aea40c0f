package dev.myriad.bench;

import dev.myriad.channels.JacksonCodec;
import dev.myriad.cluster.NatsCluster;
import dev.myriad.process.Process;
import dev.myriad.pubsub.Broadcast;
import dev.myriad.pubsub.Cluster;
import dev.myriad.pubsub.ClusterStats;
import dev.myriad.pubsub.PubSub;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A node with very many topics, in a JVM of its own. It says since when it hears those that it is
 * asked about.
 */
final class InterestNode {
    /** Instead of where NATS is: there is none. */
    static final String ALONE = "-";

    static final int NODES = 3;
    private static final int COMING = 256;

    private final PubSub pubSub;
    private final Ear ear = new Ear();

    private InterestNode(String nats, int number) {
        Optional<Cluster> cluster =
                nats.equals(ALONE)
                        ? Optional.empty()
                        : Optional.of(
                                NatsCluster.at(nats).name("bench").node("n" + number).build());
        pubSub =
                new PubSub(
                        () -> {
                            throw new IllegalStateException("there are no connections here");
                        },
                        Optional.empty(),
                        cluster);
        pubSub.start(JacksonCodec.SHARED, _ -> {});
    }

    static String topic(int number) {
        return "interest:" + number;
    }

    /** Each node has every third topic. */
    private void come(int number, int topics) {
        try (ExecutorService coming =
                Executors.newFixedThreadPool(COMING, Thread.ofVirtual().factory())) {
            for (int i = number; i < topics; i += NODES) {
                String topic = topic(i);
                coming.execute(() -> pubSub.subscribe(topic, ear));
            }
        }
    }

    static void main(String[] arguments) throws IOException {
        int number = Integer.parseInt(arguments[1]);
        InterestNode node = new InterestNode(arguments[0], number);
        node.come(number, Integer.parseInt(arguments[2]));
        System.out.println("ready");
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("forget")) {
                node.ear.heard.clear();
            }
            int buckets = node.pubSub.clusterStats().map(ClusterStats::buckets).orElse(0);
            long last = node.ear.heard.values().stream().mapToLong(Long::longValue).max().orElse(0);
            System.out.println(buckets + " " + node.ear.heard.size() + " " + last);
        }
    }

    /** Knows of each topic when the first message that it heard was sent. */
    private static final class Ear extends Process {
        final Map<String, Long> heard = new ConcurrentHashMap<>();

        @Override
        protected void handle(Object message) {
            Broadcast broadcast = (Broadcast) message;
            long sent = ByteBuffer.wrap(broadcast.payload().bytes()).getLong();
            heard.putIfAbsent(broadcast.topic(), sent);
        }
    }
}
