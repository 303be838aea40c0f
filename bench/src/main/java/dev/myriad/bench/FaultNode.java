package dev.myriad.bench;

import dev.myriad.channels.JacksonCodec;
import dev.myriad.cluster.NatsCluster;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Broadcast;
import dev.myriad.pubsub.ClusterStats;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.PresenceRule;
import dev.myriad.pubsub.PubSub;
import dev.myriad.pubsub.Remembering;
import dev.myriad.pubsub.State;
import dev.myriad.pubsub.StateRule;
import dev.myriad.pubsub.TopicException;
import dev.myriad.pubsub.TopicPattern;
import dev.myriad.pubsub.TopicRule;
import dev.myriad.pubsub.TopicRules;
import dev.myriad.pubsub.Tracked;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A node that says, hears, is present and changes values, in a JVM of its own so that it can be
 * stopped and killed, and tells what it has heard. What it says is numbered: so it is known what is
 * missing, comes twice or in another order.
 */
final class FaultNode {
    static final String PLAIN = "plain:all";
    static final String LOGGED = "logged:all";
    private static final String PRESENT = "present:all";
    private static final String KEYED = "keyed:all";
    private static final String CHURN = "churn:";
    private static final int CHURN_TOPICS = 1_000;
    private static final int CHURN_MAX = 200;
    private static final int KEYS = 100;
    private static final int WRITERS = 4;
    private static final long PAUSE_NANOS = 5_000_000;

    private final PubSub pubSub;
    private final State state;
    private final long run = ThreadLocalRandom.current().nextLong();
    private final Ear plain = new Ear();
    private final Ear logged = new Ear();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong unsure = new AtomicLong();
    private volatile long said;
    private volatile boolean silent;
    private volatile boolean churns;

    private FaultNode(String nats, String name) {
        TopicRules rules =
                TopicRules.NONE
                        .with(
                                new TopicPattern("logged:*"),
                                TopicRule.NONE.history(HistoryRule.last(20_000).bytes(16 << 20)))
                        .with(
                                new TopicPattern("present:*"),
                                TopicRule.NONE.presence(PresenceRule.full()))
                        .with(
                                new TopicPattern(CHURN + "*"),
                                TopicRule.NONE.presence(PresenceRule.full()))
                        .with(new TopicPattern("keyed:*"), TopicRule.NONE.state(StateRule.keyed()));
        pubSub =
                new PubSub(
                        () -> {
                            throw new IllegalStateException("there are no connections here");
                        },
                        Optional.of(
                                Remembering.of(
                                        rules,
                                        JacksonCodec.SHARED,
                                        Limits.DEFAULT,
                                        Memory.of(Limits.DEFAULT),
                                        System::currentTimeMillis,
                                        System::nanoTime)),
                        Optional.of(NatsCluster.at(nats).name("bench").node(name).build()));
        pubSub.start(JacksonCodec.SHARED, _ -> {});
        pubSub.subscribe(PLAIN, plain);
        pubSub.subscribe(LOGGED, logged);
        var _ = pubSub.track(PRESENT, name, Payload.EMPTY);
        state = pubSub.state(KEYED);
    }

