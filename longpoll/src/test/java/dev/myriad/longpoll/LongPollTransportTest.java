package dev.myriad.longpoll;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.Drain;
import dev.myriad.net.Group;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import dev.myriad.net.NetConfig;
import dev.myriad.net.NetException;
import dev.myriad.net.NetStats;
import dev.myriad.net.TestClient;
import dev.myriad.net.Transport;
import dev.myriad.net.Transports;
import dev.myriad.protocol.RequestHead;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What polling adds to a transport, byte by byte. */
@Timeout(60)
@ParameterizedClass
@EnumSource(
        value = Transports.Kind.class,
        names = {"URING", "NETTY"})
class LongPollTransportTest {
    private static final Map<String, Duration> WINDOWS =
            Map.of(
                    "/echo/longpoll", Duration.ofSeconds(20),
                    "/later/longpoll", Duration.ofSeconds(20),
                    "/quick/longpoll", Duration.ofSeconds(1),
                    "/closed/longpoll", Duration.ofSeconds(20));

    private final EchoApplication application = new EchoApplication();
    private final Transports.Kind kind;
    private Optional<LongPollTransport> started = Optional.empty();

    LongPollTransportTest(Transports.Kind kind) {
        this.kind = kind;
    }

    private LongPollTransport serve() {
        return serve(Limits.DEFAULT);
    }

    private LongPollTransport serve(Limits limits) {
        NetConfig config = new NetConfig("127.0.0.1", 0, 2, limits);
        try {
            LongPollTransport transport =
                    LongPollTransport.start(
                            LongPollTransportTest::route,
                            limits,
                            config.memory(),
                            application,
                            inner -> Transports.start(kind, config, inner));
            started = Optional.of(transport);
            return transport;
        } catch (NetException e) {
            Assumptions.assumeTrue(kind != Transports.Kind.URING, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private static Optional<LongPollRoute> route(RequestHead request) {
        return Optional.ofNullable(WINDOWS.get(request.path()))
                .map(window -> new LongPollRoute(request.path(), new LongPollOptions(window)));
    }

    @AfterEach
    void close() {
        started.ifPresent(transport -> transport.close(50));
    }

    // ---- tokens

    @Test
    void tokensAreOf128RandomBits() {
        LongPollTransport transport = serve();
        Set<String> tokens = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            PollingClient client = PollingClient.connect(transport, "/echo/longpoll");
            String token = String.valueOf(client.poll().token());
            assertThat(token).matches("[A-Za-z0-9_-]{22}");
            tokens.add(token);
            client.close();
        }
        assertThat(tokens).hasSize(200);
        for (int at = 0; at < 21; at++) { // the last character has but two bits
            int column = at;
            assertThat(tokens.stream().map(token -> token.charAt(column)).distinct().count())
                    .isGreaterThan(40); // of 64; fewer than that in 200 is not to be expected
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "x", "AAAAAAAAAAAAAAAAAAAAAA"})
    void aTokenOfNoSessionOpensNoneButANewOne(String guessed) {
        PollingClient client = PollingClient.connect(serve(), "/echo/longpoll");
        client.token = guessed;
        assertThat(client.post("", "hello".getBytes(UTF_8))).isEqualTo(410);
        PollingClient.Body opened = client.poll();
        assertThat(opened.status()).isEqualTo(410);
        assertThat(opened.token()).isNotEqualTo(guessed);
    }

    @Test
    void aTokenIsGoodForThePathThatGaveItAndUnchanged() {
        LongPollTransport transport = serve();
        PollingClient client = PollingClient.open(transport, "/echo/longpoll");
        PollingClient other = PollingClient.connect(transport, "/quick/longpoll");
        other.token = client.token;
        assertThat(other.post("", "hello".getBytes(UTF_8))).isEqualTo(410);
        assertThat(other.poll().status()).isEqualTo(410);
        for (int at : List.of(0, 11, 20)) {
            char changed = client.token.charAt(at) == 'A' ? 'B' : 'A';
            other = PollingClient.connect(transport, "/echo/longpoll");
            other.token = client.token.substring(0, at) + changed + client.token.substring(at + 1);
            assertThat(other.post("", "hello".getBytes(UTF_8))).isEqualTo(410);
        }
        client.text("hello");
        assertThat(client.nextText()).isEqualTo("hello");
    }

    @Test
    void aTokenMayStandInTheQueryAndTheHeaderGoesFirst() {
        LongPollTransport transport = serve();
        PollingClient client = PollingClient.open(transport, "/echo/longpoll");
        client.text("one");
        TestClient raw = TestClient.connect(transport.address());
        raw.write(
                "GET /echo/longpoll?token="
                        + client.token
                        + " HTTP/1.1\r\nhost: x\r\n\r\n"
                        + "GET /echo/longpoll?token="
                        + client.token
                        + " HTTP/1.1\r\nhost: x\r\n"
                        + "x-phoenix-longpoll-token: other\r\n\r\n");
        PollingClient.Body first = PollingClient.body(raw.readResponse(false));
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.messages()).containsExactly("one");
        assertThat(PollingClient.body(raw.readResponse(false)).status()).isEqualTo(410);
    }

    // ---- requests

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        PollingClient client = PollingClient.open(serve(), "/echo/longpoll");
        String head = " /echo/longpoll HTTP/1.1\r\nhost: x\r\nx-phoenix-longpoll-token: ";
        String poll = "GET" + head + client.token + "\r\n\r\n";
        String post = "POST" + head + client.token + "\r\ncontent-length: 2\r\n\r\n";
        TestClient.Response first = client.exchange(post + "m1" + poll + post + "m2" + poll);
        assertThat(PollingClient.body(first).status()).isEqualTo(200);
        assertThat(PollingClient.body(client.exchange("")).messages()).containsExactly("m1");
        assertThat(PollingClient.body(client.exchange("")).status()).isEqualTo(200);
        assertThat(PollingClient.body(client.exchange("")).messages()).containsExactly("m2");
    }

