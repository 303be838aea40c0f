package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot work is told when an endpoint is built, and what goes wrong later is logged. */
@Timeout(60)
class MistakesTest {
    private static final Logger LOGGER = Logger.getLogger(Endpoint.class.getName());

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Handler keeper =
            new Handler() {
                @Override
                public void publish(LogRecord entry) {
                    lines.add(entry.getMessage());
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(keeper);
    }

    @AfterEach
    void stopListening() {
        LOGGER.removeHandler(keeper);
    }

    // ---- at build

    private static void assertRefused(String path, Consumer<SocketRoutes> routes, String... words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.builder().socket(path, routes))
                .satisfies(e -> assertThat(e).message().contains(words));
    }

    private static void rooms(SocketRoutes socket) {
        socket.channel("room:*", Filter::new);
    }

    @Test
    void pathsThatNoClientAsksFor() {
        assertRefused("socket", MistakesTest::rooms, "\"/socket\"");
        assertRefused("", MistakesTest::rooms, "\"/\"");
        assertRefused("/socket/websocket", MistakesTest::rooms, "write \"/socket\"");
        assertRefused("/socket/longpoll/", MistakesTest::rooms, "write \"/socket\"");
        assertRefused("/u/{id}", MistakesTest::rooms, "write \"/u/:id\"");
        assertRefused("/socket?vsn=2", MistakesTest::rooms, "\"/socket?vsn=2\"");
        assertRefused("/soc%6Bet", MistakesTest::rooms, "\"/soc%6Bet\"");
        assertRefused("/socket/*", MistakesTest::rooms, "not \"/socket/*\"");
    }

    @Test
    void patternsOfOtherFrameworks() {
        assertRefused("/s", s -> s.channel("room:{id}", Filter::new), "write \"room:*\"");
        assertRefused("/s", s -> s.channel("room:*:x", Filter::new), "write \"room:*\"");
        assertRefused("/s", s -> s.channel("", Filter::new), "topic pattern");
    }

    @ParameterizedTest
    @CsvSource({"*, room:*", "*, room:a", "room:*, room:a", "room:*, room:a:*", "a, a", "a*, a*"})
    void routesThatAreNeverReached(String first, String second) {
        assertRefused(
                "/s",
                socket -> socket.channel(first, Filter::new).channel(second, Filter::new),
                "\"" + second + "\"",
                "\"" + first + "\"");
    }

    @ParameterizedTest
    @CsvSource({"room:a, room:*", "room:*, *", "room:a*, room:b*", "room:*, room", "a, a*"})
    void routesThatAreReached(String first, String second) {
        Endpoint.builder()
                .socket(
                        "/s",
                        socket -> socket.channel(first, Filter::new).channel(second, Filter::new));
    }

    @Test
    void aSocketWithoutChannels() {
        assertRefused("/s", _ -> {}, "/s has no channels", "socket.channel(");
    }

