package dev.myriad.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.channels.Subscription;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.Kept;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Topics with a history on nodes of a real NATS server that keeps a log. */
@Timeout(120)
class SharedHistoryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern POSITION =
            Pattern.compile("\"\\$pos\":\\[\"(\\w+)\",(\\d+),(\\d+)]");

    private NatsServer nats;
    private final List<Endpoint> nodes = new ArrayList<>();

    /** Says what it is told to. */
    private static final class Room extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            broadcast("said", payload);
            return Result.ok();
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
                        .topics("news:*", rule -> rule.history(HistoryRule.last(100)))
                        .topics(
                                "ticker:*",
                                rule -> rule.history(HistoryRule.last(100)).tellingGaps())
                        .socket(
                                "/socket",
                                socket ->
                                        socket.channel("news:*", Room::new)
                                                .channel("ticker:*", Room::new))
                        .transport(application -> MemoryTransport.start(2, application))
                        .start();
        nodes.add(node);
        return node;
    }

    private static MemoryClient joined(Endpoint node, String topic, String params) {
        MemoryTransport transport = (MemoryTransport) node.transport();
        MemoryClient client = transport.connect("/socket/websocket?vsn=2.0.0");
        client.send("[\"1\",\"1\",\"" + topic + "\",\"phx_join\"," + params + "]");
        return client;
    }

    private static String next(MemoryClient client) {
        return client.next(PATIENCE).orElseThrow();
    }

    /** What resumes after a message. */
    private static String after(String message) {
        Matcher found = POSITION.matcher(message);
        assertThat(found.find()).as(message).isTrue();
        return "{\"resume\":{\"epoch\":\""
                + found.group(1)
                + "\",\"offset\":"
                + found.group(2)
                + "}}";
    }

    private static String previous(String message) {
        Matcher found = POSITION.matcher(message);
        assertThat(found.find()).as(message).isTrue();
        return found.group(3);
    }

    private static String place(String message) {
        Matcher found = POSITION.matcher(message);
        assertThat(found.find()).as(message).isTrue();
        return found.group(2);
    }

    @Test
    void whoComesBackToAnotherNodeMissesNothing() {
        Endpoint one = node("one");
        Endpoint two = node("two");
        MemoryClient ada = joined(one, "news:a", "{\"resume\":true}");
        assertThat(next(ada)).contains("\"recovered\":true");
        two.broadcast("news:a", "said", Map.of("n", 1));
        String first = next(ada);
        assertThat(first).contains("\"n\":1");
        ada.close(1000);
        for (int i = 2; i < 5; i++) {
            two.broadcast("news:a", "said", Map.of("n", i));
        }
        MemoryClient back = joined(two, "news:a", after(first));
        assertThat(next(back)).contains("\"recovered\":true");
        String last = first;
        for (int i = 2; i < 5; i++) {
            String message = next(back);
            assertThat(message).contains("\"n\":" + i);
            assertThat(previous(message)).isEqualTo(place(last));
            last = message;
        }
        one.broadcast("news:a", "said", Map.of("n", 5));
        assertThat(next(back)).contains("\"n\":5");

        one.close();
        two.close();
        Endpoint three = node("three"); // one that knows nothing but the log
        MemoryClient later = joined(three, "news:a", after(last));
        assertThat(next(later)).contains("\"recovered\":true");
        assertThat(next(later)).contains("\"n\":5");
        assertThat(three.history("news:a", 10))
                .extracting(kept -> kept.payload().as(Map.class).get("n"))
                .isEqualTo(List.of(1, 2, 3, 4, 5));
        assertThat(three.cluster().orElseThrow().histories().open()).isTrue();
    }

    @Test
    void allNodesTellOneOrder() throws Exception {
        Endpoint one = node("one");
        Endpoint two = node("two");
        MemoryClient ada = joined(one, "news:a", "{\"resume\":true}");
        MemoryClient bob = joined(two, "news:a", "{}");
        assertThat(next(ada)).contains("ok");
        assertThat(next(bob)).contains("ok");
        List<Thread> publishers = new ArrayList<>();
        for (Endpoint node : List.of(one, two)) {
            publishers.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 500; i++) {
                                            node.broadcast(
                                                    "news:a",
                                                    "said",
                                                    Map.of("n", node == one ? i : -i));
                                        }
                                    }));
        }
        Pattern number = Pattern.compile("\"n\":(-?\\d+)");
        List<List<String>> heard = new ArrayList<>();
        for (MemoryClient client : List.of(ada, bob)) {
            List<String> numbers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                Matcher found = number.matcher(next(client));
                assertThat(found.find()).isTrue();
                numbers.add(found.group(1));
            }
            heard.add(numbers);
        }
        assertThat(heard.getFirst()).isEqualTo(heard.getLast());
        for (Thread publisher : publishers) {
            publisher.join();
        }
        assertThat(one.history("news:a", 1_000)).hasSize(100);
        assertThat(one.history("news:a", 100))
                .extracting(Kept::position)
                .isEqualTo(two.history("news:a", 100).stream().map(Kept::position).toList());
    }

    /** Its own clients hear each other meanwhile; those with positions are told what is missing. */
    @Test
    void theLogMayBeAway() throws Exception {
        Endpoint one = node("one");
        Endpoint two = node("two");
        MemoryClient ada = joined(one, "news:a", "{\"resume\":true}");
        MemoryClient bob = joined(two, "news:a", "{\"resume\":true}");
        MemoryClient cyd = joined(one, "news:a", "{}");
        for (MemoryClient each : List.of(ada, bob, cyd)) {
            assertThat(next(each)).contains("ok");
        }
        one.broadcast("news:a", "said", Map.of("n", 1));
        String first = next(ada);
        assertThat(next(bob)).isEqualTo(first);
        assertThat(next(cyd)).contains("\"n\":1");
        nats.kill();
        await().until(() -> !one.cluster().orElseThrow().connected());
        one.broadcast("news:a", "said", Map.of("n", 2));
        assertThat(next(cyd)).contains("\"n\":2");
        assertThat(next(ada)).contains("\"n\":2").doesNotContain(epoch(first));
        nats.again();
        String told = next(bob);
        assertThat(told).contains("position").contains(epoch(first));
        assertThat(place(told)).isEqualTo(previous(told)).isNotEqualTo(place(first));
        MemoryClient back = joined(two, "news:a", after(first));
        assertThat(next(back)).contains("\"recovered\":false").contains("forgotten");
        await().atMost(PATIENCE).until(() -> one.cluster().orElseThrow().histories().open());
        two.broadcast("news:a", "said", Map.of("n", 3));
        assertThat(next(cyd)).contains("\"n\":3");
        assertThat(next(back)).contains("\"n\":3").contains(epoch(first));
    }

    /** What came into the log before it was known here is not told: that is. */
    @Test
    void whoComesBeforeTheLogIsKnownHearsOfAGap() throws Exception {
        nats.kill();
        Endpoint one = node("one");
        MemoryClient ada = joined(one, "ticker:a", "{}");
        assertThat(next(ada)).contains("ok");
        nats.again();
        assertThat(next(ada)).isEqualTo("[null,null,\"ticker:a\",\"gap\",{}]");
        MemoryClient bob = joined(one, "ticker:a", "{}");
        assertThat(next(bob)).contains("ok");
        one.broadcast("ticker:a", "said", Map.of("n", 1));
        assertThat(next(bob)).contains("\"n\":1");
    }

    private static String epoch(String message) {
        Matcher found = POSITION.matcher(message);
        assertThat(found.find()).as(message).isTrue();
        return found.group(1);
    }

    /** One message a millisecond. */
    private static void say(Endpoint node, int count) {
        for (int i = 0; i < count; i++) {
            node.broadcast("news:a", "said", Map.of("n", i));
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void hearsAll(MemoryClient client, int count) {
        for (int i = 0; i < count; i++) {
            String message = next(client);
            while (message.contains("\"position\"")) {
                message = next(client);
            }
            assertThat(message).contains("{\"n\":" + i).doesNotContain("{\"n\":" + i + "0");
        }
    }

    /** What was under way when a connection broke arrives once, and nobody misses a message. */
    @Test
    void aShortAbsenceOfNatsLosesNothing() throws Exception {
        Endpoint one = node("one");
        Endpoint two = node("two");
        MemoryClient ada = joined(one, "news:a", "{\"resume\":true}");
        MemoryClient bob = joined(two, "news:a", "{}");
        assertThat(next(ada)).contains("ok");
        assertThat(next(bob)).contains("ok");
        Thread publisher = Thread.ofVirtual().start(() -> say(one, 2_000));
        Thread.sleep(300);
        nats.kill();
        nats.again();
        for (MemoryClient client : List.of(ada, bob)) {
            hearsAll(client, 2_000);
        }
        publisher.join();
        assertThat(one.cluster().orElseThrow().histories().unlogged()).isZero();
    }

    /** Whatever server fails, what is said comes once and in order on all nodes. */
    @Test
    void oneOfThreeServersMayFail() throws Exception {
        List<NatsServer> servers = NatsServer.three();
        String urls = String.join(",", servers.stream().map(NatsServer::url).toList());
        try {
            Endpoint one = node("one", urls);
            Endpoint two = node("two", urls);
            await().atMost(PATIENCE).until(() -> one.cluster().orElseThrow().histories().open());
            await().atMost(PATIENCE).until(() -> two.cluster().orElseThrow().histories().open());
            MemoryClient ada = joined(one, "news:a", "{\"resume\":true}");
            MemoryClient bob = joined(two, "news:a", "{}");
            assertThat(next(ada)).contains("ok");
            assertThat(next(bob)).contains("ok");
            Thread publisher = Thread.ofVirtual().start(() -> say(one, 6_000));
            Thread.sleep(500);
            servers.get(0).kill();
            Thread.sleep(3_000);
            servers.get(0).again();
            servers.get(1).kill(); // before the other one is back: for a while there is no log
            servers.get(1).again();
            for (MemoryClient client : List.of(ada, bob)) {
                hearsAll(client, 6_000);
            }
            publisher.join();
        } finally {
            nodes.forEach(Endpoint::close);
            servers.forEach(NatsServer::close);
        }
    }

    /** The log is for topics with a history: others cost it nothing. */
    @Test
    void aTopicWithoutAHistoryLeavesNothingInTheLog() throws Exception {
        Endpoint one = node("one");
        Endpoint two = node("two");
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (Subscription _ = two.subscribe("plain:a", each -> heard.add(each.event()))) {
            for (int i = 0; i < 10; i++) {
                one.broadcast("plain:a", "said", Map.of("n", i));
                assertThat(heard.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isNotNull();
            }
            await().during(Duration.ofMillis(500))
                    .until(
                            () ->
                                    nodes.stream()
                                            .map(node -> node.cluster().orElseThrow().histories())
                                            .allMatch(
                                                    log ->
                                                            log.appended() == 0
                                                                    && log.waiting() == 0));
        }
    }

    /** Many topics at once are read in one pass. */
    @Test
    void aNodeThatComesKnowsAllTopics() {
        Endpoint one = node("one");
        for (int n = 0; n < 5; n++) {
            for (int topic = 0; topic < 300; topic++) {
                one.broadcast("news:" + topic, "said", Map.of("n", n));
            }
        }
        await().until(() -> one.cluster().orElseThrow().histories().appended() == 1_500);
        Endpoint two = node("two");
        List<MemoryClient> clients = new ArrayList<>();
        for (int topic = 0; topic < 300; topic++) {
            clients.add(joined(two, "news:" + topic, "{\"resume\":{\"last\":3}}"));
        }
        for (MemoryClient client : clients) {
            assertThat(next(client)).contains("\"recovered\":true");
            for (int n = 2; n < 5; n++) {
                assertThat(next(client)).contains("\"n\":" + n);
            }
        }
        assertThat(two.cluster().orElseThrow().histories().reads()).isLessThan(100);
    }
}
