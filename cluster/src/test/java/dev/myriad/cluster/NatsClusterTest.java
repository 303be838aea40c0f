package dev.myriad.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.myriad.channels.Channel;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.channels.Subscription;
import dev.myriad.net.NetException;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.ClusterStats;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.PresenceRule;
import dev.myriad.pubsub.TopicRule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Endpoints on a real NATS server, and their clients. */
@Timeout(120)
class NatsClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ROOM = "room:lobby *.> é";

    private NatsServer nats;
    private final List<Endpoint> nodes = new ArrayList<>();

    /** Says what it is told to, and is present as whom it is told to be. */
    private static final class Room extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            switch (event) {
                case "say" -> broadcast("said", payload);
                case "shout" -> broadcastFrom("said", payload);
                case "whisper" -> broadcastLocal("said", payload);
                case "here" -> track("someone", payload);
                case "gone" -> untrack("someone");
                default -> throw new IllegalArgumentException(event);
            }
            return Result.ok();
        }
    }

    @BeforeEach
    void start() throws Exception {
        nats = NatsServer.start();
    }

    @AfterEach
    void stop() {
        nodes.forEach(Endpoint::close);
        nats.close();
    }

    private Endpoint node(String name) {
        return node(name, "test");
    }

    private Endpoint node(String name, String cluster) {
        Endpoint node =
                Endpoint.builder()
                        .cluster(NatsCluster.at(nats.url()).name(cluster).node(name).build())
                        .topics("room:*", rule -> rule.presence(PresenceRule.full()))
                        .topics("news:*", rule -> rule.history(HistoryRule.last(100)))
                        .topics("ticker:*", TopicRule::tellingGaps)
                        .socket(
                                "/socket",
                                socket ->
                                        socket.channel("room:*", Room::new)
                                                .channel("news:*", Room::new)
                                                .channel("plain:*", Room::new)
                                                .channel("ticker:*", Room::new)
                                                .connect(
                                                        (params, _) ->
                                                                ConnectResult.ok()
                                                                        .id(
                                                                                "users:"
                                                                                        + params
                                                                                                .get(
                                                                                                        "user"))))
                        .transport(application -> MemoryTransport.start(2, application))
                        .start();
        nodes.add(node);
        return node;
    }

    private static MemoryClient client(Endpoint node) {
        MemoryTransport transport = (MemoryTransport) node.transport();
        return transport.connect("/socket/websocket?vsn=2.0.0&user=ada");
    }

    private static MemoryClient joined(Endpoint node, String topic) {
        MemoryClient client = client(node);
        client.send("[\"1\",\"1\",\"" + topic + "\",\"phx_join\",{}]");
        assertThat(client.next()).contains("\"status\":\"ok\"");
        return client;
    }

    private static void push(MemoryClient client, String topic, String event, String payload) {
        client.send("[\"1\",\"2\",\"" + topic + "\",\"" + event + "\"," + payload + "]");
    }

    private static String nextBut(MemoryClient client, String... events) {
        while (true) {
            String next = client.next(PATIENCE).orElseThrow();
            if (List.of(events).stream().noneMatch(next::contains)) {
                return next;
            }
        }
    }

    @Test
    void whatIsSaidOnOneNodeIsHeardOnAll() {
        Endpoint one = node("one");
        Endpoint two = node("two");
        String topic = "plain:" + ROOM;
        MemoryClient ada = joined(one, topic);
        MemoryClient bob = joined(two, topic);
        push(ada, topic, "say", "{\"n\":1}");
        assertThat(bob.next(PATIENCE)).contains("[null,null,\"" + topic + "\",\"said\",{\"n\":1}]");
        push(bob, topic, "shout", "{\"n\":2}");
        assertThat(nextBut(ada, "phx_reply", "\"n\":1")).contains("{\"n\":2}");
        push(ada, topic, "whisper", "{\"n\":3}");
        one.broadcast(topic, "said", Map.of("n", 4));
        assertThat(nextBut(bob, "phx_reply")).contains("{\"n\":4}"); // not 3
        two.broadcast(topic, "bytes", Payload.binary(new byte[] {1, 2, 3}));
        assertThat(nextBut(ada, "phx_reply", "said"))
                .contains(HexFormat.of().formatHex("bytes".getBytes(StandardCharsets.US_ASCII)));
        ClusterStats stats = one.cluster().orElseThrow();
        assertThat(stats.others()).containsExactly("two");
        assertThat(stats.lost()).isZero();
        assertThat(stats.unproven()).isZero();
        assertThat(stats.connected()).isTrue();
    }

    @Test
    void otherClustersHearNothing() throws Exception {
        Endpoint one = node("one");
        Endpoint other = node("other", "another");
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Subscription _ = other.subscribe("plain:a", broadcast -> heard.add(broadcast.event()));
        one.broadcast("plain:a", "said", Map.of());
        assertThat(heard.poll(300, TimeUnit.MILLISECONDS)).isNull();
        assertThat(other.cluster().orElseThrow().others()).isEmpty();
    }

    /** Whoever has its subscription, or join reply, misses nothing from then on. */
    @Test
    void nobodyWhoHasJoinedMissesAnything() throws Exception {
        Endpoint one = node("one");
        Endpoint two = node("two");
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        Thread publisher =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    while (!over.get()) {
                                        int n = sent.incrementAndGet();
                                        for (int topic = 0; topic < 20; topic++) {
                                            one.broadcast("plain:" + topic, "n", Map.of("n", n));
                                        }
                                        LockSupport.parkNanos(500_000);
                                    }
                                });
        for (int round = 0; round < 20; round++) {
            String topic = "plain:" + round;
            BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
            try (Subscription _ =
                    two.subscribe(
                            topic, b -> heard.add((Integer) b.payload().as(Map.class).get("n")))) {
                int before = sent.get();
                int first = heard.poll(20, TimeUnit.SECONDS);
                assertThat(first).as("the first of %s", topic).isLessThanOrEqualTo(before + 1);
                for (int i = 1; i < 200; i++) {
                    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(first + i);
                }
            }
        }
        over.set(true);
        publisher.join();
        assertThat(two.cluster().orElseThrow().unproven()).isZero();
        assertThat(two.cluster().orElseThrow().lost()).isZero();
    }

    @Test
    void whoIsPresentIsKnownOnAllNodesAndLeavesWithItsNode() {
        Endpoint one = node("one");
        Endpoint two = node("two");
        String topic = "room:a";
        MemoryClient ada = joined(one, topic);
        MemoryClient bob = joined(two, topic);
        push(ada, topic, "here", "{\"name\":\"Ada\"}");
        assertThat(nextBut(bob, "presence_state")).contains("presence_diff").contains("Ada");
        await().until(() -> two.presences(topic).size() == 1);
        push(bob, topic, "here", "{\"name\":\"Bob\"}");
        await().until(() -> metas(one, topic) == 2 && metas(two, topic) == 2);

        Endpoint three = node("three"); // one who comes later learns it from those who are there
        MemoryClient eve = joined(three, topic);
        await().until(() -> metas(three, topic) == 2);
        String told = "";
        while (!told.contains("Ada") || !told.contains("Bob")) {
            told += eve.next(PATIENCE).orElseThrow();
        }

        push(bob, topic, "gone", "{}");
        await().until(() -> metas(one, topic) == 1 && metas(three, topic) == 1);
        one.close(); // it says goodbye
        await().atMost(Duration.ofSeconds(3)).until(() -> metas(three, topic) == 0);
        assertThat(three.cluster().orElseThrow().others()).containsExactly("two");
    }

    private static int metas(Endpoint node, String topic) {
        return node.presences(topic).values().stream().mapToInt(List::size).sum();
    }

    @Test
    void aConnectionIsClosedByItsIdOnWhateverNodeItIs() {
        Endpoint one = node("one");
        Endpoint two = node("two");
        MemoryClient ada = joined(two, "plain:a");
        one.disconnect("users:ada");
        assertThat(ada.closedWith(PATIENCE)).contains(1001);
    }

    /** Its own clients hear each other meanwhile, and all do when NATS is back. */
    @Test
    void natsMayBeAway() throws Exception {
        Endpoint one = node("one");
        Endpoint two = node("two");
        MemoryClient ada = joined(one, "room:a");
        MemoryClient bob = joined(two, "room:a");
        push(ada, "room:a", "here", "{\"name\":\"Ada\"}");
        await().until(() -> metas(two, "room:a") == 1);
        nats.kill();
        await().until(() -> !one.cluster().orElseThrow().connected());
        assertThat(one.isReady()).isTrue();
        MemoryClient cyd = joined(one, "room:a");
        push(ada, "room:a", "say", "{\"n\":1}");
        assertThat(nextBut(cyd, "presence")).contains("{\"n\":1}");
        push(cyd, "room:a", "here", "{\"name\":\"Cyd\"}");
        await().until(() -> one.cluster().orElseThrow().unsent() > 0);
        Thread.sleep(6_500); // longer than a node may be silent
        assertThat(metas(two, "room:a")).isEqualTo(1); // it is NATS that is away, not Ada
        nats.again();
        await().atMost(PATIENCE).until(() -> metas(two, "room:a") == 2);
        assertThat(nextBut(bob, "presence_state", "Ada"))
                .contains("Cyd")
                .doesNotContain("leaves\":{\"");
        push(ada, "room:a", "say", "{\"n\":2}");
        assertThat(nextBut(bob, "presence")).contains("{\"n\":2}");
        await().until(() -> two.cluster().orElseThrow().lost() > 0); // what was not heard
    }

    /** A client of NATS gives up for good when it is refused twice; a node does not. */
    @Test
    void aNodeThatIsRefusedForAWhileComesBack() throws Exception {
        Endpoint one = node("one");
        Endpoint two = node("two");
        MemoryClient bob = joined(two, "plain:a");
        nats.kill();
        nats.again("--user", "somebody", "--pass", "else");
        Thread.sleep(2_000);
        assertThat(one.cluster().orElseThrow().connected()).isFalse();
        MemoryClient ada = joined(one, "plain:b");
        nats.kill();
        nats.again();
        await().atMost(PATIENCE)
                .until(
                        () ->
                                one.cluster().orElseThrow().connected()
                                        && two.cluster().orElseThrow().connected());
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            one.broadcast("plain:a", "said", Map.of());
                            return bob.next(Duration.ofMillis(100)).isPresent();
                        });
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            two.broadcast("plain:b", "said", Map.of());
                            return ada.next(Duration.ofMillis(100)).isPresent();
                        });
    }

    /** Clients with positions see that messages of another node are missing. */
    @Test
    void whatIsLostIsTold() throws Exception {
        Endpoint one = node("one");
        Endpoint two = node("two");
        MemoryClient bob = client(two);
        bob.send("[\"1\",\"1\",\"news:a\",\"phx_join\",{\"resume\":true}]");
        assertThat(bob.next()).contains("\"recovered\":true");
        one.broadcast("news:a", "said", Map.of("n", 1));
        assertThat(bob.next(PATIENCE).orElseThrow()).contains("\"n\":1").contains(",1,0]");
        nats.kill();
        await().until(() -> !one.cluster().orElseThrow().connected());
        one.broadcast("news:a", "said", Map.of("n", 2));
        nats.again();
        assertThat(bob.next(PATIENCE).orElseThrow()).contains("position").contains(",2,2]");
        one.broadcast("news:a", "said", Map.of("n", 3));
        assertThat(bob.next(PATIENCE).orElseThrow()).contains("\"n\":3").contains(",3,2]");
        bob.send("[\"1\",\"2\",\"news:a\",\"phx_leave\",{}]");
    }

    /** Whoever wants to know hears that messages of another node are missing, and nobody else. */
    @Test
    void aGapIsToldByRule() throws Exception {
        Endpoint one = node("one");
        Endpoint two = node("two");
        MemoryClient bob = joined(two, "ticker:a");
        MemoryClient cyd = joined(two, "plain:a");
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Subscription _ = two.subscribe("ticker:a", broadcast -> heard.add(broadcast.event()));
        one.broadcast("ticker:a", "said", Map.of("n", 1));
        assertThat(bob.next(PATIENCE).orElseThrow()).contains("\"n\":1");
        nats.kill();
        await().until(() -> !one.cluster().orElseThrow().connected());
        one.broadcast("ticker:a", "said", Map.of("n", 2));
        one.broadcast("plain:a", "said", Map.of("n", 2));
        nats.again();
        assertThat(bob.next(PATIENCE)).contains("[null,null,\"ticker:a\",\"gap\",{}]");
        one.broadcast("ticker:a", "said", Map.of("n", 3));
        one.broadcast("plain:a", "said", Map.of("n", 3));
        assertThat(bob.next(PATIENCE).orElseThrow()).contains("\"n\":3");
        assertThat(cyd.next(PATIENCE).orElseThrow()).contains("\"n\":3");
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("said");
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("gap");
        assertThat(two.stats().memory().gaps()).isPositive();
    }

    /** It listens without NATS, says so, and joins the others when it can. */
    @Test
    void aNodeMayStartBeforeNats() throws Exception {
        nats.kill();
        Endpoint one = node("one");
        assertThat(one.cluster().orElseThrow().connected()).isFalse();
        MemoryClient ada = joined(one, "plain:a");
        nats.again();
        Endpoint two = node("two");
        await().atMost(PATIENCE)
                .until(() -> one.cluster().orElseThrow().others().equals(List.of("two")));
        two.broadcast("plain:a", "said", Map.of("n", 1));
        assertThat(ada.next(PATIENCE).orElseThrow()).contains("\"n\":1");
    }

    @Test
    void namesAreChecked() {
        assertThatThrownBy(() -> NatsCluster.at("nats://localhost").name("a.b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a.b");
    }

    @Test
    void addressesAreCheckedAndPasswordsNotShown() {
        for (String wrong :
                List.of(
                        "nats://me:se@cret@localhost:4222",
                        "nats://me:se/cret@localhost:4222",
                        "http://me:secret@localhost",
                        "nats://me:secret@",
                        "nats://me:secret@localhost:4222,",
                        "nats://me:secret@local host")) {
            assertThatThrownBy(() -> NatsCluster.at(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("cret");
        }
        assertThat(ServerAddress.shown("nats://me:secret@localhost:4222"))
                .isEqualTo("nats://localhost:4222");
        assertThat(ServerAddress.shown("me:se@cret@localhost")).isEqualTo("localhost");
        assertThat(ServerAddress.shown("localhost:4222")).isEqualTo("localhost:4222");
        assertThatThrownBy(
                        () ->
                                NatsCluster.at("localhost")
                                        .credentials(Path.of("no", "such", "file")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("such");
    }

    /** Else it would be taken for dead, some seconds later. */
    @Test
    void aNodeThatCannotListenSaysGoodbye() {
        Endpoint one = node("one");
        assertThatThrownBy(
                        () ->
                                Endpoint.builder()
                                        .cluster(
                                                NatsCluster.at(nats.url())
                                                        .name("test")
                                                        .node("two")
                                                        .build())
                                        .transport(
                                                _ -> {
                                                    await().until(
                                                                    () ->
                                                                            !one.cluster()
                                                                                    .orElseThrow()
                                                                                    .others()
                                                                                    .isEmpty());
                                                    throw new NetException("the port is taken");
                                                })
                                        .start())
                .isInstanceOf(NetException.class);
        await().atMost(Duration.ofSeconds(2))
                .until(() -> one.cluster().orElseThrow().others().isEmpty());
    }
}
