package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.myriad.net.Limits;
import dev.myriad.net.NetException;
import dev.myriad.net.Transports;
import dev.myriad.protocol.Payload;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that poll, over real sockets. */
@Timeout(60)
@ParameterizedClass
@EnumSource(
        value = Transports.Kind.class,
        names = {"URING", "NETTY"})
class LongPollTest {
    private static final String ROOM = "room:lobby";
    private static final Duration WINDOW = Duration.ofSeconds(5);

    private final Transports.Kind kind;
    private final Lab.Bench bench = new Lab.Bench();
    private Optional<Endpoint> started = Optional.empty();

    LongPollTest(Transports.Kind kind) {
        this.kind = kind;
    }

    @AfterEach
    void close() {
        bench.gate.release(1_000_000);
        started.ifPresent(Endpoint::close);
    }

    private Endpoint serve(Limits limits, Duration window) {
        return serve(limits, ChannelLimits.DEFAULT, window);
    }

    private Endpoint serve(ChannelLimits limits) {
        return serve(Limits.DEFAULT, limits, WINDOW);
    }

    private Endpoint serve(Limits limits, ChannelLimits channelLimits, Duration window) {
        try {
            Endpoint endpoint =
                    Endpoint.builder()
                            .transport(kind)
                            .shards(2)
                            .limits(limits)
                            .channelLimits(channelLimits)
                            .socket("/socket", socket -> socket(socket).longPoll(window))
                            .socket("/other", socket -> socket(socket).longPoll(window))
                            .socket("/without", this::socket)
                            .socket(
                                    "/users/:user",
                                    socket ->
                                            socket(socket)
                                                    .connect(LongPollTest::guard)
                                                    .longPoll(window))
                            .socket(
                                    "/guarded",
                                    socket ->
                                            socket(socket)
                                                    .connect(LongPollTest::guard)
                                                    .longPoll(window))
                            .start();
            started = Optional.of(endpoint);
            return endpoint;
        } catch (NetException e) {
            assumeTrue(kind != Transports.Kind.URING, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private SocketRoutes socket(SocketRoutes socket) {
        return socket.channel("room:*", () -> new Lab(bench)).channel("news", () -> new Lab(bench));
    }

    private static ConnectResult guard(Map<String, String> params, ConnectInfo info)
            throws InterruptedException {
        String user = info.authToken().orElse(params.getOrDefault("user", ""));
        return switch (user) {
            case "" -> ConnectResult.refused("who are you?");
            case "crash" -> throw new IllegalStateException("planted");
            case "slow" -> {
                Thread.sleep(700); // several windows
                yield ConnectResult.ok();
            }
            default ->
                    ConnectResult.ok(
                                    Map.of(
                                            "user",
                                            user,
                                            "target",
                                            info.request().target(),
                                            "peer",
                                            info.peer().getAddress().getHostAddress()))
                            .id("users:" + user);
        };
    }

    private Endpoint serve() {
        return serve(Limits.DEFAULT, WINDOW);
    }

    private Endpoint endpoint() {
        return started.orElseThrow();
    }

    private String url(String scheme, String path) {
        return scheme + "://127.0.0.1:" + endpoint().address().getPort() + path;
    }

    private Poller client(String path, Wire wire, Poller.Place place) {
        return new Poller(url("http", path + "/longpoll?vsn=" + wire.vsn), wire, place);
    }

    private Poller client() {
        return client("/socket", Wire.V2, Poller.Place.HEADER);
    }

    private Poller joined(String topic) throws Exception {
        Poller client = client().open();
        client.join("1", topic);
        return client;
    }

    private TextSocket webSocket() throws Exception {
        TextSocket socket = new TextSocket(url("ws", "/socket/websocket?vsn=2.0.0"));
        socket.send(Wire.V2.message("1", "1", ROOM, "phx_join", "{}"));
        assertThat(socket.next()).isEqualTo(Wire.V2.reply("1", "1", ROOM, "ok", "{}"));
        return socket;
    }

    private void awaitNobody() {
        await().until(() -> endpoint().stats().longPoll().open() == 0);
        await().until(() -> endpoint().stats().channels() == 0);
        await().until(() -> endpoint().stats().topics() == 0);
    }

    // ---- what works

    @ParameterizedTest
    @CsvSource({"V1, HEADER", "V1, QUERY", "V2, HEADER", "V2, QUERY"})
    void joinsPushesAndHearsReplies(Wire wire, Poller.Place place) throws Exception {
        serve();
        Poller client = client("/socket", wire, place).open();
        client.join("1", ROOM);
        String payload = "{\"text\":\"gr\u00fc\u00dfe \\n \\\"\ud83d\udc4b\\\"\",\"n\":[1,null]}";
        client.post(wire.message("1", "2", ROOM, "echo", payload));
        assertThat(client.next()).isEqualTo(wire.reply("1", "2", ROOM, "ok", payload));
        client.post(wire.message(null, "3", "phoenix", "heartbeat", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply(null, "3", "phoenix", "ok", "{}"));
        client.post(wire.message("1", "4", ROOM, "phx_leave", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply("1", "4", ROOM, "ok", "{}"));
        assertThat(client.next()).isEqualTo(wire.received("1", "1", ROOM, "phx_close", "{}"));
    }

    @Test
    void everyResponseIs200AndTellsItsStatusInTheBody() throws Exception {
        serve(Limits.DEFAULT, Duration.ofMillis(300));
        Poller client = client();
        Poller.Answer opened = client.poll();
        assertThat(opened.http()).isEqualTo(200);
        assertThat(opened.status()).isEqualTo(410);
        assertThat(opened.messages()).isEmpty();
        assertThat(opened.headers().map())
                .containsEntry("content-type", List.of("application/json; charset=utf-8"))
                .containsEntry("access-control-allow-origin", List.of("*"))
                .containsEntry("cache-control", List.of("no-store"));
        client.token = Optional.of(opened.token());
        Poller.Answer nothing = client.poll();
        assertThat(nothing.http()).isEqualTo(200);
        assertThat(nothing.status()).isEqualTo(204);
        assertThat(nothing.token()).isEqualTo(opened.token());
        assertThat(nothing.messages()).isEmpty();
        Poller.Answer posted = client.post(Wire.V2.message("1", "1", ROOM, "phx_join", "{}"));
        assertThat(posted.http()).isEqualTo(200);
        assertThat(posted.status()).isEqualTo(200);
        Poller.Answer messages = client.poll();
        assertThat(messages.status()).isEqualTo(200);
        assertThat(messages.token()).isEqualTo(opened.token());
        assertThat(messages.messages()).containsExactly(Wire.V2.reply("1", "1", ROOM, "ok", "{}"));
    }

    @Test
    void broadcastsGoBetweenClientsOfBothKinds() throws Exception {
        serve();
        Poller poller = joined(ROOM);
        try (TextSocket socket = webSocket()) {
            String hello = Wire.V2.broadcast(ROOM, "msg", "{\"a\":1}");
            socket.send(Wire.V2.message("1", "2", ROOM, "pub", "{\"a\":1}"));
            assertThat(poller.next()).isEqualTo(hello);
            assertThat(List.of(socket.next(), socket.next())).contains(hello);
            poller.post(Wire.V2.message("1", "2", ROOM, "pub", "{\"a\":1}"));
            assertThat(socket.next()).isEqualTo(hello);
            assertThat(List.of(poller.next(), poller.next())).contains(hello);
            poller.post(Wire.V2.message("1", "3", ROOM, "from", "{\"a\":1}"));
            assertThat(socket.next()).isEqualTo(hello);
            assertThat(poller.next()).contains("phx_reply");
            socket.send(Wire.V2.message("1", "4", ROOM, "from", "{\"a\":1}"));
            assertThat(poller.next()).isEqualTo(hello);
            assertThat(socket.next()).contains("phx_reply");
        }
    }

    @Test
    void broadcastsArriveCompleteAndInOrder() throws Exception {
        serve();
        Poller poller = joined(ROOM);
        Thread sender =
                Thread.startVirtualThread(
                        () -> {
                            for (int i = 0; i < 2_000; i++) {
                                endpoint().broadcast(ROOM, "n", Map.of("i", i));
                            }
                        });
        for (int i = 0; i < 2_000; i++) {
            assertThat(poller.next()).isEqualTo(Wire.V2.broadcast(ROOM, "n", "{\"i\":" + i + "}"));
        }
        sender.join();
    }

    @Test
    void linesAreMessagesAndThoseThatAreNotJsonAreBinary() throws Exception {
        serve();
        Poller poller = joined(ROOM);
        try (TextSocket socket = webSocket()) {
            byte[] push = "\0\1\1\12\3".concat("12" + ROOM + "pub").getBytes(UTF_8);
            byte[] binary = new byte[push.length + 2];
            System.arraycopy(push, 0, binary, 0, push.length);
            binary[push.length] = (byte) 0xFF;
            Poller.Answer answer =
                    poller.lines(
                            List.of(
                                    Wire.V2.message("1", "2", ROOM, "echo", "{\"first\":1}"),
                                    Base64.getEncoder().encodeToString(binary),
                                    "",
                                    Wire.V2.message("1", "3", ROOM, "echo", "{\"last\":1}\r")));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(poller.next())
                    .isEqualTo(Wire.V2.reply("1", "2", ROOM, "ok", "{\"first\":1}"));
            assertThat(poller.next()).isEqualTo(Wire.V2.reply("1", "2", ROOM, "ok", "{}"));
            assertThat(poller.next())
                    .isEqualTo(Wire.V2.reply("1", "3", ROOM, "ok", "{\"last\":1}"));
            assertThat(socket.next()).startsWith("020a03").endsWith("6d7367ff00");
        }
        assertThat(endpoint().stats().longPoll().binaryDropped()).isEqualTo(1);
    }

    @Test
    void ofTwoPollsTheLaterGetsTheMessages() throws Exception {
        serve(Limits.DEFAULT, Duration.ofSeconds(2));
        Poller client = joined(ROOM);
        CompletableFuture<Poller.Answer> first = client.pollLater();
        await().until(() -> endpoint().stats().longPoll().polls() >= 2);
        CompletableFuture<Poller.Answer> second = client.pollLater();
        await().until(() -> endpoint().stats().longPoll().polls() >= 3);
        await().pollDelay(Duration.ofMillis(50))
                .until(() -> !first.isDone()); // both have begun to wait
        endpoint().broadcast(ROOM, "n", Map.of());
        assertThat(second.get(10, TimeUnit.SECONDS).messages())
                .containsExactly(Wire.V2.broadcast(ROOM, "n", "{}"));
        assertThat(first.get(10, TimeUnit.SECONDS).status()).isEqualTo(204);
    }

    @Test
    void theSocketKnowsParamsTokenAndPeerOfTheFirstRequest() throws Exception {
        serve();
        String target = "/guarded/longpoll?vsn=2.0.0&a=%20b";
        Poller client = new Poller(url("http", target), Wire.V2, Poller.Place.HEADER);
        Poller.Answer opened =
                Poller.ask(client.request().header("X-Phoenix-AuthToken", "ada").GET().build());
        client.token = Optional.of(opened.token());
        client.join("1", ROOM);
        client.post(Wire.V2.message("1", "2", ROOM, "who", "{}"));
        assertThat(client.next())
                .contains("\"user\":\"ada\"")
                .contains("\"target\":\"" + target + "\"")
                .contains("\"peer\":\"127.0.0.1\"");
        client.post(Wire.V2.message("1", "3", ROOM, "id", "{}"));
        assertThat(client.next()).contains("users:ada");
    }

    // ---- who is refused

    @Test
    void itIsServedOnlyWhereItIsAskedFor() throws Exception {
        serve();
        assertThat(client("/without", Wire.V2, Poller.Place.HEADER).poll().http()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "/guarded/longpoll?vsn=2.0.0,             403",
        "/guarded/longpoll?vsn=2.0.0&user=crash,  500",
        "/guarded/longpoll?vsn=2.0.0&user=ada,    410",
        "/socket/longpoll?vsn=3.0.0,              403",
        "/socket/longpoll?x=1,                    410"
    })
    void whoMayConnectIsAskedAsForWebSockets(String target, int status) throws Exception {
        serve();
        Poller.Answer answer = new Poller(url("http", target), Wire.V2, Poller.Place.HEADER).poll();
        assertThat(answer.http()).isEqualTo(200);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(endpoint().stats().longPoll().open()).isEqualTo(status == 410 ? 1 : 0);
    }

    @Test
    void aConnectThatTakesLongIsNoSilence() throws Exception {
        serve(Limits.DEFAULT, Duration.ofMillis(200));
        Poller client =
                new Poller(
                                url("http", "/guarded/longpoll?vsn=2.0.0&user=slow"),
                                Wire.V2,
                                Poller.Place.HEADER)
                        .open();
        assertThat(client.poll().status()).isEqualTo(204);
    }

    @Test
    void aPathHasParametersAsForWebSockets() throws Exception {
        serve();
        for (String user : List.of("ada", "bob")) {
            Poller client =
                    new Poller(
                                    url("http", "/users/" + user + "/longpoll?vsn=2.0.0"),
                                    Wire.V2,
                                    Poller.Place.HEADER)
                            .open();
            client.join("1", ROOM);
            endpoint().disconnect("users:" + user);
            await().until(() -> client.post("[]").status() == 410);
        }
    }

    @Test
    void sessionsAreAdmittedAtTheRateOfWebSockets() throws Exception {
        serve(ChannelLimits.DEFAULT.withConnectsPerSecondMax(1));
        String target = "/socket/longpoll?vsn=2.0.0";
        await().until(
                        () ->
                                new Poller(url("http", target), Wire.V2, Poller.Place.HEADER)
                                                .poll()
                                                .http()
                                        == 503);
        assertThat(endpoint().stats().limits().get("connectsPerSecondMax")).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"http://127.0.0.1, 410", "http://127.0.0.1:4000, 410", "http://evil.com, 403"})
    void theOriginIsCheckedAsForWebSockets(String origin, int status) throws Exception {
        serve();
        Poller.Answer answer =
                Poller.ask(client().request().header("Origin", origin).GET().build());
        assertThat(answer.http()).isEqualTo(200);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("*");
    }

    @Test
    void aPreflightIsAnswered() throws Exception {
        serve();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url("http", "/socket/longpoll")))
                        .header("Origin", "http://evil.com")
                        .header("Access-Control-Request-Method", "POST")
                        .header("Access-Control-Request-Headers", "content-type,x-a")
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                        .build();
        Poller.Answer answer = Poller.ask(request);
        assertThat(answer.http()).isEqualTo(200);
        assertThat(answer.headers().map())
                .containsEntry("access-control-allow-origin", List.of("*"))
                .containsEntry("access-control-allow-methods", List.of("GET, POST, OPTIONS"))
                .containsEntry("access-control-allow-headers", List.of("content-type,x-a"))
                .containsEntry("access-control-max-age", List.of("3600"));
        HttpRequest put = HttpRequest.newBuilder(request.uri()).DELETE().build();
        assertThat(Poller.ask(put).http()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "x", "SFMyNTY.g20AAAAB.AAAA"})
    void aTokenThatWasNotSignedHereOpensNothing(String forged) throws Exception {
        serve();
        Poller client = client("/socket", Wire.V2, Poller.Place.QUERY);
        client.token = Optional.of(forged);
        assertThat(client.post("[]").status()).isEqualTo(410);
        Poller.Answer answer = client.poll();
        assertThat(answer.status()).isEqualTo(410);
        assertThat(answer.token()).isNotEqualTo(forged);
    }

    @Test
    void aTokenIsGoodForItsOwnSocketAndUnchanged() throws Exception {
        serve();
        Poller client = joined(ROOM);
        String token = client.token.orElseThrow();
        Poller other = client("/other", Wire.V2, Poller.Place.HEADER);
        other.token = Optional.of(token);
        assertThat(other.post("[]").status()).isEqualTo(410);
        assertThat(other.poll().status()).isEqualTo(410);
        int middle = token.length() / 2;
        char changed = token.charAt(middle) == 'A' ? 'B' : 'A';
        client.token =
                Optional.of(token.substring(0, middle) + changed + token.substring(middle + 1));
        assertThat(client.post("[]").status()).isEqualTo(410);
    }

    // ---- limits

    @Test
    void aFullServerRefusesFurtherSessions() throws Exception {
        serve(Limits.DEFAULT.withConnectionsMax(4), WINDOW);
        List<Poller> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(client().open());
        }
        Poller.Answer refused = client().poll();
        assertThat(refused.http()).isEqualTo(503);
        assertThat(refused.status()).isZero();
        assertThat(refused.headers().firstValue("access-control-allow-origin")).hasValue("*");
        assertThat(endpoint().stats().longPoll().refused()).isEqualTo(1);
        assertThat(clients.getFirst().post("{").status()).isEqualTo(410); // that one is over
        client().open();
    }

    @Test
    void anAddressMayHaveOnlySoManySessions() throws Exception {
        serve(Limits.DEFAULT.withConnectionsPerAddressMax(2), WINDOW);
        client().open();
        Poller second = client().open();
        assertThat(client().poll().http()).isEqualTo(429);
        assertThat(second.post("{").status()).isEqualTo(410);
        client().open();
    }

    @Test
    void whoDoesNotFetchItsMessagesIsGivenUp() throws Exception {
        serve();
        Poller client = joined(ROOM);
        Map<String, String> large = Map.of("text", "x".repeat(100_000));
        for (int i = 0; i < 11; i++) {
            assertThat(bench.ends).isEmpty();
            endpoint().broadcast(ROOM, "n", large);
        }
        assertThat(bench.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(ROOM + " closed");
        assertThat(client.poll().status()).isEqualTo(410);
    }

    @Test
    void moreLinesThanAClientSendsAreNotTaken() throws Exception {
        serve(Limits.DEFAULT, Duration.ofMillis(300));
        Poller client = joined(ROOM);
        String line = Wire.V2.message("1", "2", ROOM, "count", "{}");
        assertThat(client.lines(Collections.nCopies(101, line)).status()).isEqualTo(413);
        assertThat(client.poll().status()).isEqualTo(204);
        assertThat(client.lines(Collections.nCopies(100, line)).status()).isEqualTo(200);
        for (int i = 1; i <= 100; i++) {
            assertThat(client.next()).contains("{\"count\":" + i + "}");
        }
    }

    @Test
    void aBodyThatIsTooLongIsNotRead() throws Exception {
        serve();
        Poller client = joined(ROOM);
        assertThat(client.post("x".repeat((1 << 20) + 1)).http()).isEqualTo(413);
    }

    @Test
    void aBodyThatDoesNotComeIsNotWaitedFor() throws Exception {
        Limits quick =
                new Limits(100, 0, 1 << 20, 1 << 20, 8 << 10, 64, 1 << 20, 1 << 20, 300, 0, 2_000);
        serve(quick, WINDOW);
        try (Socket socket = new Socket()) {
            socket.connect(endpoint().address());
            socket.getOutputStream()
                    .write(
                            "POST /socket/longpoll HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n["
                                    .getBytes(US_ASCII));
            socket.setSoTimeout(10_000);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    // ---- ends

    @ParameterizedTest
    @ValueSource(strings = {"{", "[1,2,3]", "!", "\0"})
    void whatIsNoMessageEndsTheSession(String text) throws Exception {
        serve();
        Poller client = joined(ROOM);
        assertThat(client.lines(List.of(text)).status()).isEqualTo(410);
        assertThat(bench.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(ROOM + " closed");
        assertThat(client.post("[]").status()).isEqualTo(410);
    }

    @Test
    void whoDoesNotPollIsGone() throws Exception {
        serve(Limits.DEFAULT, Duration.ofMillis(200));
        Poller client = joined(ROOM);
        assertThat(bench.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(ROOM + " closed");
        assertThat(client.post("[]").status()).isEqualTo(410);
        awaitNobody();
        assertThat(client.poll().status()).isEqualTo(410);
    }

    @Test
    void aDisconnectByIdCutsThePollAndTheChannels() throws Exception {
        serve();
        Poller client =
                new Poller(
                                url("http", "/guarded/longpoll?vsn=2.0.0&user=ada"),
                                Wire.V2,
                                Poller.Place.HEADER)
                        .open();
        client.join("1", ROOM);
        CompletableFuture<Poller.Answer> polling = client.pollLater();
        await().until(() -> endpoint().stats().longPoll().polls() >= 2);
        endpoint().disconnect("users:ada");
        assertThat(polling.get(3, TimeUnit.SECONDS).status()).isIn(410, 500);
        assertThat(bench.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(ROOM + " closed");
        assertThat(client.post("[]").status()).isEqualTo(410);
    }

    @Test
    void whatWasSentBeforeTheEndCanStillBeFetched() throws Exception {
        serve();
        Poller client = joined(ROOM);
        String last = Wire.V2.message("1", "2", "room:none", "phx_leave", "{}");
        assertThat(client.lines(List.of(last, "[")).status()).isEqualTo(410);
        assertThat(bench.ends.poll(10, TimeUnit.SECONDS)).isEqualTo(ROOM + " closed");
        assertThat(client.poll().messages())
                .containsExactly(Wire.V2.reply("1", "2", "room:none", "ok", "{}"));
        awaitNobody();
        assertThat(client.poll().status()).isEqualTo(410);
    }

    @Test
    void anEndpointThatClosesEndsItsSessions() throws Exception {
        Endpoint endpoint = serve();
        joined(ROOM);
        joined("room:other");
        endpoint.close();
        assertThat(List.of(bench.ends.take(), bench.ends.take()))
                .containsExactlyInAnyOrder(ROOM + " closed", "room:other closed");
        awaitNobody();
    }

    @Test
    void aWindowIsATime() {
        assertThatThrownBy(() -> new SocketRoutes(SocketPath.parse("/s")).longPoll(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- all at once

    @Test
    void manyClientsComeHearAllAndGo() throws Exception {
        serve(Limits.DEFAULT, Duration.ofMillis(500));
        int clients = 20;
        int messages = 300;
        List<Thread> threads = new ArrayList<>();
        List<Throwable> faults = Collections.synchronizedList(new ArrayList<>());
        for (int c = 0; c < clients; c++) {
            boolean leaves = c % 2 == 0;
            threads.add(
                    Thread.startVirtualThread(
                            () -> {
                                try {
                                    hearAll(messages, leaves);
                                } catch (Throwable fault) {
                                    faults.add(fault);
                                }
                            }));
        }
        await().until(() -> endpoint().stats().joins() == clients || !faults.isEmpty());
        Payload empty = Payload.json("{}".getBytes(UTF_8), JacksonCodec.SHARED);
        for (int i = 0; i < messages; i++) {
            endpoint().broadcast(ROOM, "n" + i, empty);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(faults).isEmpty();
        awaitNobody();
    }

    private void hearAll(int messages, boolean leaves) throws Exception {
        Poller client = joined(ROOM);
        for (int i = 0; i < messages; i++) {
            assertThat(client.next()).isEqualTo(Wire.V2.broadcast(ROOM, "n" + i, "{}"));
        }
        if (leaves) {
            client.post(Wire.V2.message("1", "2", ROOM, "phx_leave", "{}"));
            assertThat(client.next()).contains("phx_reply");
            assertThat(client.next()).contains("phx_close");
        }
    }
}
