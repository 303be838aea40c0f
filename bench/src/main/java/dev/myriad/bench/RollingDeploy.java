package dev.myriad.bench;

import dev.myriad.channels.JacksonCodec;
import dev.myriad.cluster.NatsCluster;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.PubSub;
import dev.myriad.pubsub.Remembering;
import dev.myriad.pubsub.TopicPattern;
import dev.myriad.pubsub.TopicRule;
import dev.myriad.pubsub.TopicRules;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * Three servers of a cluster, each of which ends in good order and is started anew, one after the
 * other, while another node says much in topics with a history. Clients resume on the server after
 * theirs. A fourth one stays, whose clients should notice nothing. Confined to one thread.
 */
final class RollingDeploy {
    private static final int SERVERS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration WARM = Duration.ofSeconds(10);
    private static final Duration CALM = Duration.ofSeconds(5);

    private final int clients;
    private final int rate;
    private final Topics topics;
    private final Kinds kinds;

    RollingDeploy(int clients, int rate, int topics, Kinds kinds) {
        this.clients = clients;
        this.rate = rate;
        this.topics = new Topics("log:r", topics);
        this.kinds = kinds;
    }

    /** Some clients, and which server they are on. */
    private static final class Party {
        final Stage.Following<LogFollower> listening;
        int on;

        Party(Stage.Following<LogFollower> listening, int on) {
            this.listening = listening;
            this.on = on;
        }

        Fleet fleet() {
            return listening.fleet();
        }
    }

    void measure(Map<String, Object> figures) {
        ServerKind kind = kinds.all().getFirst();
        try (NatsHere nats = NatsHere.withLog();
                Stage stage = Stage.set(kind, 1, nats.node(), "rolling deploy")) {
            Beside beside = Beside.start(stage);
            List<Server> servers = new ArrayList<>();
            List<Party> parties = new ArrayList<>();
            for (int i = 0; i < SERVERS; i++) {
                servers.add(stage.beside(kind, clients, nats.node()));
            }
            for (int i = 0; i < SERVERS; i++) {
                Party party =
                        new Party(
                                stage.following(
                                        servers.get(i).target(),
                                        clients / SERVERS,
                                        topics,
                                        thread -> new LogFollower(thread, topics)),
                                i);
                party.fleet().connect();
                stage.awaitJoined(party.fleet(), PATIENCE);
                parties.add(party);
            }
            try (Mouth mouth = new Mouth(nats.url(), rate, topics)) {
                stage.hold(WARM);
                boolean _ = beside.take().count() > 0;
                stage.hold(CALM);
                figures.put("rolling_before_p99_ms", Kinds.rounded(beside.take().p99()));
                long began = System.nanoTime();
                double longest = 0;
                for (int i = 0; i < SERVERS; i++) {
                    longest = Math.max(longest, leave(stage, servers, parties, i));
                    servers.set(i, stage.beside(kind, clients, nats.node()));
                }
                figures.put("rolling_s", Kinds.rounded((System.nanoTime() - began) / 1e9));
                figures.put("rolling_back_max_s", Kinds.rounded(longest));
                Run.Latency stayed = beside.take();
                figures.put("rolling_stayed_p50_ms", Kinds.rounded(stayed.p50()));
                figures.put("rolling_stayed_p99_ms", Kinds.rounded(stayed.p99()));
                figures.put("rolling_stayed_max_ms", Kinds.rounded(stayed.max()));
                stage.hold(WARM);
                conclude(stage, parties, mouth.stop(), figures);
            }
        }
    }

    /** A server ends, and its clients come back to the next. */
    private double leave(Stage stage, List<Server> servers, List<Party> parties, int which) {
        int next = (which + 1) % SERVERS;
        List<Party> moving = parties.stream().filter(party -> party.on == which).toList();
        for (Party party : moving) {
            party.fleet().comeBackTo(servers.get(next).target(), Sources.anyBlock());
            party.on = next;
        }
        long began = System.nanoTime();
        double _ = servers.get(which).end();
        double longest = 0;
        for (Party party : moving) {
            boolean _ = stage.await(PATIENCE, () -> party.fleet().lastJoinAt() > began);
            stage.awaitJoined(party.fleet(), PATIENCE);
            longest = Math.max(longest, (party.fleet().lastJoinAt() - began) / 1e9);
        }
        stage.say("server %d: all back after %.2f s".formatted(which, longest));
        return longest;
    }

    private void conclude(
            Stage stage, List<Party> parties, long[] sent, Map<String, Object> figures) {
        boolean _ = stage.await(Duration.ofSeconds(20), () -> behind(parties, sent) == 0);
        long messages = 0;
        long recovered = 0;
        long notRecovered = 0;
        long missed = behind(parties, sent);
        long doubled = 0;
        long outOfPlace = 0;
        for (Party party : parties) {
            LogFollower.Outcome outcome = party.listening.ask(LogFollower::outcome);
            messages += outcome.messages();
            recovered += outcome.recovered();
            notRecovered += outcome.notRecovered();
            missed += outcome.missed();
            doubled += outcome.doubled();
            outOfPlace += outcome.outOfPlace();
            stage.say("not recovered: " + party.listening.ask(LogFollower::reasons));
        }
        figures.put("rolling_clients", clients / SERVERS * SERVERS);
        figures.put("rolling_published", LongStream.of(sent).sum());
        figures.put("rolling_messages", messages);
        figures.put("rolling_recovered", recovered);
        figures.put("rolling_not_recovered", notRecovered);
        figures.put("rolling_missed", missed);
        figures.put("rolling_doubled", doubled);
        figures.put("rolling_reordered", outOfPlace);
    }

    private static long behind(List<Party> parties, long[] sent) {
        return parties.stream()
                .mapToLong(party -> party.listening.ask(all -> all.behind(sent)))
                .sum();
    }

    /** A node that says the next number in each topic in turn. */
    private static final class Mouth implements AutoCloseable {
        private final PubSub pubSub;
        private final Topics topics;
        private final long[] sent;
        private final Thread saying;
        private volatile boolean over;

        Mouth(String nats, int rate, Topics topics) {
            this.topics = topics;
            this.sent = new long[topics.count()];
            TopicRules rules =
                    TopicRules.NONE.with(
                            new TopicPattern("log:*"),
                            TopicRule.NONE.history(HistoryRule.last(1_000)));
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
                            Optional.of(NatsCluster.at(nats).name("bench").node("mouth").build()));
            pubSub.start(JacksonCodec.SHARED, _ -> {});
            saying = Thread.ofPlatform().daemon().start(() -> say(rate));
        }

        private void say(int rate) {
            long began = System.nanoTime();
            for (long n = 0; !over; n++) {
                int topic = (int) (n % topics.count());
                String number = "%010d".formatted(++sent[topic]);
                byte[] json = ("{\"n\":\"" + number + "\"}").getBytes(StandardCharsets.US_ASCII);
                pubSub.broadcast(topics.of(topic), "said", Payload.json(json));
                long due = began + (n + 1) * 1_000_000_000 / rate;
                while (System.nanoTime() - due < 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            }
        }

        /** How many it has said in each topic. */
        long[] stop() {
            over = true;
            try {
                saying.join();
            } catch (InterruptedException e) {
                throw new BenchException("interrupted", e);
            }
            return sent.clone();
        }

        @Override
        public void close() {
            over = true;
            pubSub.close();
        }
    }
}
