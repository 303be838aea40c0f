package dev.myriad.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.EndpointClock;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.process.Alarm;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.State;
import dev.myriad.pubsub.StateRule;
import dev.myriad.pubsub.TopicException;
import io.nats.client.Connection;
import io.nats.client.Nats;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Topics with values by key on nodes of a real NATS server. */
@Timeout(120)
class SharedStateTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String TOPIC = "prices:all";

    private NatsServer nats;
    private final List<Endpoint> nodes = new ArrayList<>();

    private final AheadClock clock = new AheadClock();

    /** The machine's, put forward. */
    private static final class AheadClock implements EndpointClock {
        private final EndpointClock real = EndpointClock.system();
        private volatile Duration ahead = Duration.ZERO;

        @Override
        public Instant instant() {
            return real.instant().plus(ahead);
        }

        @Override
        public long nanoTime() {
            return real.nanoTime() + ahead.toNanos();
        }

        @Override
        public Alarm after(Duration delay, Runnable task) {
            return real.after(delay, task);
        }
    }

    /** Only its topic's values are of interest. */
    private static final class Prices extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return Result.noReply();
        }
    }

    @BeforeEach
    void start() throws Exception {
        nats = NatsServer.withLog();
    }

    @AfterEach
    void stop() {
        nodes.forEach(Endpoint::close);
        nats.close();
    }

    private Endpoint node(String name) {
        return node(name, nats.url());
    }

    private Endpoint node(String name, String urls) {
        return node(NatsCluster.at(urls).name("test").node(name));
    }

    private Endpoint node(NatsCluster.Builder cluster) {
        Endpoint node =
                Endpoint.builder()
                        .cluster(cluster.build())
                        .clock(clock)
                        .topics(
                                "prices:*",
                                rule ->
                                        rule.state(
                                                StateRule.keyed()
                                                        .writtenByClients()
                                                        .every(Duration.ofMillis(10))))
                        .socket("/socket", socket -> socket.channel("prices:*", Prices::new))
                        .transport(application -> MemoryTransport.start(2, application))
                        .start();
        nodes.add(node);
        return node;
    }

    private static MemoryClient joined(Endpoint node, String topic) {
        MemoryTransport transport = (MemoryTransport) node.transport();
        MemoryClient client = transport.connect("/socket/websocket?vsn=2.0.0");
        client.send("[\"1\",\"1\",\"" + topic + "\",\"phx_join\",{}]");
        return client;
    }

    private static String next(MemoryClient client) {
        return client.next(PATIENCE).orElseThrow();
    }

    private static void awaitSame(Endpoint one, Endpoint two, String topic) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(one.state(topic).sum()).isEqualTo(two.state(topic).sum()));
    }

    @Test
    void allNodesHaveTheSameValues() {
        Endpoint one = node("one");
        Endpoint two = node("two");
        MemoryClient ada = joined(one, TOPIC);
        assertThat(next(ada)).contains("\"status\":\"ok\"");
        assertThat(next(ada)).contains("\"entries\":{}");
        State here = one.state(TOPIC);
        State there = two.state(TOPIC);
        assertThat(there.put("ACME", 5)).isEqualTo(1);
        assertThat(next(ada)).contains("\"put\":{\"ACME\":5}");
        assertThat(here.putAll(Map.of("INIT", 6, "HOOLI", 7))).isEqualTo(3);
        await().atMost(PATIENCE).until(() -> there.size() == 3);
        assertThat(there.compareAndSet("ACME", 3, 8)).hasValue(4L);
        assertThat(here.compareAndSet("ACME", 3, 9)).isEmpty();
        assertThat(here.get("ACME").orElseThrow().as(Integer.class)).isEqualTo(8);
        assertThat(here.remove("INIT")).isTrue();
        assertThat(there.remove("INIT")).isFalse();
        awaitSame(one, two, TOPIC);
        MemoryClient bob = joined(two, TOPIC);
        assertThat(next(bob)).contains("\"status\":\"ok\"");
        assertThat(next(bob)).contains("\"version\":5,").contains("\"ACME\":8", "\"HOOLI\":7");
        bob.send("[\"1\",\"2\",\"" + TOPIC + "\",\"state_put\",{\"key\":\"b\",\"value\":1}]");
        assertThat(next(bob)).contains("\"version\":6");
        assertThat(here.get("b")).isPresent();
    }

    @Test
    void whatIsAcceptedOutlivesEveryNode() {
        Endpoint one = node("one");
        for (int i = 0; i < 200; i++) {
            long _ = one.state(TOPIC).put("k" + i % 50, "v" + i);
        }
        one.close();
        Endpoint two = node("two");
        MemoryClient ada = joined(two, TOPIC);
        assertThat(next(ada)).contains("\"status\":\"ok\"");
        assertThat(next(ada)).contains("\"version\":200,").contains("\"k49\":\"v199\"");
        assertThat(two.state(TOPIC).size()).isEqualTo(50);
    }

    @Test
    void aCounterThatAllNodesIncrementLosesNothing() throws Exception {
        int writers = 6;
        int times = 100;
        List<Endpoint> all = List.of(node("one"), node("two"), node("three"));
        AtomicInteger conflicts = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                State state = all.get(i % all.size()).state(TOPIC);
                ends.add(
                        threads.submit(
                                () -> {
                                    for (int n = 0; n < times; n++) {
                                        conflicts.addAndGet(increment(state));
                                    }
                                }));
            }
            for (Future<?> end : ends) {
                var _ = end.get();
            }
        }
        for (Endpoint node : all) {
            await().atMost(PATIENCE).until(() -> count(node.state(TOPIC)) == writers * times);
        }
        assertThat(conflicts.get()).as("somebody was in the way").isPositive();
        awaitSame(all.get(0), all.get(1), TOPIC);
        awaitSame(all.get(1), all.get(2), TOPIC);
    }

    private static int count(State state) {
        return state.get("count").map(value -> value.as(Integer.class)).orElse(0);
    }

    private static int increment(State state) {
        int conflicts = 0;
        while (true) {
            long seen = state.version();
            if (state.compareAndSet("count", seen, count(state) + 1).isPresent()) {
                return conflicts;
            }
            conflicts++;
        }
    }

    @Test
    void aCommandWithAnIdIsDoneOnceOnWhateverNodeItComes() {
        Endpoint one = node("one");
        Endpoint two = node("two");
        assertThat(one.state(TOPIC).once("buy-1").put("x", 1)).isEqualTo(1);
        assertThat(two.state(TOPIC).once("buy-1").put("x", 1)).isEqualTo(1);
        assertThat(two.state(TOPIC).put("x", 2)).isEqualTo(2);
        assertThat(two.state(TOPIC).once("buy-1").put("x", 1)).isEqualTo(1);
        assertThat(one.state(TOPIC).once("cas").compareAndSet("x", 1, 3)).isEmpty();
        assertThat(two.state(TOPIC).once("cas").compareAndSet("x", 9, 3)).isEmpty();
        assertThat(two.state(TOPIC).get("x").orElseThrow().as(Integer.class)).isEqualTo(2);
        MemoryClient ada = joined(two, TOPIC);
        var _ = next(ada);
        var _ = next(ada);
        String put = "{\"key\":\"y\",\"value\":1,\"id\":\"c-7\"}]";
        ada.send("[\"1\",\"2\",\"" + TOPIC + "\",\"state_put\"," + put);
        assertThat(next(ada)).contains("\"version\":3");
        MemoryClient again = joined(one, TOPIC);
        var _ = next(again);
        var _ = next(again);
        again.send("[\"1\",\"2\",\"" + TOPIC + "\",\"state_put\"," + put);
        assertThat(next(again)).contains("\"version\":3");
    }

    @Test
    void withoutTheLogValuesAreReadAndNotChanged() throws Exception {
        Endpoint one = node("one");
        long _ = one.state(TOPIC).put("a", 1);
        nats.kill();
        assertThatThrownBy(() -> one.state(TOPIC).put("a", 2))
                .isInstanceOfSatisfying(
                        TopicException.class,
                        e -> assertThat(e.code()).isEqualTo(TopicException.Code.UNAVAILABLE));
        assertThat(one.state(TOPIC).get("a").orElseThrow().as(Integer.class)).isEqualTo(1);
        MemoryClient ada = joined(one, TOPIC);
        assertThat(next(ada)).contains("\"status\":\"ok\"");
        assertThat(next(ada)).contains("\"a\":1");
        MemoryClient bob = joined(one, "prices:unknown");
        assertThat(next(bob)).contains("\"status\":\"error\"", "unavailable");
        nats.again();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> one.state(TOPIC).put("a", 3) > 1);
        assertThat(next(ada)).contains("\"put\":{\"a\":3}");
    }

    /** What it reads is what was written down, and what came after that. */
    @Test
    void aLongLogIsWrittenDownAndReadFromThere() {
        Endpoint one = node("one");
        Random random = new Random(7);
        Map<String, String> truth = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            String key = "k" + random.nextInt(20);
            String value = i + "x".repeat(random.nextInt(800));
            long _ = one.state(TOPIC).put(key, value);
            truth.put(key, value);
        }
        Endpoint two = node("two");
        awaitSame(one, two, TOPIC);
        assertThat(two.state(TOPIC).version()).isEqualTo(300);
        truth.forEach(
                (key, value) ->
                        assertThat(two.state(TOPIC).get(key).map(it -> it.as(String.class)))
                                .isEqualTo(Optional.of(value)));
    }

    private long stored() throws Exception {
        Connection connection = Nats.connect(nats.url());
        try {
            return connection
                    .jetStreamManagement()
                    .getStreamInfo("myriad_states-test")
                    .getStreamState()
                    .getMsgCount();
        } finally {
            connection.close();
        }
    }

    /** Also while it is written to all the time. */
    @Test
    void whatWasWrittenDownIsTakenOutOfTheLog() throws Exception {
        Endpoint one = node("one");
        Endpoint two = node("two");
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 400; i++) {
                long _ = one.state(TOPIC).put("k" + i % 10, "x".repeat(500) + i);
            }
            clock.ahead = clock.ahead.plusSeconds(30);
        }
        await().atMost(PATIENCE).until(() -> stored() < 1_200);
        awaitSame(one, two, TOPIC);
        awaitSame(one, node("three"), TOPIC);
    }

    @Test
    void aFullLogRefusesAndIsMadeRoomIn() {
        NatsCluster.Builder small = NatsCluster.at(nats.url()).name("test").stateBytes(400_000);
        Endpoint one = node(small.node("one"));
        State state = one.state(TOPIC);
        int count = 0;
        TopicException refused = null;
        while (refused == null) {
            try {
                long _ = state.put("k" + count++, "x".repeat(20_000));
                Thread.sleep(200);
            } catch (TopicException e) {
                refused = e;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        assertThat(refused.code()).isEqualTo(TopicException.Code.UNAVAILABLE);
        int there = state.size();
        assertThat(there).isGreaterThan(5);
        Endpoint two = node(small.node("two"));
        assertThat(two.state(TOPIC).size()).isEqualTo(there);
        for (String key : state.all().keySet()) {
            inTime(() -> state.remove(key) || state.get(key).isEmpty());
        }
        inTime(() -> state.put("again", 1) > 0);
        await().atMost(PATIENCE).until(() -> two.state(TOPIC).get("again").isPresent());
    }

    /** What was written down is taken out a minute later, which makes room. */
    private void inTime(Callable<Boolean> change) {
        await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .until(
                        () -> {
                            clock.ahead = clock.ahead.plusSeconds(61);
                            return change.call();
                        });
    }

    @Test
    void oneOfThreeServersMayFail() throws Exception {
        List<NatsServer> servers = NatsServer.three();
        String urls = String.join(",", servers.stream().map(NatsServer::url).toList());
        try {
            Endpoint one = node("one", urls);
            Endpoint two = node("two", urls);
            for (Endpoint node : List.of(one, two)) {
                await().atMost(PATIENCE).until(() -> node.cluster().orElseThrow().states().open());
            }
            Counting here = new Counting(one.state(TOPIC));
            Counting there = new Counting(two.state(TOPIC));
            Thread.sleep(500);
            servers.get(0).kill();
            Thread.sleep(3_000);
            servers.get(0).again();
            servers.get(1).kill(); // before the other one is back: for a while there is no log
            servers.get(1).again();
            int before = here.accepted.get();
            await().atMost(PATIENCE).until(() -> here.accepted.get() > before);
            int accepted = here.end() + there.end();
            int unsure = here.unsure.get() + there.unsure.get();
            awaitSame(one, two, TOPIC);
            assertThat(count(one.state(TOPIC))).isBetween(accepted, accepted + unsure);
        } finally {
            nodes.forEach(Endpoint::close);
            servers.forEach(NatsServer::close);
        }
    }

    /** Counts in the values as fast as it can. */
    private static final class Counting {
        final AtomicInteger accepted = new AtomicInteger();
        final AtomicInteger unsure = new AtomicInteger();
        private final Thread thread;
        private volatile boolean over;

        Counting(State state) {
            thread =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        while (!over) {
                                            count(state);
                                        }
                                    });
        }

        private void count(State state) {
            try {
                int _ = increment(state);
                accepted.incrementAndGet();
            } catch (TopicException e) {
                unsure.incrementAndGet();
                LockSupport.parkNanos(10_000_000);
            }
        }

        int end() throws InterruptedException {
            over = true;
            thread.join();
            return accepted.get();
        }
    }

    /** Nothing is accepted by those who know more than the log, before that has it. */
    @Test
    void whatIsAcceptedWhileTheLogIsLostIsThere() throws Exception {
        List<Endpoint> both = List.of(node("one"), node("two"));
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String name = "w" + i + "-";
            State state = both.get(i % 2).state(TOPIC);
            writers.add(Thread.ofVirtual().start(() -> write(state, name, accepted, over)));
        }
        await().atMost(PATIENCE).until(() -> accepted.size() > 200);
        nats.forget();
        int before = accepted.size();
        await().atMost(PATIENCE).until(() -> accepted.size() > before + 200);
        over.set(true);
        for (Thread writer : writers) {
            writer.join();
        }
        awaitSame(both.get(0), both.get(1), TOPIC);
        assertThat(both.get(0).state(TOPIC).all().keySet()).containsAll(accepted);
    }

    private static void write(State state, String name, Set<String> accepted, AtomicBoolean over) {
        for (int n = 0; !over.get(); n++) {
            try {
                long _ = state.put(name + n, n);
                accepted.add(name + n);
            } catch (TopicException e) {
                assertThat(e.code()).isEqualTo(TopicException.Code.UNAVAILABLE);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void whatIsLostWithTheLogIsWrittenAnew() throws Exception {
        Endpoint one = node("one");
        Endpoint two = node("two");
        long _ = one.state(TOPIC).put("a", 1);
        long _ = two.state(TOPIC).put("b", 2);
        nats.forget();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> two.state(TOPIC).put("c", 3) >= 3);
        awaitSame(one, two, TOPIC);
        Endpoint three = node("three");
        assertThat(three.state(TOPIC).all().keySet()).containsExactlyInAnyOrder("a", "b", "c");
        awaitSame(three, two, TOPIC);
    }
}