    @Test
    void whatIsNoPollGoesToTheApplication() {
        LongPollTransport transport = serve();
        PollingClient client = PollingClient.open(transport, "/echo/longpoll");
        String hello = "GET /hello HTTP/1.1\r\nhost: x\r\n\r\n";
        assertThat(client.exchange(hello).body()).isEqualTo("/hello");
        client.text("between");
        assertThat(client.nextText()).isEqualTo("between");
        try (TestClient socket = TestClient.open(transport.address(), "/echo")) {
            socket.text("by WebSocket");
            assertThat(socket.nextText()).isEqualTo("by WebSocket");
        }
        try (TestClient socket = TestClient.connect(transport.address())) {
            socket.write(TestClient.upgradeRequest("/echo/longpoll"));
            assertThat(socket.readResponse(false).status()).isEqualTo(404);
        }
    }

    /** RFC 9112: the same answer for the same request, at any place of a connection. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET http://x/echo/longpoll HTTP/1.1_host: other__      | 200",
                "_GET /echo/longpoll HTTP/1.1_host: x__                 | 200",
                "GET /echo/longpoll HTTP/1.1__                          | 400",
                "GET /echo/longpoll HTTP/1.1_host: x_host: y__          | 400",
                "GET /echo/longpoll HTTP/1.1_host: x:abc__              | 400",
                "GET  /echo/longpoll HTTP/1.1_host: x__                 | 400",
                "GET /echo/longpoll HTTP/1.1_host: x_a: b_ c__          | 400",
                "GET /echo/longpoll HTTP/2.0_host: x__                  | 505"
            })
    void aPollIsHeldToTheRulesOfHttpWhereverItStands(String text, int status) {
        LongPollTransport transport = serve();
        String request = text.replace("_", "\r\n");
        String hello = "GET /hello HTTP/1.1\r\nhost: x\r\n\r\n";
        try (TestClient first = TestClient.connect(transport.address());
                TestClient later = TestClient.connect(transport.address());
                TestClient pipelined = TestClient.connect(transport.address())) {
            first.write(request);
            assertThat(first.readResponse(false).status()).isEqualTo(status);
            later.write(hello);
            assertThat(later.readResponse(false).status()).isEqualTo(200);
            later.write(request);
            assertThat(later.readResponse(false).status()).isEqualTo(status);
            pipelined.write(hello + request);
            assertThat(pipelined.readResponse(false).status()).isEqualTo(200);
            assertThat(pipelined.readResponse(false).status()).isEqualTo(status);
        }
    }

    @Test
    void aConnectionThatPolledMayUpgrade() {
        LongPollTransport transport = serve();
        try (TestClient client = TestClient.connect(transport.address())) {
            client.write("GET /echo/longpoll HTTP/1.1\r\nhost: x\r\n\r\n");
            assertThat(PollingClient.body(client.readResponse(false)).status()).isEqualTo(410);
            client.upgrade("/echo");
            client.text("better");
            assertThat(client.nextText()).isEqualTo("better");
        }
    }

    @Test
    void aPreflightIsAnswered() {
        PollingClient client = PollingClient.connect(serve(), "/echo/longpoll");
        String asked = "access-control-request-headers: content-type,x-a\r\n";
        TestClient.Response answer = client.request("OPTIONS", asked, new byte[0]);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("access-control-allow-origin", "*")
                .containsEntry("access-control-allow-methods", "GET, POST, OPTIONS")
                .containsEntry("access-control-allow-headers", "content-type,x-a")
                .containsEntry("access-control-max-age", "3600");
        assertThat(client.request("DELETE", "", new byte[0]).status()).isEqualTo(400);
    }

    // ---- who gets in

    @Test
    void aRefusalIsToldAsPhoenixTellsIt() {
        LongPollTransport transport = serve();
        PollingClient client = PollingClient.connect(transport, "/closed/longpoll");
        assertThat(client.poll()).isEqualTo(new PollingClient.Body(403, null, null));
        assertThat(transport.longPollStats().refused()).isEqualTo(1);
        assertThat(transport.longPollStats().open()).isZero();
    }

    @Test
    void anApplicationThatDoesNotAnswerIsNotWaitedForForEver() {
        LongPollTransport transport = serve(Limits.DEFAULT.with(Limit.HANDSHAKE_MILLIS, 300));
        PollingClient client = PollingClient.connect(transport, "/later/longpoll");
        assertThat(client.request("GET", "", new byte[0]).status()).isEqualTo(408);
        application.acceptThoseWhoWait();
        assertThat(transport.longPollStats().open()).isZero();
        assertThat(transport.longPollStats().opened()).isZero();
    }

    @Test
    void whoWaitsForTheApplicationIsLetInWhenItAnswers() {
        LongPollTransport transport = serve();
        PollingClient client = PollingClient.connect(transport, "/later/longpoll");
        CompletableFuture<PollingClient.Body> opening =
                CompletableFuture.supplyAsync(client::poll, Thread::startVirtualThread);
        await().until(() -> application.waiting() == 1);
        assertThat(transport.longPollStats().open()).isEqualTo(1);
        assertThat(transport.longPollStats().opened()).isZero();
        application.acceptThoseWhoWait();
        assertThat(opening.orTimeout(20, TimeUnit.SECONDS).join().status()).isEqualTo(410);
        assertThat(transport.longPollStats().opened()).isEqualTo(1);
    }

    @Test
    void whileItDrainsNobodyIsLetInAndThoseWhoAreInAreServed() throws Exception {
        LongPollTransport transport = serve();
        PollingClient staying = PollingClient.open(transport, "/echo/longpoll");
        for (int i = 0; i < 9; i++) {
            PollingClient.open(transport, "/echo/longpoll").close();
        }
        TestClient late = TestClient.connect(transport.address());
        PollingClient lateToPoll = PollingClient.connect(transport, "/echo/longpoll");
        assertThat(lateToPoll.exchange("GET /hello HTTP/1.1\r\nhost: x\r\n\r\n").status())
                .isEqualTo(200);
        CompletableFuture<Void> told =
                CompletableFuture.runAsync(staying::awaitEnd, Thread::startVirtualThread);
        Drain slow = new Drain(2, 1_500, 20_000, _ -> {});
        Thread closing = Thread.startVirtualThread(() -> transport.close(slow));
        await().until(() -> application.closed() > 0);
        late.write(TestClient.upgradeRequest("/echo"));
        assertThat(late.readResponse(false).status()).isEqualTo(503);
        assertThat(lateToPoll.request("GET", "", new byte[0]).status()).isEqualTo(503);
        assertThat(transport.stats().open()).isZero();
        told.orTimeout(20, TimeUnit.SECONDS).join();
        closing.join();
        assertThat(application.closed()).isEqualTo(10);
        assertThat(transport.longPollStats().open()).isZero();
    }

    /** Another transport that notes the drain by which it is closed. */
    private record Noted(Transport transport, AtomicReference<Drain> drain) implements Transport {
        @Override
        public String name() {
            return transport.name();
        }