    @ParameterizedTest
    @CsvSource({"/s, /s", "/s, /s/", "/a/b, /a//b", "/u/:id, /u/:name", "/, //"})
    void twoSocketsOfOnePath(String first, String second) {
        Endpoint.Builder builder = Endpoint.builder().socket(first, MistakesTest::rooms);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.socket(second, MistakesTest::rooms))
                .withMessageContaining("two sockets");
    }

    @Test
    void aSecondHttp() {
        Endpoint.Builder builder = Endpoint.builder().http(_ -> HttpAnswer.of(200));
        assertThatIllegalStateException()
                .isThrownBy(() -> builder.http(_ -> HttpAnswer.of(404)))
                .withMessageContaining("question.path()");
    }

    // ---- later

    private Endpoint serve(Consumer<SocketRoutes> routes) {
        return Endpoint.builder()
                .socket("/s", routes)
                .transport(app -> MemoryTransport.start(1, app))
                .start();
    }

    private static MemoryClient connect(Endpoint endpoint, String target, String headers) {
        return ((MemoryTransport) endpoint.transport()).connect(target, headers);
    }

    private static MemoryClient connect(Endpoint endpoint) {
        return connect(endpoint, "/s/websocket?vsn=2.0.0", "");
    }

    private void assertTold(Endpoint endpoint, Mistake mistake, long count, String... words) {
        await().untilAsserted(
                        () ->
                                assertThat(endpoint.stats().mistakes())
                                        .containsEntry(mistake.key(), count));
        await().untilAsserted(
                        () ->
                                assertThat(lines)
                                        .filteredOn(line -> line.contains(mistake.key()))
                                        .isNotEmpty()
                                        .allSatisfy(line -> assertThat(line).contains(words)));
    }

    @Test
    void anUnmatchedTopicIsToldOnceWithTheDeclaredPatterns() {
        try (Endpoint endpoint =
                serve(s -> s.channel("room:*", Filter::new).channel("news", Filter::new))) {
            MemoryClient client = connect(endpoint);
            for (int i = 0; i < 100; i++) {
                String topic = i == 0 ? "rom:\\n\\u0007" + "x".repeat(1_000) : "rom:" + i;
                client.send(Wire.V2.message("1", "" + i, topic, "phx_join", "{}"));
                assertThat(client.next()).contains("unmatched topic");
            }
            assertTold(
                    endpoint,
                    Mistake.UNMATCHED_TOPIC,
                    100,
                    "\"rom:\\n\\u0007xxx",
                    "...\"",
                    "room:*, news");
            assertThat(lines)
                    .filteredOn(line -> line.contains("unmatchedTopic"))
                    .hasSizeLessThan(10)
                    .allSatisfy(line -> assertThat(line).hasSizeLessThan(600));
        }
    }

    @Test
    void aRefusedConnectOrJoinIsTold() {
        try (Endpoint endpoint =
                serve(
                        s ->
                                s.connect(
                                                (params, _) ->
                                                        params.containsKey("user")
                                                                ? ConnectResult.ok()
                                                                : ConnectResult.refused("who?"))
                                        .channel("room:*", () -> new Lab(new Lab.Bench())))) {
            assertThat(connect(endpoint).status()).isEqualTo(403);
            assertTold(endpoint, Mistake.CONNECT_REFUSED, 1, "/s", "who?");
            MemoryClient client = connect(endpoint, "/s/websocket?vsn=2.0.0&user=1", "");
            client.send(Wire.V2.message("1", "1", "room:refused", "phx_join", "{}"));
            assertThat(client.next()).contains("error");
            assertTold(endpoint, Mistake.JOIN_REFUSED, 1, "\"room:refused\"");
        }
    }

    @Test
    void aWrongPathOrOriginIsTold() {
        try (Endpoint endpoint = serve(MistakesTest::rooms)) {
            assertThat(connect(endpoint, "/socket/websocket", "").status()).isEqualTo(404);
            assertTold(endpoint, Mistake.NO_SOCKET, 1, "\"/socket/websocket\"", "/s/websocket");
            assertThat(
                            connect(endpoint, "/s/websocket", "Origin: http://evil.example\r\n")
                                    .status())
                    .isEqualTo(403);
            assertTold(endpoint, Mistake.ORIGIN_REFUSED, 1, "\"http://evil.example\"");
        }
    }

    @Test
    void aMessageThatClosesItsConnectionIsTold() {
        try (Endpoint endpoint = serve(MistakesTest::rooms)) {
            connect(endpoint).send("no JSON");
            assertTold(endpoint, Mistake.UNREADABLE_MESSAGE, 1, "1011");
        }
    }

    @Test
    void anEventOfTheProtocolIsToldAndSent() {
        try (Endpoint endpoint = serve(MistakesTest::rooms)) {
            endpoint.broadcast("room:a", "phx_close", Map.of());
            assertTold(endpoint, Mistake.RESERVED_EVENT, 1, "\"phx_close\"");
        }
    }

    /** Programs are not all checked for nulls. */
    @NullUnmarked
    private static final class Nothing extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return topic.equals("room:null") ? null : JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return null;
        }
    }

    @Test
    void aChannelThatReturnsNullIsTold() {
        try (Endpoint endpoint = serve(s -> s.channel("room:*", Nothing::new))) {
            MemoryClient client = connect(endpoint);
            client.send(Wire.V2.message("1", "1", "room:null", "phx_join", "{}"));
            assertThat(client.next()).contains("join crashed");
            assertTold(endpoint, Mistake.NULL_RETURNED, 1, "join of", "JoinResult.ok()");
            client.send(Wire.V2.message("2", "2", "room:a", "phx_join", "{}"));
            assertThat(client.next()).contains("\"ok\"");
            client.send(Wire.V2.message("2", "3", "room:a", "event", "{}"));
            assertThat(client.next()).contains("phx_error");
            assertThat(endpoint.stats().mistakes()).containsEntry("nullReturned", 2L);
        }
    }

    @Test
    void noClientWritesALineOfTheLog() {
        Logger crashes = Logger.getLogger(Process.class.getName());
        crashes.addHandler(keeper);
        try (Endpoint endpoint = serve(s -> s.channel("room:*", Nothing::new))) {
            MemoryClient client = connect(endpoint);
            // Until it has the second's line to itself.
            await().until(
                            () -> {
                                String topic = "room:\\n\\u001bx";
                                client.send(Wire.V2.message("1", "1", topic, "phx_join", "{}"));
                                assertThat(client.next()).contains("\"ok\"");
                                client.send(Wire.V2.message("1", "2", topic, "an\\nevent", "{}"));
                                assertThat(client.next()).contains("phx_error");
                                return lines.stream().anyMatch(line -> line.contains("event"));
                            });
            assertThat(lines)
                    .filteredOn(line -> line.contains("event"))
                    .allSatisfy(
                            line ->
                                    assertThat(line)
                                            .contains("\"room:\\n\\u001bx\"", "\"an\\nevent\"")
                                            .doesNotContain("\n", "\u001b"));
        } finally {
            crashes.removeHandler(keeper);
        }
    }

    @NullUnmarked
    private static HttpAnswer noAnswer(HttpQuestion question) {
        return null;
    }

    @NullUnmarked
    private static ConnectResult noResult(Map<String, String> params, ConnectInfo info) {
        return null;
    }

    @Test
    void whoConnectsOrAsksAndGetsNullHearsOfAnError() {
        Endpoint endpoint =
                Endpoint.builder()
                        .socket(
                                "/s",
                                s -> s.connect(MistakesTest::noResult).channel("*", Filter::new))
                        .http(MistakesTest::noAnswer)
                        .transport(app -> MemoryTransport.start(1, app))
                        .start();
        try (endpoint) {
            assertThat(connect(endpoint).status()).isEqualTo(500);
            assertTold(endpoint, Mistake.NULL_RETURNED, 1, "connect of /s", "ConnectResult.ok()");
            HttpAnswer answer =
                    ((LocalEndpoint) endpoint).gate().http(HttpQuestion.of("GET", "/x"));
            assertThat(answer.status()).isEqualTo(500);
            assertThat(endpoint.stats().mistakes()).containsEntry("nullReturned", 2L);
        }
    }

    @Test
    void theStartIsTold() {
        try (Endpoint _ = serve(MistakesTest::rooms)) {
            await().until(() -> lines.stream().anyMatch(l -> l.startsWith("listens on ")));
        }
    }

    // ---- where a socket is

    @ParameterizedTest
    @CsvSource({
        "/a/websocket,       101",
        "/a//websocket,      101",
        "//a/websocket/,     101",
        "/a/websocket/x,     404",
        "/a%2Fwebsocket,     404",
        "/A/websocket,       404",
        "/u/1//websocket,    101",
        "/u//websocket,      404",
    })
    void emptySegmentsDoNotCount(String target, int status) {
        try (Endpoint endpoint =
                Endpoint.builder()
                        .socket("/a/", MistakesTest::rooms)
                        .socket("/u/:id", MistakesTest::rooms)
                        .transport(app -> MemoryTransport.start(1, app))
                        .start()) {
            assertThat(connect(endpoint, target + "?vsn=2.0.0", "").status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  /s/websocket,   426",
        "HEAD, /s/websocket/,  426",
        "GET,  /s//websocket,  426",
        "POST, /s/websocket,   404",
        "GET,  /s,             404",
    })
    void whoOpensItInABrowserHearsWhatItIs(String method, String target, int status) {
        try (Endpoint endpoint = serve(MistakesTest::rooms)) {
            HttpAnswer answer =
                    ((LocalEndpoint) endpoint).gate().http(HttpQuestion.of(method, target));
            assertThat(answer.status()).isEqualTo(status);
            if (status == 426) {
                assertThat(answer.header("upgrade")).contains("websocket");
                assertThat(new String(answer.body(), UTF_8)).contains("new Socket(\"/s\")");
            }
        }
    }
}