    static void main(String[] arguments) throws IOException {
        FaultNode node = new FaultNode(arguments[0], arguments[1]);
        Thread.ofPlatform().daemon().start(node::say);
        for (int i = 0; i < WRITERS; i++) {
            Thread.ofVirtual().start(node::change);
        }
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(node.obey(line.split(" ", -1)));
        }
    }

    /**
     * {@code report}, {@code silent}, {@code speak}, {@code churn}, {@code calm}, {@code heard
     * ORIGIN FROM TO}.
     */
    private String obey(String[] words) {
        return switch (words[0]) {
            case "silent", "speak" -> {
                silent = words[0].equals("silent");
                yield "{}";
            }
            case "churn" -> {
                churns = true;
                Thread _ = Thread.ofVirtual().start(this::comeAndGo);
                yield "{}";
            }
            case "calm" -> {
                churns = false;
                yield "{}";
            }
            case "heard" ->
                    json(
                            Map.of(
                                    "heard",
                                    logged.between(
                                            Long.parseLong(words[1]),
                                            Integer.parseInt(words[2]),
                                            Integer.parseInt(words[3]))));
            default -> json(report());
        };
    }

    private static String json(Map<String, ?> value) {
        return new String(JacksonCodec.SHARED.write(value), StandardCharsets.UTF_8);
    }

    private void say() {
        for (int n = 1; ; n++) {
            byte[] bytes = ByteBuffer.allocate(12).putLong(run).putInt(n).array();
            pubSub.broadcast(PLAIN, "said", Payload.binary(bytes));
            pubSub.broadcast(LOGGED, "said", Payload.binary(bytes));
            said = n;
            do {
                LockSupport.parkNanos(PAUSE_NANOS);
            } while (silent);
        }
    }

    /** Topics come and go, with members, while something is said in them. */
    private void comeAndGo() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Map<String, Churning> here = new LinkedHashMap<>();
        Payload nothing = Payload.binary(new byte[0]);
        while (churns) {
            String topic = CHURN + random.nextInt(CHURN_TOPICS);
            if (!here.containsKey(topic)) {
                Process nobody = new Nobody();
                pubSub.subscribe(topic, nobody);
                here.put(topic, new Churning(nobody, pubSub.track(topic, "member", Payload.EMPTY)));
            }
            if (here.size() > random.nextInt(CHURN_MAX)) {
                Map.Entry<String, Churning> gone = here.entrySet().iterator().next();
                pubSub.untrack(gone.getKey(), gone.getValue().member);
                pubSub.unsubscribe(gone.getKey(), gone.getValue().nobody);
                var _ = here.remove(gone.getKey());
            }
            pubSub.broadcast(CHURN + random.nextInt(CHURN_TOPICS), "said", nothing);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        here.forEach(
                (topic, churning) -> {
                    pubSub.untrack(topic, churning.member);
                    pubSub.unsubscribe(topic, churning.nobody);
                });
    }

    private record Churning(Process nobody, Tracked member) {}

    /** Hears something, and does nothing. */
    private static final class Nobody extends Process {
        @Override
        protected void handle(Object message) {}
    }

    private void change() {
        while (true) {
            if (!silent) {
                try {
                    String key = "key" + ThreadLocalRandom.current().nextInt(KEYS);
                    long _ = state.put(key, accepted.get());
                    accepted.incrementAndGet();
                } catch (TopicException e) {
                    unsure.incrementAndGet();
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private Map<String, Object> report() {
        ClusterStats stats = pubSub.clusterStats().orElseThrow();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("run", run);
        report.put("said", said);
        report.put("others", stats.others().size());
        report.put("lost", stats.lost());
        report.put("unlogged", stats.histories().unlogged());
        report.put("open", stats.histories().open() && stats.states().open());
        report.put("present", pubSub.present(PRESENT).keySet().stream().sorted().toList());
        report.put("accepted", accepted.get());
        report.put("unsure", unsure.get());
        try {
            State.Sum sum = state.sum();
            report.put("version", sum.version());
            report.put("current", state.version());
            report.put("crc32c", sum.crc32c());
        } catch (TopicException e) {
            report.put("version", -1);
        }
        report.put("plain", plain.report());
        report.put("logged", logged.report());
        return report;
    }

    /** What it has heard of one who speaks. */
    private static final class Heard {
        final BitSet numbers = new BitSet();
        final int first;
        int last;
        long twice;
        long late;

        Heard(int first) {
            this.first = first;
        }

        void take(int number) {
            if (numbers.get(number)) {
                twice++;
            } else if (number < last) {
                late++;
            }
            numbers.set(number);
            last = Math.max(last, number);
        }

        List<Long> report() {
            long missing = (long) last - first + 1 - numbers.cardinality();
            return List.of((long) first, (long) last, missing, twice, late);
        }
    }

    /** Hears what is said in a topic. */
    private static final class Ear extends Process {
        private final Map<Long, Heard> all = new HashMap<>();

        private record Asked(CompletableFuture<Map<String, List<Long>>> answer) {}

        private record Between(long origin, int from, int to, CompletableFuture<Integer> answer) {}

        @Override
        protected void handle(Object message) {
            switch (message) {
                case Asked(var answer) -> {
                    Map<String, List<Long>> report = new HashMap<>();
                    all.forEach((origin, heard) -> report.put(origin.toString(), heard.report()));
                    boolean _ = answer.complete(report);
                }
                case Between(long origin, int from, int to, var answer) -> {
                    Heard heard = all.get(origin);
                    BitSet some = heard == null ? new BitSet() : heard.numbers.get(from, to + 1);
                    boolean _ = answer.complete(some.hashCode());
                }
                case Broadcast broadcast -> {
                    ByteBuffer bytes = ByteBuffer.wrap(broadcast.payload().bytes());
                    long origin = bytes.getLong();
                    int number = bytes.getInt();
                    all.computeIfAbsent(origin, _ -> new Heard(number)).take(number);
                }
                default -> throw new IllegalArgumentException(message.toString());
            }
        }

        /** By who speaks: the first and the last number, how many are missing, came twice, late. */
        Map<String, List<Long>> report() {
            CompletableFuture<Map<String, List<Long>>> answer = new CompletableFuture<>();
            send(new Asked(answer));
            return new HashMap<>(answer.join());
        }

        int between(long origin, int from, int to) {
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            send(new Between(origin, from, to, answer));
            return answer.join();
        }
    }
}