        @Override
        public String reason() {
            return transport.reason();
        }

        @Override
        public InetSocketAddress address() {
            return transport.address();
        }

        @Override
        public Group group() {
            return transport.group();
        }

        @Override
        public NetStats stats() {
            return transport.stats();
        }

        @Override
        public void close(Drain by) {
            drain.set(by);
            transport.close(by);
        }
    }

    @Test
    void theDrainOfBothHasOneDeadline() {
        AtomicReference<Drain> drain = new AtomicReference<>();
        LongPollTransport transport =
                LongPollTransport.start(
                        LongPollTransportTest::route,
                        Limits.DEFAULT,
                        Memory.of(Limits.DEFAULT),
                        application,
                        inner ->
                                new Noted(
                                        Transports.start(
                                                Transports.Kind.AUTO,
                                                new NetConfig("127.0.0.1", 0, 1, Limits.DEFAULT),
                                                inner),
                                        drain));
        for (int i = 0; i < 3; i++) {
            PollingClient.open(transport, "/echo/longpoll").close();
        }
        transport.close(
                new Drain(1, 1_000, 100, _ -> {})); // three would take more than two seconds
        assertThat(drain.get().deadlineMillis()).isLessThan(200);
    }

    // ---- silence

    @Test
    void whoDoesNotPollIsForgotten() {
        LongPollTransport transport = serve();
        PollingClient client = PollingClient.open(transport, "/quick/longpoll");
        PollingClient other = PollingClient.open(transport, "/echo/longpoll");
        await().until(() -> application.closed() == 1);
        assertThat(client.post("", "hello".getBytes(UTF_8))).isEqualTo(410);
        other.text("longer windows are not affected");
        assertThat(other.nextText()).isEqualTo("longer windows are not affected");
        assertThat(transport.longPollStats().open()).isEqualTo(1);
    }

    @Test
    void whoPollsStays() {
        PollingClient client = PollingClient.open(serve(), "/quick/longpoll");
        for (int i = 0; i < 4; i++) {
            assertThat(client.poll().status()).isEqualTo(204);
        }
    }

    @Test
    void aWindowIsATime() {
        assertThatThrownBy(() -> LongPollOptions.DEFAULT.window(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not wait");
    }
}
