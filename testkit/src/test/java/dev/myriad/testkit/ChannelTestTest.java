package dev.myriad.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Connect;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.process.ExitReason;
import dev.myriad.protocol.Payload;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChannelTestTest {
    record Said(String text) {}

    record Person(String name) {}

    record Refusal(String reason) {}

    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(10);

    private final Queue<ExitReason> ends = new ConcurrentLinkedQueue<>();
    private final ChannelTest test =
            ChannelTest.of("room:*", () -> new Room(ends)).patience(LONG, SHORT);

    /** Does what its events say. */
    private static final class Room extends Channel {
        private final Queue<ExitReason> ends;

        Room(Queue<ExitReason> ends) {
            this.ends = ends;
        }

        @Override
        protected JoinResult join(String topic, Payload params) {
            return topic.equals("room:secret")
                    ? JoinResult.error(Map.of("reason", "no"))
                    : JoinResult.ok(params);
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            switch (event) {
                case "push" -> push("pushed", payload);
                case "say" -> broadcast("said", payload);
                case "say to others" -> broadcastFrom("said", payload);
                case "stop" -> stop("told to");
                case "crash" -> throw new IllegalStateException("planted");
                case "echo" -> {
                    return Result.ok(payload);
                }
                default -> {
                    return Result.error(Map.of("reason", "unknown event"));
                }
            }
            return Result.noReply();
        }

        @Override
        protected void terminate(ExitReason reason) {
            ends.add(reason);
        }
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void joinsAndReplies() {
        TestChannel room = test.join("room:lobby", Map.of("name", "Ada"));
        assertThat(room.response().as(Person.class)).isEqualTo(new Person("Ada"));
        room.push("echo", new Said("hello")).assertReply("ok", Map.of("text", "hello"));
        assertThat(room.push("echo", new Said("a \"b\"")).assertReply("ok").as(Said.class))
                .isEqualTo(new Said("a \"b\""));
        room.push("nonsense").assertReply("error");
        room.push("stop").refuteReply();
    }

    @Test
    void repliesAreFoundByTheirPush() {
        TestChannel room = test.join("room:lobby");
        TestPush first = room.push("echo", Map.of("n", 1));
        TestPush second = room.push("echo", Map.of("n", 2));
        second.assertReply("ok", Map.of("n", 2));
        first.assertReply("ok", Map.of("n", 1));
    }

    @Test
    void pushesAreNoBroadcasts() {
        TestChannel room = test.join("room:lobby");
        room.push("push", new Said("a"));
        room.push("say", new Said("b"));
        room.assertBroadcast("said", new Said("b"));
        room.assertPush("pushed", new Said("a"));
        room.push("push", new Said("c"));
        room.push("say", new Said("d"));
        room.refuteBroadcast("pushed");
        room.refutePush("said");
        room.refuteBroadcast("said", new Said("c"));
        room.refutePush("pushed", new Said("d"));
        assertThat(room.assertPush("pushed").as(Said.class)).isEqualTo(new Said("c"));
        assertThat(room.assertBroadcast("said").as(Said.class)).isEqualTo(new Said("d"));
    }

    @Test
    void broadcastsReachOthers() {
        TestChannel ada = test.join("room:lobby");
        TestChannel bob = test.join("room:lobby");
        TestChannel eve = test.join("room:other");
        ada.push("say to others", new Said("hello"));
        bob.assertBroadcast("said", new Said("hello"));
        ada.refuteBroadcast("said");
        eve.refuteBroadcast("said");
        test.endpoint().broadcast("room:other", "news", Map.of());
        eve.assertBroadcast("news", Map.of());
    }

    @Test
    void binaryPayloads() {
        TestChannel room = test.join("room:lobby");
        Payload bytes = Payload.binary(new byte[] {1, -1});
        room.push("echo", bytes).assertReply("ok", bytes);
        room.push("push", bytes);
        room.push("say", bytes);
        room.assertPush("pushed", bytes);
        room.assertBroadcast("said", bytes);
    }

    @Test
    void userBroadcasts() {
        TestChannel room = test.join("room:lobby");
        Payload moved = Payload.userBroadcast("moved", new byte[] {1, -1});
        test.endpoint().broadcast("room:lobby", "broadcast", moved);
        room.refuteBroadcast("broadcast", Payload.binary(new byte[] {1, -1}));
        room.refuteBroadcast("broadcast", Payload.userBroadcast("left", new byte[] {1, -1}));
        room.assertBroadcast("broadcast", moved);
    }

    @Test
    void severalTopicsOfOneConnection() {
        TestChannel lobby = test.join("room:lobby");
        TestChannel other = lobby.socket().join("room:other");
        other.push("push", new Said("other"));
        other.assertPush("pushed", new Said("other"));
        lobby.push("push", new Said("lobby"));
        other.refutePush("pushed");
        lobby.assertPush("pushed");
    }

    @Test
    void endsOfChannels() {
        TestChannel left = test.join("room:lobby");
        left.leave().assertReply("ok");
        left.assertClosed();
        assertThat(ends.poll()).isEqualTo(new ExitReason.Shutdown("left"));

        TestChannel stopped = test.join("room:lobby");
        stopped.push("stop");
        stopped.assertClosed();
        assertThat(ends.poll()).isEqualTo(new ExitReason.Shutdown("told to"));

        TestChannel crashed = test.join("room:lobby");
        crashed.push("crash");
        crashed.assertCrashed();

        test.join("room:lobby").socket().disconnect();
        await().until(() -> !ends.isEmpty());
        assertThat(ends.poll()).isEqualTo(new ExitReason.Shutdown("closed"));
    }

    @Test
    void refusedJoins() {
        assertThat(test.assertJoinRefused("room:secret", Map.of()).as(Refusal.class))
                .isEqualTo(new Refusal("no"));
        assertThat(test.assertJoinRefused("elsewhere", Map.of()).as(Refusal.class))
                .isEqualTo(new Refusal("unmatched topic"));
        test.patience(Duration.ofSeconds(2), SHORT);
        assertThatThrownBy(() -> test.join("room:secret"))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        """
                        expected within 2000 ms: reply ok to phx_join (ref 1) on room:secret
                        Instead came:
                          reply error {"reason":"no"} to ref 1 on room:secret""");
    }

    @Test
    void connecting() {
        try (ChannelTest guarded =
                ChannelTest.of(
                        socket ->
                                socket.channel("room:*", () -> new Room(ends))
                                        .connect(
                                                (params, _) ->
                                                        "a b&c".equals(params.get("token"))
                                                                ? ConnectResult.ok()
                                                                : ConnectResult.refused("no")))) {
            guarded.assertConnectRefused(Map.of("token", "x"), 403);
            guarded.connect(Map.of("token", "a b&c")).join("room:lobby");
            assertThatThrownBy(guarded::connect)
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("expected to connect with {}, but got HTTP 403");
            assertThatThrownBy(() -> guarded.assertConnectRefused(Map.of("token", "a b&c"), 403))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageEndingWith("but got HTTP 101");
        }
    }

    @Test
    void aClientSaysWhoItIs() {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        Connect asking =
                (params, info) -> {
                    seen.add(
                            "%s %s %s %s"
                                    .formatted(
                                            params.get("name"),
                                            info.authToken().orElse("none"),
                                            info.userAgent().orElse("none"),
                                            info.peer()));
                    return info.authToken().equals(Optional.of("Zoë's"))
                            ? ConnectResult.ok()
                            : ConnectResult.refused("no");
                };
        try (ChannelTest guarded =
                ChannelTest.of(
                        socket -> socket.connect(asking).channel("*", () -> new Room(ends)))) {
            TestClient client = guarded.client().params(Map.of("name", "z"));
            client.assertConnectRefused(403);
            client.authToken("old")
                    .authToken("Zoë's")
                    .header("user-agent", "a test")
                    .peer(new InetSocketAddress("10.0.0.1", 4711))
                    .connect()
                    .join("room:lobby");
            assertThat(seen)
                    .containsExactly(
                            "z none none " + MemoryTransport.LOOPBACK,
                            "z Zoë's a test /10.0.0.1:4711");
            assertThatThrownBy(() -> client.header("x-a", "b").connect())
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("expected to connect with {name=z} and {x-a=b}, but got HTTP 403");
        }
    }

    @Test
    void anEndpointOfYourOwn() {
        Endpoint.Builder builder =
                Endpoint.builder()
                        .limits(Limits.DEFAULT.with(Limit.CHANNELS_PER_CONNECTION_MAX, 1))
                        .socket("/chat", socket -> socket.channel("*", () -> new Room(ends)));
        try (ChannelTest own = ChannelTest.of(builder, "/chat")) {
            TestSocket socket = own.connect();
            socket.join("a");
            assertThat(socket.assertJoinRefused("b", Map.of()).as(Refusal.class))
                    .isEqualTo(new Refusal("too many channels joined"));
        }
    }

    @Test
    void theServerDisconnects() {
        TestSocket socket = test.connect();
        test.close();
        socket.assertDisconnected(1012);
        assertThatThrownBy(() -> socket.assertDisconnected(1001))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        """
                        expected to be disconnected with 1001
                        Nothing came.
                        The connection was closed: 1012""");
    }

    @Test
    void nothingIsAwaitedFromAClosedConnection() {
        Duration patience = Duration.ofSeconds(30);
        TestChannel room = test.patience(patience, patience).join("room:lobby");
        room.push("push", new Said("last"));
        room.push("echo").assertReply("ok");
        test.close();
        room.socket().assertDisconnected(1012);
        long since = System.nanoTime();
        assertThatThrownBy(room::assertClosed)
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        """
                        expected within 30000 ms: push of phx_close on room:lobby
                        Instead came:
                          push of pushed {"text":"last"} on room:lobby
                        The connection was closed: 1012; use assertDisconnected on the socket""");
        room.refutePush("phx_error");
        room.assertPush("pushed", new Said("last"));
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(patience);
    }

    @Test
    void failuresTellWhatCame() {
        TestChannel room = test.patience(Duration.ofSeconds(2), SHORT).join("room:lobby");
        assertThatThrownBy(() -> room.assertPush("pushed"))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        """
                        expected within 2000 ms: push of pushed on room:lobby
                        Nothing came.""");
        room.push("say", new Said("a"));
        room.push("echo", new Said("b")).assertReply("ok");
        assertThatThrownBy(() -> room.assertBroadcast("said", new Said("b")))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        """
                        expected within 2000 ms: broadcast of said {"text":"b"} on room:lobby
                        Instead came:
                          broadcast of said {"text":"a"} on room:lobby""");
        assertThatThrownBy(() -> room.refuteBroadcast("said"))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        "expected no broadcast of said, but there came a broadcast of said"
                                + " {\"text\":\"a\"} on room:lobby");
    }

    @Test
    void payloadsAreObjects() {
        TestChannel room = test.join("room:lobby");
        assertThatThrownBy(() -> room.push("echo", "text"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a payload is a JSON object, which this is not: \"text\"");
    }

    // ---- what serves in production holds here

    private static ChannelTest limited(Limit limit, int value, Queue<ExitReason> ends) {
        Endpoint.Builder builder =
                Endpoint.builder()
                        .limits(Limits.DEFAULT.with(limit, value))
                        .socket("/chat", socket -> socket.channel("*", () -> new Room(ends)));
        return ChannelTest.of(builder, "/chat").patience(LONG, SHORT);
    }

    @Test
    void aMessageThatIsTooLongEndsTheConnection() {
        try (ChannelTest small = limited(Limit.MESSAGE_BYTES_MAX, 1_000, ends)) {
            TestChannel room = small.join("room:lobby");
            room.push("echo", new Said("x".repeat(800))).assertReply("ok");
            room.push("echo", new Said("x".repeat(1_000)));
            room.socket().assertDisconnected(1009);
        }
    }

    @Test
    void whoReadsTooSlowlyIsCutOff() {
        try (ChannelTest small = limited(Limit.OUTBOUND_BYTES_MAX, 100_000, ends)) {
            TestChannel slow = small.join("room:lobby");
            TestChannel quick = small.join("room:lobby");
            slow.socket().pauseReading();
            Said large = new Said("x".repeat(60_000));
            for (int i = 0; i < 5; i++) {
                small.endpoint().broadcast("room:lobby", "news", large);
                quick.assertBroadcast("news", large);
            }
            await().until(() -> small.endpoint().transport().stats().closedSlow() == 1);
            slow.socket().resumeReading();
            slow.socket().assertDisconnected(1006);
        }
    }

    @Test
    void whoPausesALittleGetsEverything() {
        TestChannel room = test.join("room:lobby");
        room.socket().pauseReading();
        for (int i = 0; i < 5; i++) {
            test.endpoint().broadcast("room:lobby", "news", Map.of("n", i));
        }
        room.push("echo");
        room.refuteBroadcast("news");
        room.socket().resumeReading();
        for (int i = 0; i < 5; i++) {
            room.assertBroadcast("news", Map.of("n", i));
        }
    }

    @Test
    void whoSaysNothingIsDisconnected() {
        try (ChannelTest small = limited(Limit.IDLE_MILLIS, 100, ends)) {
            small.connect().assertDisconnected(1002);
        }
    }

    @Test
    void leavingInGoodOrder() {
        TestSocket socket = test.join("room:lobby").socket();
        socket.close();
        socket.assertDisconnected(1000);
        await().until(() -> !ends.isEmpty());
        assertThat(ends.poll()).isEqualTo(new ExitReason.Shutdown("closed"));
    }

    private static HttpAnswer answer(HttpQuestion question) {
        return switch (question.path()) {
            case "/health" -> HttpAnswer.text(200, "fine\n");
            case "/mirror" ->
                    HttpAnswer.of(200, question.header("content-type").orElse(""), question.body())
                            .with("x-method", question.method())
                            .with("x-agent", question.header("user-agent").orElse("none"));
            default -> HttpAnswer.text(404, "no\n");
        };
    }

    private static String text(HttpAnswer answer) {
        return new String(answer.body(), UTF_8);
    }

    @Test
    void httpRoutes() {
        Endpoint.Builder builder =
                Endpoint.builder()
                        .http(ChannelTestTest::answer)
                        .socket("/chat", socket -> socket.channel("*", () -> new Room(ends)));
        try (ChannelTest own = ChannelTest.of(builder)) {
            HttpAnswer health = own.http("GET", "/health");
            assertThat(health.status()).isEqualTo(200);
            assertThat(health.header("content-type")).contains("text/plain; charset=utf-8");
            assertThat(text(health)).isEqualTo("fine\n");
            assertThat(own.http("GET", "/nowhere").status()).isEqualTo(404);
            HttpAnswer mirror =
                    own.client()
                            .header("user-agent", "a test")
                            .http("POST", "/mirror?a=b", new Said("hello"));
            assertThat(mirror.header("x-method")).contains("POST");
            assertThat(mirror.header("x-agent")).contains("a test");
            assertThat(mirror.header("content-type")).contains("application/json");
            assertThat(text(mirror)).isEqualTo("{\"text\":\"hello\"}");
            assertThat(text(own.http("PUT", "/mirror", "raw".getBytes(UTF_8)))).isEqualTo("raw");
        }
    }

    @Test
    void severalSocketsOfOneEndpoint() {
        Endpoint.Builder builder =
                Endpoint.builder()
                        .socket("/customer", socket -> socket.channel("*", () -> new Room(ends)))
                        .socket("/agent", socket -> socket.channel("*", () -> new Room(ends)));
        try (ChannelTest own = ChannelTest.of(builder)) {
            TestChannel customer = own.client("/customer").connect().join("room:7");
            TestChannel agent = own.client("/agent").connect().join("room:7");
            customer.push("say", new Said("help"));
            agent.assertBroadcast("said", new Said("help"));
            own.client("/nobody").assertConnectRefused(404);
            assertThatThrownBy(own::connect)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("which socket? client(path) says it");
        }
    }

    @Test
    void clientsThatPoll() {
        Connect asking =
                (_, info) ->
                        info.authToken().equals(Optional.of("Zoë's"))
                                ? ConnectResult.ok().id("users:zoe")
                                : ConnectResult.refused("no");
        try (ChannelTest both =
                ChannelTest.of(
                        socket ->
                                socket.connect(asking)
                                        .longPoll()
                                        .channel("room:*", () -> new Room(ends)))) {
            both.client().longPoll().assertConnectRefused(403);
            TestClient client = both.client().authToken("Zoë's");
            TestChannel polls = client.longPoll().connect().join("room:lobby", Map.of("a", 1));
            TestChannel other = client.connect().join("room:lobby");
            polls.push("echo", new Said("hello")).assertReply("ok", new Said("hello"));
            polls.push("echo", Payload.binary(new byte[] {1})).refuteReply(); // it goes up only
            polls.push("say to others", new Said("from a poll"));
            other.assertBroadcast("said", new Said("from a poll"));
            other.push("say", new Said("from a socket"));
            polls.assertBroadcast("said", new Said("from a socket"));
            both.endpoint().disconnect("users:zoe");
            polls.socket().assertDisconnected(1011);
            other.socket().assertDisconnected(1001);
        }
    }

    @Test
    void aSocketThatDoesNotOfferPollsAnswers404() {
        test.client().longPoll().assertConnectRefused(404);
    }

    private ChannelTest expiring(Duration after) {
        return ChannelTest.of(
                        socket ->
                                socket.connect(
                                                (_, info) ->
                                                        ConnectResult.ok()
                                                                .expiresAt(info.now().plus(after)))
                                        .channel("room:*", () -> new Room(ends)))
                .patience(LONG, SHORT);
    }

    @Test
    void timePassesAtOnce() {
        try (ChannelTest expires = expiring(Duration.ofHours(1))) {
            TestChannel room = expires.join("room:lobby");
            expires.clock().advance(Duration.ofMinutes(58));
            room.refutePush("token_expiring");
            expires.clock().advance(Duration.ofMinutes(1).plusSeconds(30));
            room.assertPush("token_expiring");
            expires.clock().advance(Duration.ofSeconds(30));
            room.socket().assertDisconnected(3000);
        }
    }

    @Test
    void whatFallsDueOnTheWayIsDoneInOrder() {
        try (ChannelTest expires = expiring(Duration.ofHours(1))) {
            TestChannel room = expires.join("room:lobby");
            expires.clock().advance(Duration.ofDays(1));
            room.assertPush("token_expiring");
            room.socket().assertDisconnected(3000);
            assertThatThrownBy(() -> expires.clock().advance(Duration.ofSeconds(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theClockGoesByItself() {
        try (ChannelTest expires = expiring(Duration.ofMillis(300))) {
            expires.connect().assertDisconnected(3000);
        }
    }

    @Test
    void aReplyMayOvertakeABroadcast() {
        TestChannel ada = test.join("room:lobby");
        TestChannel bob = test.join("room:lobby");
        test.holdBroadcasts();
        ada.push("say", new Said("first"));
        ada.assertBroadcast("said", new Said("first")); // her own copy does not wait
        bob.push("echo", new Said("second")).assertReply("ok");
        bob.refuteBroadcast("said");
        TestChannel late = test.join("room:lobby");
        test.releaseBroadcasts();
        bob.assertBroadcast("said", new Said("first"));
        late.refuteBroadcast("said"); // it was said before
    }
}
