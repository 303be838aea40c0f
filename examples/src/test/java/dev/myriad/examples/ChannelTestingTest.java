package dev.myriad.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.channels.Channel;
import dev.myriad.channels.Connect;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.protocol.Payload;
import dev.myriad.testkit.ChannelTest;
import dev.myriad.testkit.Conformance;
import dev.myriad.testkit.ConformanceRoom;
import dev.myriad.testkit.TestChannel;
import dev.myriad.testkit.TestSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of docs/guides/testing.md. */
@Timeout(60)
class ChannelTestingTest {
    private static final String SECRET = "a secret of this test only, nobody else's";

    static final class ChatRoom extends Channel {
        record Said(String text) {}

        @Override
        protected JoinResult join(String topic, Payload params) {
            return topic.equals("room:secret")
                    ? JoinResult.error(Map.of("reason", "not for you"))
                    : JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return switch (event) {
                case "say" -> {
                    broadcast("said", payload.as(Said.class));
                    yield Result.ok();
                }
                case "typing" -> {
                    broadcastFrom("typing", Map.of());
                    yield Result.noReply();
                }
                case "crash" -> throw new IllegalStateException("asked to");
                default -> Result.error(Map.of("reason", "unknown event"));
            };
        }
    }

    @Test
    void everyoneHearsWhatIsSaid() {
        try (ChannelTest test = ChannelTest.of("room:*", ChatRoom::new)) {
            TestChannel room = test.join("room:lobby", Map.of("name", "Ada"));
            room.push("say", Map.of("text", "hello")).assertReply("ok");
            room.assertBroadcast("said", Map.of("text", "hello"));
        }
    }

    @Test
    void othersSeeWhoIsTyping() {
        try (ChannelTest test = ChannelTest.of("room:*", ChatRoom::new)) {
            TestChannel ada = test.join("room:lobby");
            TestChannel bob = test.join("room:lobby");
            ada.push("typing");
            bob.assertBroadcast("typing");
            ada.refuteBroadcast("typing");
        }
    }

    @Test
    void refusals() {
        record Refusal(String reason) {}
        try (ChannelTest test = ChannelTest.of("room:*", ChatRoom::new)) {
            Payload reason = test.assertJoinRefused("room:secret", Map.of());
            assertThat(reason.as(Refusal.class).reason()).isEqualTo("not for you");
        }
    }

    @Test
    void ends() {
        try (ChannelTest test = ChannelTest.of("room:*", ChatRoom::new)) {
            TestSocket socket = test.connect();
            TestChannel room = socket.join("room:lobby");
            room.leave().assertReply("ok");
            room.assertClosed();

            TestChannel next = socket.join("room:lobby");
            next.push("crash");
            next.assertCrashed();
            socket.disconnect();
        }
    }

    @Test
    void whoMayConnect() {
        try (ChannelTest test =
                ChannelTest.of(
                        socket ->
                                socket.channel("room:*", ChatRoom::new)
                                        .connect(
                                                (params, info) ->
                                                        params.containsKey("user")
                                                                ? ConnectResult.ok()
                                                                : ConnectResult.refused("who?")))) {
            test.assertConnectRefused(Map.of(), 403);
            test.connect(Map.of("user", "ada")).join("room:lobby");
        }
    }

    @Test
    void whoHasAToken() {
        try (ChannelTest test = ChannelTest.of(socket -> SignedIn.offer(socket, SECRET))) {
            TestSocket ada = test.client().authToken(SignedIn.tokenFor(SECRET, "ada")).connect();
            ada.join("user:ada");
            ada.assertJoinRefused("user:bob");
            test.client().authToken("made up").assertConnectRefused(403);
        }
    }

    @Test
    void theServerDisconnects() {
        try (ChannelTest test = ChannelTest.of(socket -> SignedIn.offer(socket, SECRET))) {
            TestSocket ada = test.client().authToken(SignedIn.tokenFor(SECRET, "ada")).connect();
            ada.join("user:ada");
            test.endpoint().disconnect("users:ada");
            ada.assertDisconnected(1001);
        }
    }

    @Test
    void expiry() {
        Connect forAnHour =
                (params, info) -> ConnectResult.ok().expiresAt(info.now().plusSeconds(3_600));
        try (ChannelTest test =
                ChannelTest.of(
                        socket -> socket.connect(forAnHour).channel("room:*", ChatRoom::new))) {
            TestChannel room = test.join("room:lobby");
            test.clock().advance(Duration.ofHours(1));
            room.assertPush("token_expiring");
            room.socket().assertDisconnected(3000);
        }
    }

