package dev.myriad.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Cluster;
import dev.myriad.pubsub.ClusterLog;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.Kept;
import dev.myriad.pubsub.Position;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Servers that lose the end of their log, though they have told it, and go on with something else:
 * no connection breaks, so it shows by what they tell from then on.
 */
class RewrittenLogTest {
    private static final String TOPIC = "a";
    private static final String OTHER = "b";

    private final Network network = new Network(new Random(1));
    private final List<Network.Line> lines = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private long nanos;

    /** A node that knows what the log has told it of a topic. */
    private static final class Node implements Cluster.Node, ClusterLog.Listener {
        final BusCluster cluster;
        final LogKind kind;
        final List<String> known = new ArrayList<>();

        Node(BusCluster cluster, LogKind kind) {
            this.cluster = cluster;
            this.kind = kind;
            cluster.begin(this, Duration.ofHours(1), true);
            ClusterLog log = log();
            for (String topic : List.of(TOPIC, OTHER)) {
                cluster.came(topic);
                log.came(topic, HistoryRule.last(1_000));
            }
        }

        ClusterLog log() {
            return kind == LogKind.STATES ? cluster.states() : cluster.histories();
        }

        void append(String topic, String text) {
            Payload payload = Payload.binary(text.getBytes(StandardCharsets.US_ASCII));
            assertThat(log().append(topic, "said", payload, new ClusterLog.Sent() {})).isTrue();
        }

        private static String text(Kept kept) {
            return new String(kept.payload().bytes(), StandardCharsets.US_ASCII);
        }

        @Override
        public void loaded(String topic, Position newest, List<Kept> messages, long floor) {
            if (topic.equals(TOPIC)) {
                known.clear();
                messages.forEach(kept -> known.add(text(kept)));
            }
        }

        @Override
        public void logged(
                String topic,
                Kept kept,
                boolean heard,
                byte[] frame,
                Optional<ClusterLog.Sent> sent) {
            if (topic.equals(TOPIC)) {
                known.add(text(kept));
            }
        }

        @Override
        public void hole(String topic, Position place) {}

        @Override
        public void caughtUp(String topic) {}

        @Override
        public void unlogged(String topic, ClusterLog.Sent sent) {}

        @Override
        public ClusterLog.Listener histories() {
            return this;
        }

        @Override
        public ClusterLog.Listener states() {
            return this;
        }

        @Override
        public void deliver(String topic, String event, Payload payload, byte[] frame) {}

        @Override
        public void lost(Predicate<String> topics) {}

        @Override
        public void track(String topic, Cluster.Member member, OptionalLong replaced) {}

        @Override
        public void untrack(String topic, Cluster.Member member) {}

        @Override
        public void disconnect(String id) {}
    }

    private Node node(String name, long origin, LogKind kind) {
        Network.Line line = network.line();
        lines.add(line);
        Node node =
                new Node(
                        new BusCluster(
                                "test",
                                name,
                                origin,
                                line,
                                line.log(LogKind.HISTORIES),
                                line.log(LogKind.STATES),
                                () -> nanos,
                                () -> nanos / 1_000_000),
                        kind);
        nodes.add(node);
        return node;
    }

    /** The one who writes, when the last that it wrote is lost. */
    private Node begin(LogKind kind) throws InterruptedException {
        Node writer = node("writer", 1, kind);
        Node _ = node("reader", 2, kind);
        pass();
        writer.append(TOPIC, "one");
        pass();
        writer.append(TOPIC, "lost");
        pass();
        assertKnown("one", "lost");
        network.loseEnd(kind);
        return writer;
    }

    private void assertKnown(String... texts) {
        nodes.forEach(node -> assertThat(node.known).containsExactly(texts));
    }

    /** All that is under way comes, and what is to be read is. */
    private void pass() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            nanos += 100_000_000;
            for (Node node : nodes) {
                node.cluster.look();
                for (SharedLog log : node.cluster.logs()) {
                    boolean _ = log.read(0);
                }
            }
            for (Network.Line line : lines) {
                while (line.step()) {
                    nanos++;
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(LogKind.class)
    void anotherMessageOfTheTopicTakesItsPlace(LogKind kind) throws Exception {
        Node writer = begin(kind);
        writer.append(TOPIC, "two");
        pass();
        assertKnown("one", "two");
    }

    @ParameterizedTest
    @EnumSource(LogKind.class)
    void aMessageOfAnotherTopicTakesItsPlace(LogKind kind) throws Exception {
        Node writer = begin(kind);
        writer.append(OTHER, "two");
        pass();
        assertKnown("one");
        writer.append(TOPIC, "three");
        pass();
        assertKnown("one", "three");
    }

    /** What takes its place is of a bucket that the reader does not listen to. */
    @ParameterizedTest
    @EnumSource(LogKind.class)
    void somethingThatIsNotHeardTakesItsPlace(LogKind kind) throws Exception {
        Node writer = begin(kind);
        writer.append("elsewhere", "two");
        pass();
        writer.append(TOPIC, "three");
        pass();
        assertKnown("one", "three");
    }
}
