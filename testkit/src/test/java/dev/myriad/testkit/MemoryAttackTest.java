package dev.myriad.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.myriad.bench.HostileFrames;
import dev.myriad.channels.Channel;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.net.Drain;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import dev.myriad.net.NetException;
import dev.myriad.net.Transports;
import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that exceed no limit of their own, but are so many that together they would take all the
 * memory. What each kind may hold is never exceeded; a neighbour is served meanwhile, and so is a
 * newcomer; when the attack is over nothing is held any more.
 */
@Timeout(120)
class MemoryAttackTest {
    /** Of which the test's budgets are a megabyte or two each. */
    private static final int MEGABYTES = 48;

    private static final Limits LIMITS =
            Limits.DEFAULT
                    .with(Limit.MEMORY_MEGABYTES, MEGABYTES)
                    .with(Limit.CONNECTIONS_MAX, 4_000)
                    .with(Limit.CLOSE_MILLIS, 500);

    private static final Duration NEIGHBOUR_P99_MAX = Duration.ofSeconds(2);
    private static final int CROWD = 150;
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

    private final CountDownLatch release = new CountDownLatch(1);
    private final List<RawClient> clients = new ArrayList<>();

    /** What is done to an endpoint. */
    @FunctionalInterface
    interface Act {
        void run(MemoryAttackTest test, Endpoint endpoint) throws Exception;
    }

    @SuppressWarnings("ImmutableEnumChecker") // what it refers to has no state
    enum Attack {
        BODIES(Memory.Kind.REQUESTS, MemoryAttackTest::bodies),
        QUESTIONS(Memory.Kind.REQUESTS, MemoryAttackTest::questions),
        PIPELINES(Memory.Kind.REQUESTS, MemoryAttackTest::pipelines),
        FRAGMENTS(Memory.Kind.UNFINISHED, MemoryAttackTest::fragments),
        SLOW_READERS(Memory.Kind.OUTBOUND, MemoryAttackTest::slowReaders),
        SESSIONS(Memory.Kind.OUTBOUND, MemoryAttackTest::sessions),
        MAIL(Memory.Kind.MAIL, MemoryAttackTest::mail),
        JOINS(Memory.Kind.MAIL, MemoryAttackTest::joins),
        CONNECTS(Memory.Kind.MAIL, MemoryAttackTest::connects),
        LISTENERS(Memory.Kind.MAIL, MemoryAttackTest::listeners),
        TOPICS(Memory.Kind.CHANNELS, MemoryAttackTest::topics);

        private final Memory.Kind kind;
        private final Act act;

        Attack(Memory.Kind kind, Act act) {
            this.kind = kind;
            this.act = act;
        }
    }