    @Test
    void twoKindsOfUsers() {
        Endpoint.Builder desk =
                Endpoint.builder()
                        .socket("/customer", socket -> socket.channel("case:*", ChatRoom::new))
                        .socket("/agent", socket -> socket.channel("case:*", ChatRoom::new));
        try (ChannelTest test = ChannelTest.of(desk)) {
            TestChannel customer = test.client("/customer").connect().join("case:7");
            TestChannel agent = test.client("/agent").connect().join("case:7");
            customer.push("say", Map.of("text", "help"));
            agent.assertBroadcast("said", Map.of("text", "help"));
        }
    }

    @Test
    void aPostIntoARoom() {
        Endpoint.Builder builder =
                Endpoint.builder()
                        .http(
                                (endpoint, question) -> {
                                    String text = new String(question.body(), UTF_8);
                                    endpoint.broadcast("room:lobby", "news", Map.of("text", text));
                                    return HttpAnswer.of(202);
                                })
                        .socket("/socket", socket -> socket.channel("room:*", ChatRoom::new));
        try (ChannelTest test = ChannelTest.of(builder, "/socket")) {
            TestChannel room = test.join("room:lobby");
            HttpAnswer answer = test.http("POST", "/news", "fire".getBytes(UTF_8));
            assertThat(answer.status()).isEqualTo(202);
            room.assertBroadcast("news", Map.of("text", "fire"));
        }
    }

    @Test
    void whoPolls() {
        try (ChannelTest test =
                ChannelTest.of(socket -> socket.longPoll().channel("room:*", ChatRoom::new))) {
            TestChannel polls = test.client().longPoll().connect().join("room:lobby");
            TestChannel room = test.join("room:lobby");
            polls.push("say", Map.of("text", "hello")).assertReply("ok");
            room.assertBroadcast("said", Map.of("text", "hello"));
        }
    }

    @Test
    void whoIsTooSlow() {
        Endpoint.Builder builder =
                Endpoint.builder()
                        .limits(Limits.DEFAULT.with(Limit.OUTBOUND_BYTES_MAX, 64 << 10))
                        .socket("/socket", socket -> socket.channel("room:*", ChatRoom::new));
        try (ChannelTest test = ChannelTest.of(builder, "/socket")) {
            TestSocket slow = test.connect();
            slow.join("room:lobby");
            slow.pauseReading();
            for (int i = 0; i < 10; i++) {
                test.endpoint().broadcast("room:lobby", "news", Map.of("x", "x".repeat(30_000)));
            }
            slow.resumeReading();
            slow.assertDisconnected(1006);
        }
    }

    @Test
    void whatOvertakes() {
        try (ChannelTest test = ChannelTest.of("room:*", ChatRoom::new)) {
            TestChannel ada = test.join("room:lobby");
            TestChannel bob = test.join("room:lobby");
            test.holdBroadcasts();
            ada.push("say", Map.of("text", "first")).assertReply("ok");
            bob.push("say", Map.of("text", "second")).assertReply("ok");
            bob.assertBroadcast("said", Map.of("text", "second"));
            test.releaseBroadcasts();
            bob.assertBroadcast("said", Map.of("text", "first"));
        }
    }

    @Test
    void theProgramBroadcasts() {
        Endpoint.Builder builder =
                Endpoint.builder()
                        .limits(Limits.DEFAULT.with(Limit.CHANNELS_PER_CONNECTION_MAX, 10))
                        .socket("/socket", socket -> socket.channel("room:*", ChatRoom::new));
        try (ChannelTest test = ChannelTest.of(builder, "/socket")) {
            test.patience(Duration.ofSeconds(5), Duration.ofMillis(50));
            TestChannel room = test.join("room:lobby");
            test.endpoint().broadcast("room:lobby", "notice", Map.of("text", "closing"));
            room.assertBroadcast("notice", Map.of("text", "closing"));
        }
    }

    @Test
    void theWire() {
        Endpoint.Builder builder =
                Endpoint.builder()
                        .socket(
                                "/socket",
                                socket -> socket.channel("conformance:*", ConformanceRoom::new));
        try (Endpoint endpoint = builder.start()) {
            int port = endpoint.address().getPort();
            URI url = URI.create("ws://127.0.0.1:" + port + "/socket/websocket");
            assertThat(Conformance.run(url, System.out)).isZero();
        }
    }
}
