package dev.myriad.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Cluster;
import dev.myriad.pubsub.Cluster.Member;
import dev.myriad.pubsub.ClusterLog;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.Kept;
import dev.myriad.pubsub.Position;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nodes that publish, track, come, go, die and are cut off, in an order that a seed gives, beside
 * an oracle that knows all of it. No message comes twice or out of order; whatever is missing was
 * told; in the end everybody knows who is present, and nobody who is not. What the log has taken is
 * told by all nodes at the same places, and nobody hears it twice; what it has not taken leaves a
 * hole there. Values that the nodes share are the same everywhere, and what was accepted is in
 * them.
 */
class ClusterSimulationTest {
    private static final int STEPS = Integer.getInteger("myriad.steps", 2_000);
    private static final int NODES = 3;
    private static final int PLANTED_SEEDS = 200;
    private static final int FAULTLESS_SEEDS = 5;

    /** By then a node knows those who were there before it. */
    private static final long ACQUAINTED_NANOS = 3_000_000_000L;

    private static final List<String> TOPICS = List.of("a", "b", "room:c");
    private static final List<String> LOGGED = List.of("h:a", "h:b");
    private static final List<String> KEYED = List.of("s:a", "s:b");

    /** Some seeds, or the one that is given by {@code -Dmyriad.seed}. */
    static LongStream seeds() {
        Long one = Long.getLong("myriad.seed");
        return one == null
                ? LongStream.range(0, Integer.getInteger("myriad.seeds", 15))
                : LongStream.of(one);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everythingComesOrIsToldToBeMissing(long seed) {
        new Simulation(seed, PlantedBug.NONE, true).run();
    }

    /** Nodes come, leave in good order, and topics with them: nothing is told to be missing. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void withoutAFaultNothingIsMissing(long seed) {
        new Simulation(seed, PlantedBug.NONE, false).run();
    }

    /** An oracle that finds nothing is worth nothing. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatIsPlantedIsFound(PlantedBug bug) {
        long found =
                LongStream.range(bug.firstSeed, bug.firstSeed + PLANTED_SEEDS)
                        .filter(seed -> isFound(seed, bug))
                        .findFirst()
                        .orElse(-1);
        System.out.println(bug + " is found with seed " + found);
        assertThat(found).as("the first of %d seeds", PLANTED_SEEDS).isNotNegative();
    }

    private static boolean isFound(long seed, PlantedBug bug) {
        try {
            new Simulation(seed, bug, true).run();
            if (seed < FAULTLESS_SEEDS) {
                new Simulation(seed, bug, false).run();
            }
            return false;
        } catch (AssertionError found) {
            return true;
        }
    }

    /** One run. */
    private static final class Simulation {
        final Random random;
        final Network network;
        final List<SimulatedNode> nodes = new ArrayList<>();
        final List<SimulatedNode> all = new ArrayList<>();
        long nanos;
        int number;

        /** What was sent to topics with a history. */
        final Map<Integer, Sent> said = new HashMap<>();

        /** Whether anything fails. */
        final boolean faults;

        Simulation(long seed, PlantedBug bug, boolean faults) {
            this.faults = faults;
            random = new Random(seed);
            network = new Network(random, bug);
        }

        void run() {
            for (int i = 0; i < NODES; i++) {
                nodes.add(new SimulatedNode(this, "node" + i));
            }
            getAcquainted();
            for (int step = 0; step < STEPS; step++) {
                act(nodes.get(random.nextInt(NODES)));
            }
            calm();
            nodes.forEach(SimulatedNode::check);
        }

        private void act(SimulatedNode node) {
            switch (random.nextInt(36)) {
                case 0, 1, 2, 3 -> node.publish(topic(), ++number);
                case 4, 5 -> node.track(topic(), ++number);
                case 6 -> node.update(topic(), ++number);
                case 7 -> node.untrack(topic());
                case 8 -> node.come(topic());
                case 9 -> node.go(topic());
                case 10 -> pass(100_000_000);
                case 11 -> pass(random.nextInt(600_000_000));
                case 12 -> fault(4, node.line::cut);
                case 13 -> node.line.mend();
                case 14 -> fault(8, () -> replace(node, false));
                case 15 -> rarely(8, () -> replace(node, true));
                case 16 -> fault(3, () -> node.line.loses(random.nextBoolean()));
                case 17 -> rarely(20, this::passMinutes);
                case 18, 19 -> node.append(loggedTopic(), ++number);
                case 20 -> rarely(3, () -> node.comeLogged(loggedTopic()));
                case 21 -> rarely(6, () -> node.goLogged(loggedTopic()));
                case 22 -> node.read();
                case 23 -> fault(10, () -> network.logAway(random.nextInt(3) == 0));
                case 24, 25 -> node.replica(keyedTopic()).ifPresent(it -> it.want(++number));
                case 26 -> rarely(3, () -> node.comeKeyed(keyedTopic()));
                case 27 -> rarely(6, () -> node.goKeyed(keyedTopic()));
                default -> node.steps(random.nextInt(8));
            }
        }

        private String topic() {
            return TOPICS.get(random.nextInt(TOPICS.size()));
        }

        private String loggedTopic() {
            return LOGGED.get(random.nextInt(LOGGED.size()));
        }

        private String keyedTopic() {
            return KEYED.get(random.nextInt(KEYED.size()));
        }

        private void rarely(int oneIn, Runnable action) {
            if (random.nextInt(oneIn) == 0) {
                action.run();
            }
        }

        private void fault(int oneIn, Runnable action) {
            if (faults) {
                rarely(oneIn, action);
            }
        }

        /** It dies, or leaves in good order, and another run of it begins. */
        private void replace(SimulatedNode node, boolean goodbye) {
            node.end(goodbye);
            nodes.set(nodes.indexOf(node), new SimulatedNode(this, node.name));
            getAcquainted();
        }

        /** Who begins to listen before it hears of a node may take it that it has missed some. */
        private void getAcquainted() {
            if (!faults) {
                deliverAll();
            }
        }

        private void pass(long time) {
            if (!faults) { // to come late is one
                deliverAll();
            }
            nanos += time;
            nodes.forEach(node -> node.cluster.look());
            nodes.forEach(SimulatedNode::read);
            nodes.forEach(node -> node.replicas.values().forEach(Replica::look));
        }

        /** So long that buckets without topics are given up, and what is under way comes. */
        private void passMinutes() {
            for (int i = 0; i < 14; i++) {
                pass(10_100_000_000L);
                nodes.forEach(node -> node.steps(random.nextInt(40)));
            }
        }

        private void deliverAll() {
            boolean any = true;
            while (any) {
                any = false;
                for (SimulatedNode node : nodes) {
                    any |= node.line.step();
                }
            }
        }

        /** Everything heals, and what is under way comes. */
        private void calm() {
            network.logAway(false);
            for (SimulatedNode node : nodes) {
                node.line.mend();
                node.line.loses(false);
            }
            for (int i = 0; i < 200; i++) {
                deliverAll();
                pass(100_000_000);
            }
        }
    }

    /** A message of the oracle's. */
    private record Sent(long origin, String topic, int number) {}

    /** A node, and what its topics have heard. */
    private static final class SimulatedNode implements Cluster.Node, ClusterLog.Listener {
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

        final long beganNanos;

        SimulatedNode(Simulation in, String name) {
            this.in = in;
            this.name = name;
            beganNanos = in.nanos;
            line = in.network.line();
            cluster =
                    new BusCluster(
                            "test",
                            name,
                            in.random.nextLong(),
                            line,
                            line.log(LogKind.HISTORIES),
                            line.log(LogKind.STATES),
                            () -> in.nanos,
                            () -> in.nanos / 1_000_000);
            in.all.add(this);
            cluster.begin(this, Duration.ofHours(1), true);
        }

        @Override
        public ClusterLog.Listener histories() {
            return this;
        }

        // ---- topics with values that the nodes share

        final Map<String, Replica> replicas = new HashMap<>();

        Optional<Replica> replica(String topic) {
            return Optional.ofNullable(replicas.get(topic));
        }

        void comeKeyed(String topic) {
            if (!replicas.containsKey(topic)) {
                replicas.put(topic, new Replica(in, cluster, topic));
                cluster.came(topic);
                cluster.states().came(topic, HistoryRule.last(Integer.MAX_VALUE));
            }
        }

        void goKeyed(String topic) {
            Replica here = replicas.get(topic);
            if (here != null && here.flight == 0) {
                replicas.remove(topic);
                cluster.went(topic);
                cluster.states().went(topic);
            }
        }

        @Override
        public ClusterLog.Listener states() {
            return new ClusterLog.Listener() {
                @Override
                public void loaded(String topic, Position newest, List<Kept> messages, long floor) {
                    replica(topic).ifPresent(here -> here.loaded(newest.offset(), messages));
                }

                @Override
                public void logged(
                        String topic,
                        Kept kept,
                        boolean heard,
                        byte[] frame,
                        Optional<ClusterLog.Sent> sent) {
                    replica(topic).ifPresent(here -> here.logged(kept));
                }

                @Override
                public void hole(String topic, Position place) {
                    wrong.add("a hole in " + topic);
                }

                @Override
                public void caughtUp(String topic) {}

                @Override
                public void unlogged(String topic, ClusterLog.Sent sent) {
                    replica(topic).ifPresent(here -> here.flight = 0);
                }
            };
        }

        void publish(String topic, int number) {
            published.add(number);
            Sent sent = new Sent(cluster.origin(), topic, number);
            for (SimulatedNode other : in.nodes) {
                boolean sure =
                        !line.hasLost
                                && !other.line.hasLost
                                && in.nanos - other.beganNanos > ACQUAINTED_NANOS;
                if (other != this
                        && other.topics.contains(topic)
                        && other.cluster.isReached(topic)
                        && (sure || other.cluster.hears(cluster.origin(), topic))) {
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

        // ---- topics with a history

        /** What it knows of a topic, and what its subscribers have heard. */
        static final class Known {
            final List<Integer> kept = new ArrayList<>();
            long newest = -1;
            long floor;

            /** Everything after it has been heard. */
            long heardAfter;

            /** The last number that was heard of each node. */
            final Map<Long, Integer> lastOf = new HashMap<>();
        }

        final Map<String, Known> known = new HashMap<>();

        /** What its subscribers have heard, ever. */
        final Set<Integer> heard = new HashSet<>();

        /** What the log told when something later had been heard past it. */
        final Set<Integer> missed = new HashSet<>();

        /** Topics of which that is to be told. */
        final Set<String> untold = new HashSet<>();

        final Set<Integer> appended = new HashSet<>();
        final Set<Integer> givenUp = new HashSet<>();

        /** A message of its own. */
        private record Mine(int number) implements ClusterLog.Sent {}

        void append(String topic, int number) {
            in.said.put(number, new Sent(cluster.origin(), topic, number));
            byte[] json = ("{\"n\":" + number + "}").getBytes(StandardCharsets.US_ASCII);
            Payload payload = Payload.json(json);
            if (cluster.histories().append(topic, "said", payload, new Mine(number))) {
                appended.add(number);
            } else {
                hear(topic, number);
                cluster.histories().passedBy(topic);
            }
        }

        void comeLogged(String topic) {
            if (!known.containsKey(topic)) {
                known.put(topic, new Known());
                cluster.came(topic);
                cluster.histories().came(topic, HistoryRule.last(5));
            }
        }

        void goLogged(String topic) {
            if (known.remove(topic) != null) {
                cluster.went(topic);
                cluster.histories().went(topic);
            }
        }

        void read() {
            try {
                for (SharedLog log : cluster.logs()) {
                    boolean _ = log.read(0);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private void hear(String topic, int number) {
            Known here = known.get(topic);
            if (here == null) {
                return;
            }
            if (!heard.add(number)) {
                wrong.add(number + " came twice to " + name);
            }
            Integer last =
                    here.lastOf.put(Objects.requireNonNull(in.said.get(number)).origin, number);
            if (last != null && last > number) {
                wrong.add(number + " of " + topic + " came after " + last + " to " + name);
            }
        }

        private static int number(Payload payload) {
            String json = new String(payload.bytes(), StandardCharsets.US_ASCII);
            return Integer.parseInt(json.substring(5, json.length() - 1));
        }

        @Override
        public void loaded(String topic, Position newest, List<Kept> messages, long floor) {
            Known here = known.get(topic);
            if (here != null) {
                here.kept.clear();
                messages.forEach(kept -> here.kept.add(number(kept.payload())));
                here.newest = newest.offset();
                here.floor = floor;
                here.heardAfter = newest.offset();
            }
        }

        @Override
        public void logged(
                String topic,
                Kept kept,
                boolean before,
                byte[] frame,
                Optional<ClusterLog.Sent> sent) {
            Known here = known.get(topic);
            if (here == null) {
                return;
            }
            if (kept.previous() != here.newest) {
                wrong.add(kept.position() + " follows " + kept.previous() + ", not " + here.newest);
            }
            int number = number(kept.payload());
            here.newest = kept.position().offset();
            here.kept.add(number);
            if (!before) {
                hear(topic, number);
            } else if (!heard.contains(number)) {
                missed.add(number);
                untold.add(topic);
                if (!isLate(number) && !isLateInLog(number)) {
                    wrong.add(number + " is not told to " + name + ", nor anything later");
                }
            }
            if (appended.contains(number) && !before && sent.isEmpty()) {
                wrong.add(number + " has lost what went with it");
            }
        }

        /** Whether something later of the same node was heard. */
        private boolean isLate(int number) {
            Sent sent = Objects.requireNonNull(in.said.get(number));
            Known here = known.get(sent.topic);
            return here == null || here.lastOf.getOrDefault(sent.origin, 0) > number;
        }

        /** Whether something later of the same node came into the log before. */
        private boolean isLateInLog(int number) {
            Sent sent = Objects.requireNonNull(in.said.get(number));
            return in.network.log(LogKind.HISTORIES).stream()
                    .map(each -> PlantedBug.read(each.message()))
                    .takeWhile(each -> !isNumber(each, sent.topic, number))
                    .anyMatch(
                            each ->
                                    each instanceof NodeMessage.Logged it
                                            && it.topic().equals(sent.topic)
                                            && it.origin() == sent.origin
                                            && number(it.payload()) > number);
        }

        private static boolean isNumber(NodeMessage message, String topic, int number) {
            return message instanceof NodeMessage.Logged it
                    && it.topic().equals(topic)
                    && number(it.payload()) == number;
        }

        @Override
        public void missed(String topic) {
            untold.remove(topic);
        }

        @Override
        public void hole(String topic, Position place) {
            Known here = known.get(topic);
            if (here != null) {
                here.newest = place.offset();
                here.floor = place.offset();
            }
        }

        @Override
        public void caughtUp(String topic) {}

        @Override
        public void unlogged(String topic, ClusterLog.Sent sent) {
            int number = ((Mine) sent).number;
            givenUp.add(number);
            hear(topic, number);
        }

        /** What it knows of the log is what is there, and its subscribers have heard that. */
        void checkLog() {
            List<NodeMessage> log = new ArrayList<>();
            in.network
                    .log(LogKind.HISTORIES)
                    .forEach(each -> log.add(PlantedBug.read(each.message())));
            known.forEach(
                    (topic, here) -> {
                        List<Integer> truth = new ArrayList<>();
                        long newest = 0;
                        for (int i = 0; i < log.size(); i++) {
                            long place = i + 1L;
                            if (log.get(i) instanceof NodeMessage.Logged it
                                    && it.topic().equals(topic)) {
                                newest = place;
                                if (place > here.floor) {
                                    truth.add(number(it.payload()));
                                }
                                if (place > here.heardAfter) { // or past the log
                                    assertThat(number(it.payload()))
                                            .as(name)
                                            .matches(n -> heard.contains(n) || missed.contains(n));
                                }
                            } else if (log.get(i) instanceof NodeMessage.Hole it
                                    && it.topic().equals(topic)) {
                                newest = place;
                            }
                        }
                        int from = here.kept.size() - truth.size();
                        assertThat(here.newest).as("%s at %s", topic, name).isEqualTo(newest);
                        assertThat(here.kept.subList(from, here.kept.size())).isEqualTo(truth);
                    });
            Set<Integer> stored = new HashSet<>();
            log.forEach(
                    each -> {
                        if (each instanceof NodeMessage.Logged it) {
                            assertThat(stored.add(number(it.payload()))).isTrue();
                        }
                    });
            Set<Integer> missing = new HashSet<>(appended);
            missing.removeAll(stored);
            missing.removeAll(givenUp);
            assertThat(missing)
                    .as("neither in the log nor later than what was heard, at %s", name)
                    .allMatch(this::isLate);
            LOGGED.forEach(topic -> checkHoles(topic, log));
            assertThat(cluster.stats().histories().waiting()).isZero();
            assertThat(cluster.stats().histories().open()).isTrue();
        }

        /** After what it has not logged there is a hole, before what it has logged later. */
        private void checkHoles(String topic, List<NodeMessage> log) {
            Set<Integer> missing = new TreeSet<>();
            in.said.values().stream()
                    .filter(sent -> sent.origin == cluster.origin() && sent.topic.equals(topic))
                    .forEach(sent -> missing.add(sent.number));
            boolean hole = false;
            int last = 0;
            for (NodeMessage each : log) {
                if (each.origin() == cluster.origin()) {
                    if (each instanceof NodeMessage.Hole it && it.topic().equals(topic)) {
                        hole = true;
                    } else if (each instanceof NodeMessage.Logged it && it.topic().equals(topic)) {
                        int number = number(it.payload());
                        boolean _ = missing.remove(number);
                        hole &= number < last;
                        last = Math.max(last, number);
                    }
                }
            }
            int newest = last;
            missing.removeIf(number -> number < newest);
            assertThat(missing.isEmpty() || hole).as("%s not in %s", missing, topic).isTrue();
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
            assertThat(untold).as("missed at %s", name).isEmpty();
            if (!in.faults) {
                assertThat(cluster.stats().lost()).as("told to be missing at %s", name).isZero();
            }
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
            checkLog();
            assertThat(cluster.stats().states().open()).isTrue();
            replicas.values().forEach(Replica::check);
        }

        // ---- what it hears

        @Override
        public void deliverLogged(String topic, String event, Payload payload, byte[] frame) {
            hear(topic, number(payload));
            cluster.histories().toldPast(topic);
        }

        @Override
        public void deliver(String topic, String event, Payload payload, byte[] frame) {
            String json = new String(payload.bytes(), StandardCharsets.US_ASCII);
            int number = Integer.parseInt(json.substring(5, json.length() - 1));
            if (!new String(frame, StandardCharsets.US_ASCII).contains(json)) {
                wrong.add("a frame without " + json);
            }
            if (LOGGED.contains(topic)) {
                hear(topic, number);
                cluster.histories().passedBy(topic);
                return;
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

    /**
     * Values as a node knows them: the numbers that were wanted, in the order in which they were
     * done. It does as the nodes do: one is under way at a time, who has made the log long writes
     * all down, and a minute later takes out what that includes.
     */
    private static final class Replica {
        private static final int LONG = 12;

        final Simulation in;
        final BusCluster cluster;
        final String topic;
        final List<Integer> accepted = new ArrayList<>();
        Values values = new Values();
        boolean known;
        int flight;
        long trimmed;
        long trimNanos;

        Replica(Simulation in, BusCluster cluster, String topic) {
            this.in = in;
            this.cluster = cluster;
            this.topic = topic;
        }

        /** What comes of a log. */
        private static final class Values {
            final List<Integer> numbers = new ArrayList<>();
            final Map<String, Integer> lasts = new HashMap<>();
            long place;
            int longer;

            /** Whether it was done. */
            boolean take(long place, String text) {
                this.place = place;
                String[] parts = text.split(" ", -1);
                if (parts[0].equals("all")) {
                    longer = 0;
                    return false;
                }
                longer++;
                int number = Integer.parseInt(parts[2]);
                boolean next = number > lasts.getOrDefault(parts[1], 0);
                if (next) {
                    lasts.put(parts[1], number);
                    numbers.add(number);
                }
                return next;
            }

            String text() {
                return "all " + place + " " + numbers + " " + lasts;
            }

            static Values of(String all) {
                Values values = new Values();
                String[] parts = all.split(" (?=[\\[{])", -1);
                for (String each : parts[1].replaceAll("[\\[\\] ]", "").split(",", -1)) {
                    if (!each.isEmpty()) {
                        values.numbers.add(Integer.parseInt(each));
                    }
                }
                for (String each : parts[2].replaceAll("[{} ]", "").split(",", -1)) {
                    if (!each.isEmpty()) {
                        String[] pair = each.split("=", -1);
                        values.lasts.put(pair[0], Integer.parseInt(pair[1]));
                    }
                }
                values.place = Long.parseLong(all.split(" ", -1)[1]);
                return values;
            }
        }

        private static String text(Payload payload) {
            return new String(payload.bytes(), StandardCharsets.US_ASCII);
        }

        void want(int number) {
            if (known && flight == 0) {
                flight = number;
                if (!append("one " + cluster.tag() + " " + number)) {
                    flight = 0;
                }
            }
        }

        private boolean append(String text) {
            Payload payload = Payload.binary(text.getBytes(StandardCharsets.US_ASCII));
            return cluster.states().append(topic, "", payload, new ClusterLog.Sent() {});
        }

        void loaded(long newest, List<Kept> messages) {
            values = new Values();
            for (Kept each : messages) {
                String text = text(each.payload());
                if (text.startsWith("all") && Values.of(text).place >= values.place) {
                    values = Values.of(text); // what the furthest includes may be gone
                }
            }
            long from = values.place;
            for (Kept each : messages) {
                if (each.position().offset() > from) {
                    take(each);
                }
            }
            values.place = newest;
            known = true;
            if (flight > 0 && flight <= values.lasts.getOrDefault(cluster.tag(), 0)) {
                flight = 0;
            }
        }

        void logged(Kept kept) {
            if (known) {
                take(kept);
            }
        }

        private void take(Kept kept) {
            String text = text(kept.payload());
            boolean done = values.take(kept.position().offset(), text);
            String[] parts = text.split(" ", -1);
            if (done && parts[1].equals(cluster.tag())) {
                int number = Integer.parseInt(parts[2]);
                if (number == flight) {
                    accepted.add(number);
                    flight = 0;
                }
                if (known && values.longer > LONG) {
                    boolean _ = append(values.text());
                }
            } else if (text.startsWith("all")) {
                trimmed = Long.parseLong(parts[1]);
                trimNanos = in.nanos + 60_000_000_000L;
            }
        }

        void look() {
            if (trimmed > 0 && in.nanos - trimNanos >= 0) {
                cluster.states().trim(topic, new Position("e", trimmed));
                trimmed = 0;
            }
        }

        void check() {
            Values truth = new Values();
            String subject = new Subjects("test").log(LogKind.STATES).of(topic);
            for (Network.Logged each : in.network.ever(LogKind.STATES)) {
                try {
                    if (each.subject().equals(subject)
                            && NodeWire.read(each.message()) instanceof NodeMessage.Logged it) {
                        boolean _ = truth.take(each.place(), text(it.payload()));
                    }
                } catch (NodeWire.UnreadableException e) {
                    throw new AssertionError(e);
                }
            }
            assertThat(known).as(topic).isTrue();
            assertThat(values.numbers).as(topic).isEqualTo(truth.numbers);
            assertThat(truth.numbers).as(topic).containsAll(accepted);
            assertThat(flight).as("under way in %s", topic).isZero();
        }
    }
}
