package dev.myriad.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Cluster;
import dev.myriad.pubsub.Cluster.Member;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nodes that publish, track, come, go, die and are cut off, in an order that a seed gives, beside
 * an oracle that knows all of it. No message comes twice or out of order; whatever is missing was
 * told; in the end everybody knows who is present, and nobody who is not.
 */
class ClusterSimulationTest {
    private static final int STEPS = Integer.getInteger("myriad.steps", 2_000);
    private static final int NODES = 3;
    private static final List<String> TOPICS = List.of("a", "b", "room:c");

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("myriad.seeds", 40));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everythingComesOrIsToldToBeMissing(long seed) {
        new Simulation(seed).run();
    }

    /** One run. */
    private static final class Simulation {
        final Random random;
        final Network network;
        final List<SimulatedNode> nodes = new ArrayList<>();
        final List<SimulatedNode> all = new ArrayList<>();
        long nanos;
        int number;

        Simulation(long seed) {
            random = new Random(seed);
            network = new Network(random);
        }

        void run() {
            for (int i = 0; i < NODES; i++) {
                nodes.add(new SimulatedNode(this, "node" + i));
            }
            for (int step = 0; step < STEPS; step++) {
                act(nodes.get(random.nextInt(NODES)));
            }
            calm();
            nodes.forEach(SimulatedNode::check);
        }

        private void act(SimulatedNode node) {
            switch (random.nextInt(24)) {
                case 0, 1, 2, 3 -> node.publish(topic(), ++number);
                case 4, 5 -> node.track(topic(), ++number);
                case 6 -> node.update(topic(), ++number);
                case 7 -> node.untrack(topic());
                case 8 -> node.come(topic());
                case 9 -> node.go(topic());
                case 10 -> pass(100_000_000);
                case 11 -> pass(random.nextInt(600_000_000));
                case 12 -> rarely(4, node.line::cut);
                case 13 -> node.line.mend();
                case 14 -> rarely(8, () -> replace(node, false));
                case 15 -> rarely(8, () -> replace(node, true));
                case 16 -> rarely(3, () -> node.line.loses(random.nextBoolean()));
                case 17 -> rarely(20, this::passMinutes);
                default -> node.steps(random.nextInt(8));
            }
        }

        private String topic() {
            return TOPICS.get(random.nextInt(TOPICS.size()));
        }

        private void rarely(int oneIn, Runnable action) {
            if (random.nextInt(oneIn) == 0) {
                action.run();
            }
        }

        /** It dies, or leaves in good order, and another run of it begins. */
        private void replace(SimulatedNode node, boolean goodbye) {
            node.end(goodbye);
            nodes.set(nodes.indexOf(node), new SimulatedNode(this, node.name));
        }

        private void pass(long time) {
            nanos += time;
            nodes.forEach(node -> node.cluster.look());
        }

        /** So long that buckets without topics are given up, and what is under way comes. */
        private void passMinutes() {
            for (int i = 0; i < 14; i++) {
                pass(10_100_000_000L);
                nodes.forEach(node -> node.steps(random.nextInt(40)));
            }
        }

        /** Everything heals, and what is under way comes. */
        private void calm() {
            for (SimulatedNode node : nodes) {
                node.line.mend();
                node.line.loses(false);
            }
            for (int i = 0; i < 200; i++) {
                boolean any = true;
                while (any) {
                    any = false;
                    for (SimulatedNode node : nodes) {
                        any |= node.line.step();
                    }
                }
                pass(100_000_000);
            }
        }
    }

    /** A message of the oracle's. */
    private record Sent(long origin, String topic, int number) {}

    /** A node, and what its topics have heard. */
    private static final class SimulatedNode implements Cluster.Node {
        final Simulation in;
        final String name;
        final Network.Line line;
        final BusCluster cluster;

        /** What the others sent while a topic was reached, in order, that has not come yet. */
        final Map<String, Set<Sent>> owed = new HashMap<>();

        final Map<String, Map<Long, Integer>> lastOf = new HashMap<>();
        final Map<String, Map<List<Long>, Member>> present = new HashMap<>();
        final Map<String, Map<Long, Member>> own = new HashMap<>();
        final Set<String> topics = new TreeSet<>();

        /** Told in the end: what a node throws is caught. */
        final List<String> wrong = new ArrayList<>();

        final Set<Integer> published = new HashSet<>();

        SimulatedNode(Simulation in, String name) {
            this.in = in;
            this.name = name;
            line = in.network.line();
            cluster = new BusCluster("test", name, in.random.nextLong(), line, () -> in.nanos);
            in.all.add(this);
            cluster.begin(this);
        }

        void publish(String topic, int number) {
            published.add(number);
            Sent sent = new Sent(cluster.origin(), topic, number);
            for (SimulatedNode other : in.nodes) {
                if (other != this
                        && other.topics.contains(topic)
                        && other.cluster.isReached(topic)
                        && other.cluster.hears(cluster.origin(), topic)) {
                    other.owed.computeIfAbsent(topic, _ -> new HashSet<>()).add(sent);
                }
            }
            byte[] json = ("{\"n\":" + number + "}").getBytes(StandardCharsets.US_ASCII);
            cluster.publish(topic, "said", Payload.json(json));
        }

        void track(String topic, int id) {
            Member member = new Member(cluster.origin(), id, "k" + id % 5, Payload.EMPTY);
            own.computeIfAbsent(topic, _ -> new LinkedHashMap<>()).put((long) id, member);
            cluster.track(topic, member, OptionalLong.empty());
        }

        void update(String topic, int id) {
            Map<Long, Member> here = own.getOrDefault(topic, new HashMap<>());
            if (!here.isEmpty()) {
                Member before = here.values().iterator().next();
                Member member = new Member(cluster.origin(), id, before.key(), Payload.EMPTY);
                here.remove(before.id());
                here.put((long) id, member);
                cluster.track(topic, member, OptionalLong.of(before.id()));
            }
        }

        void untrack(String topic) {
            Map<Long, Member> here = own.getOrDefault(topic, new HashMap<>());
            if (!here.isEmpty()) {
                long id = here.keySet().iterator().next();
                here.remove(id);
                cluster.untrack(topic, id);
            }
        }

        void come(String topic) {
            if (topics.add(topic)) {
                cluster.came(topic);
                present.put(topic, new HashMap<>());
                cluster.membersElsewhere(topic)
                        .forEach(member -> track(topic, member, OptionalLong.empty()));
                cluster.look();
            }
        }

        void go(String topic) {
            if (topics.remove(topic)) {
                cluster.went(topic);
                present.remove(topic);
                owed.remove(topic);
            }
        }

        void steps(int count) {
            for (int i = 0; i < count; i++) {
                boolean _ = line.step();
            }
        }

        void end(boolean goodbye) {
            if (goodbye && line.isConnected()) {
                cluster.close();
            } else {
                line.cut();
                line.close();
            }
        }

        void check() {
            assertThat(wrong).isEmpty();
            assertThat(owed.values().stream().flatMap(Set::stream))
                    .as("neither came nor were told to be missing at %s", name)
                    .allMatch(
                            sent ->
                                    in.nodes.stream()
                                            .noneMatch(n -> n.cluster.origin() == sent.origin));
            for (String topic : topics) {
                assertThat(cluster.isReached(topic)).isTrue();
                Set<List<Long>> truth = new HashSet<>();
                for (SimulatedNode other : in.nodes) {
                    if (other != this) {
                        other.own
                                .getOrDefault(topic, Map.of())
                                .values()
                                .forEach(m -> truth.add(List.of(m.origin(), m.id())));
                    }
                }
                assertThat(present.getOrDefault(topic, Map.of()).keySet())
                        .as("present in %s as %s knows it", topic, name)
                        .isEqualTo(truth);
            }
            assertThat(cluster.stats().refused()).isZero();
        }

        // ---- what it hears

        @Override
        public void deliver(String topic, String event, Payload payload, byte[] frame) {
            String json = new String(payload.bytes(), StandardCharsets.US_ASCII);
            int number = Integer.parseInt(json.substring(5, json.length() - 1));
            if (!new String(frame, StandardCharsets.US_ASCII).contains(json)) {
                wrong.add("a frame without " + json);
            }
            if (!topics.contains(topic)) {
                return;
            }
            SimulatedNode origin =
                    in.all.stream()
                            .filter(node -> node.published.contains(number))
                            .findFirst()
                            .orElseThrow();
            Integer last =
                    lastOf.computeIfAbsent(topic, _ -> new HashMap<>())
                            .put(origin.cluster.origin(), number);
            if (last != null && last >= number) {
                wrong.add(number + " after " + last + " of " + origin.name + " at " + name);
            }
            owed.getOrDefault(topic, new HashSet<>())
                    .remove(new Sent(origin.cluster.origin(), topic, number));
        }

        @Override
        public void lost(Predicate<String> missed) {
            topics.stream().filter(missed).forEach(owed::remove);
        }

        @Override
        public void track(String topic, Member member, OptionalLong replaced) {
            Map<List<Long>, Member> here = present.get(topic);
            if (here != null) {
                replaced.ifPresent(id -> here.remove(List.of(member.origin(), id)));
                here.put(List.of(member.origin(), member.id()), member);
            }
        }

        @Override
        public void untrack(String topic, Member member) {
            Map<List<Long>, Member> here = present.get(topic);
            if (here != null) {
                here.remove(List.of(member.origin(), member.id()));
            }
        }

        @Override
        public void disconnect(String id) {}
    }
}
