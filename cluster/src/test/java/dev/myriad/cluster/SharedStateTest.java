package dev.myriad.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.State;
import dev.myriad.pubsub.StateRule;
import dev.myriad.pubsub.TopicException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
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
        Endpoint node =
                Endpoint.builder()
                        .cluster(NatsCluster.at(urls).name("test").node(name).build())
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