    private final class Room extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) throws InterruptedException {
            if (topic.startsWith("room:stuck")) {
                release.await();
            }
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) throws InterruptedException {
            if (event.equals("stick")) {
                release.await();
            }
            return Result.ok(payload);
        }
    }

    private Endpoint serve(Transports.Kind kind) {
        try {
            return Endpoint.builder()
                    .shards(2)
                    .transport(kind)
                    .limits(LIMITS)
                    .drain(Drain.atOnce(200))
                    .socket("/socket", socket -> socket.longPoll().channel("room:*", Room::new))
                    .socket(
                            "/stuck",
                            socket ->
                                    socket.connect(
                                                    (_, _) -> {
                                                        release.await();
                                                        return ConnectResult.refused("late");
                                                    })
                                            .channel("room:*", Room::new))
                    .http(
                            question -> {
                                if (question.path().equals("/stuck")) {
                                    stick();
                                }
                                return HttpAnswer.text(200, "served\n");
                            })
                    .start();
        } catch (NetException e) {
            return abort(e.toString());
        }
    }

    private void stick() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Stream<Arguments> attacks() {
        return Stream.of(Transports.Kind.URING, Transports.Kind.NETTY)
                .flatMap(kind -> Stream.of(Attack.values()).map(a -> Arguments.of(kind, a)));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void togetherTheyTakeNoMoreThanTheirShare(Transports.Kind transport, Attack attack)
            throws Exception {
        try (Endpoint endpoint = serve(transport);
                Neighbour neighbour = new Neighbour(endpoint.address())) {
            await().until(() -> neighbour.answered() > 20);
            String kind = attack.kind.key();
            long before = endpoint.transport().stats().held().getOrDefault(kind, -1L);
            attack.act.run(this, endpoint);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () ->
                                    assertThat(excesses(endpoint, attack.kind.limit()))
                                            .isGreaterThan(0));
            endpoint.transport()
                    .stats()
                    .held()
                    .forEach(
                            (of, bytes) ->
                                    assertThat(bytes)
                                            .as(of)
                                            .isLessThanOrEqualTo(
                                                    endpoint.transport()
                                                            .stats()
                                                            .heldMax()
                                                            .getOrDefault(of, -1L)));
            newcomer(endpoint);
            release.countDown();
            clients.forEach(RawClient::close);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> {
                                assertThat(endpoint.transport().stats().open()).isEqualTo(1);
                                assertThat(endpoint.stats().channels()).isEqualTo(1);
                                assertThat(endpoint.transport().stats().held())
                                        .containsEntry(kind, before);
                            });
            assertThat(neighbour.leave()).isLessThan(NEIGHBOUR_P99_MAX);
        }
    }

    private static long excesses(Endpoint endpoint, Limit limit) {
        return Stream.of(
                        endpoint.stats().limits(),
                        endpoint.stats().longPoll().limits(),
                        endpoint.transport().stats().limits())
                .mapToLong(counts -> counts.getOrDefault(limit.key(), 0L))
                .sum();
    }

    /** One who comes amid the attack and wants little. */
    private static void newcomer(Endpoint endpoint) {
        try (RawClient client = RawClient.open(endpoint.address())) {
            client.text(message(1, Neighbour.TOPIC, "phx_join", "{}"));
            assertThat(client.next()).contains("\"status\":\"ok\"");
            client.text(message(2, Neighbour.TOPIC, "echo", "{\"n\":1}"));
            assertThat(client.next()).contains("{\"n\":1}");
        }
    }

    private static String message(int ref, String topic, String event, String payload) {
        return "[\"1\",\"%d\",\"%s\",\"%s\",%s]".formatted(ref, topic, event, payload);
    }

    private static String text(int length) {
        return "{\"text\":\"" + "x".repeat(length) + "\"}";
    }

    private static byte[] post(String path, int length) {
        return "POST %s HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n"
                .formatted(path, length)
                .getBytes(US_ASCII);
    }

    private RawClient connect(Endpoint endpoint) {
        RawClient client = RawClient.connect(endpoint.address(), 16 << 10);
        clients.add(client);
        return client;
    }

    private RawClient open(Endpoint endpoint) {
        RawClient client = connect(endpoint);
        client.upgrade();
        return client;
    }

    private RawClient joined(Endpoint endpoint, String topic) {
        RawClient client = open(endpoint);
        client.text(message(1, topic, "phx_join", "{}"));
        assertThat(client.next()).contains("\"status\":\"ok\"");
        return client;
    }

    // ---- the attacks

    private void bodies(Endpoint endpoint) {
        int length = 200_000;
        for (int i = 0; i < CROWD; i++) {
            RawClient client = connect(endpoint);
            client.write(post("/", length));
            client.write(new byte[length - 1]);
        }
    }

    private void questions(Endpoint endpoint) {
        for (int i = 0; i < CROWD; i++) {
            RawClient client = connect(endpoint);
            client.write(post("/stuck", 50_000));
            client.write(new byte[50_000]);
        }
    }

    private void pipelines(Endpoint endpoint) {
        for (int i = 0; i < CROWD; i++) {
            RawClient client = connect(endpoint);
            client.write(post("/stuck", 0));
            client.write(post("/stuck", 60_000));
            client.write(new byte[40_000]);
        }
    }

    private void fragments(Endpoint endpoint) {
        byte[] begun = HostileFrames.frame(FrameEncoder.BINARY, false, new byte[100_000]);
        for (int i = 0; i < CROWD; i++) {
            open(endpoint).write(begun);
        }
    }

    private void slowReaders(Endpoint endpoint) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        String echo = message(2, "room:echo", "echo", text(60_000));
        for (int i = 0; i < 40; i++) {
            RawClient client = joined(endpoint, "room:echo");
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int n = 0; n < 200 && client.text(echo); n++) {
                                            // and never reads
                                        }
                                    }));
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> excesses(endpoint, Limit.OUTBOUND_MEMORY_PERCENT) > 0);
        for (Thread thread : threads) {
            thread.interrupt();
        }
    }

    /** All over one connection. */
    private void sessions(Endpoint endpoint) {
        RawClient client = connect(endpoint);
        String path = "/socket/longpoll?vsn=2.0.0";
        int sessions = 40;
        for (int i = 0; i < sessions; i++) {
            client.write("GET %s HTTP/1.1\r\nhost: x\r\n\r\n".formatted(path).getBytes(US_ASCII));
            Matcher token = TOKEN.matcher(client.readAnswer());
            assertThat(token.find()).isTrue();
            String join = message(1, "room:loud", "phx_join", "{}");
            client.write(post(path + "&token=" + token.group(1), join.length()));
            client.write(join.getBytes(US_ASCII));
            assertThat(client.readAnswer()).contains("200");
        }
        await().until(() -> endpoint.stats().channels() > sessions);
        Map<String, String> loud = Map.of("text", "x".repeat(20_000));
        for (int i = 0; i < 20; i++) {
            endpoint.broadcast("room:loud", "noise", loud);
        }
    }

    private void mail(Endpoint endpoint) {
        String push = message(3, "room:TOPIC", "echo", text(100_000));
        for (int i = 0; i < 2; i++) {
            RawClient client = open(endpoint);
            for (int topic = 0; topic < 20; topic++) {
                client.text(message(1, "room:" + topic, "phx_join", "{}"));
                client.text(message(2, "room:" + topic, "stick", "{}"));
            }
            for (int topic = 0; topic < 20; topic++) {
                for (int n = 0; n < 5; n++) {
                    client.text(push.replace("TOPIC", "" + topic));
                }
            }
        }
    }

    private void joins(Endpoint endpoint) {
        for (int i = 0; i < CROWD; i++) {
            open(endpoint).text(message(1, "room:stuck" + i, "phx_join", text(50_000)));
        }
    }

    private void connects(Endpoint endpoint) {
        String head =
                "GET /stuck/websocket?vsn=2.0.0&x=%s HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                        .formatted("x".repeat(100));
        for (int i = 0; i < 1_800; i++) {
            connect(endpoint).write(head.getBytes(US_ASCII));
        }
    }

    private void listeners(Endpoint endpoint) {
        var _ = endpoint.subscribe("room:told", _ -> stick());
        RawClient client = joined(endpoint, "room:told");
        for (int i = 0; i < 100; i++) {
            endpoint.broadcast("room:told", "told", Map.of("text", "x".repeat(50_000)));
        }
        client.close();
    }

    private void topics(Endpoint endpoint) {
        for (int i = 0; i < CROWD; i++) {
            RawClient client = open(endpoint);
            for (int topic = 0; topic < 50; topic++) {
                client.text(
                        message(1, "room:" + i + "-" + topic + "x".repeat(200), "phx_join", "{}"));
            }
        }
    }
}
