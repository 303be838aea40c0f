package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Transports;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which clients that poll are refused, and what is too much of them. */
@Timeout(60)
@ParameterizedClass
@EnumSource(
        value = Transports.Kind.class,
        names = {"URING", "NETTY"})
class LongPollRefusalTest {
    private static final String ROOM = PollingServer.ROOM;

    private final PollingServer server;

    LongPollRefusalTest(Transports.Kind kind) {
        server = new PollingServer(kind);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void itIsServedOnlyWhereItIsAskedFor() throws Exception {
        server.serve();
        assertThat(server.client("/without", Wire.V2, Poller.Place.HEADER).poll().http())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "/guarded/longpoll?vsn=2.0.0,             403",
        "/guarded/longpoll?vsn=2.0.0&user=crash,  500",
        "/guarded/longpoll?vsn=2.0.0&user=ada,    410",
        "/socket/longpoll?vsn=3.0.0,              403",
        "/socket/longpoll?x=1,                    410",
        "/socket//longpoll?vsn=2.0.0,             410",
        "//guarded/longpoll/?vsn=2.0.0,           403"
    })
    void whoMayConnectIsAskedAsForWebSockets(String target, int status) throws Exception {
        server.serve();
        Poller.Answer answer =
                new Poller(server.url("http", target), Wire.V2, Poller.Place.HEADER).poll();
        assertThat(answer.http()).isEqualTo(200);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(server.endpoint().stats().longPoll().open()).isEqualTo(status == 410 ? 1 : 0);
    }

    @Test
    void aConnectThatTakesLongIsNoSilence() throws Exception {
        server.serve(Duration.ofSeconds(1));
        Poller client = server.guarded("slow").open();
        assertThat(client.poll().status()).isEqualTo(204);
    }

    @Test
    void aPathHasParametersAsForWebSockets() throws Exception {
        server.serve();
        for (String user : List.of("ada", "bob")) {
            Poller client =
                    new Poller(
                                    server.url("http", "/users/" + user + "/longpoll?vsn=2.0.0"),
                                    Wire.V2,
                                    Poller.Place.HEADER)
                            .open();
            client.join("1", ROOM);
            server.endpoint().disconnect("users:" + user);
            await().until(() -> client.post("[]").status() == 410);
        }
    }

    @Test
    void sessionsAreAdmittedAtTheRateOfWebSockets() throws Exception {
        server.serve(
                PollingServer.WINDOW,
                endpoint -> endpoint.limits(Limits.DEFAULT.with(Limit.CONNECTS_PER_SECOND_MAX, 1)));
        String target = "/socket/longpoll?vsn=2.0.0";
        await().until(
                        () ->
                                new Poller(server.url("http", target), Wire.V2, Poller.Place.HEADER)
                                                .poll()
                                                .http()
                                        == 503);
        assertThat(server.endpoint().stats().limits().get("connectsPerSecondMax")).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"http://127.0.0.1, 410", "http://127.0.0.1:4000, 410", "http://evil.com, 403"})
    void theOriginIsCheckedAsForWebSockets(String origin, int status) throws Exception {
        server.serve();
        Poller.Answer answer =
                Poller.ask(server.client().request().header("Origin", origin).GET().build());
        assertThat(answer.http()).isEqualTo(200);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("*");
    }

    @Test
    void aTokenIsGoodForItsOwnSocket() throws Exception {
        server.serve();
        Poller client = server.joined(ROOM);
        String token = client.token.orElseThrow();
        Poller other = server.client("/other", Wire.V2, Poller.Place.HEADER);
        other.token = Optional.of(token);
        assertThat(other.post("[]").status()).isEqualTo(410);
        assertThat(other.poll().status()).isEqualTo(410);
    }

    @Test
    void aFullServerRefusesFurtherSessions() throws Exception {
        server.serve(Limits.DEFAULT.with(Limit.CONNECTIONS_MAX, 4));
        List<Poller> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(server.client().open());
        }
        Poller.Answer refused = server.client().poll();
        assertThat(refused.http()).isEqualTo(503);
        assertThat(refused.status()).isZero();
        assertThat(refused.headers().firstValue("access-control-allow-origin")).hasValue("*");
        assertThat(server.endpoint().stats().longPoll().refused()).isEqualTo(1);
        assertThat(exceeded("connectionsMax")).isEqualTo(1);
        assertThat(clients.getFirst().post("{").status()).isEqualTo(410); // that one is over
        server.client().open();
    }

    @Test
    void anAddressMayHaveOnlySoManySessions() throws Exception {
        server.serve(Limits.DEFAULT.with(Limit.CONNECTIONS_PER_ADDRESS_MAX, 2));
        server.client().open();
        Poller second = server.client().open();
        assertThat(server.client().poll().http()).isEqualTo(429);
        assertThat(exceeded("connectionsPerAddressMax")).isEqualTo(1);
        assertThat(second.post("{").status()).isEqualTo(410);
        server.client().open();
    }

    @Test
    void whoDoesNotFetchItsMessagesIsGivenUp() throws Exception {
        server.serve();
        Poller client = server.joined(ROOM);
        Map<String, String> large = Map.of("text", "x".repeat(100_000));
        for (int i = 0; i < 11; i++) {
            assertThat(server.bench.ends).isEmpty();
            server.endpoint().broadcast(ROOM, "n", large);
        }
        assertThat(server.bench.ends.poll(30, TimeUnit.SECONDS)).isEqualTo(ROOM + " closed");
        assertThat(client.poll().status()).isEqualTo(500);
        assertThat(exceeded("outboundBytesMax")).isEqualTo(1);
    }

    @Test
    void whoSendsTooLongAMessageIsCutOff() throws Exception {
        server.serve(Limits.DEFAULT.with(Limit.MESSAGE_BYTES_MAX, 100));
        Poller client = server.joined(ROOM);
        String text = Wire.V2.message("1", "2", ROOM, "echo", "{\"a\":\"" + "x".repeat(99) + "\"}");
        assertThat(client.post(text).status()).isEqualTo(410);
        assertThat(server.bench.ends.poll(30, TimeUnit.SECONDS)).isEqualTo(ROOM + " closed");
        assertThat(exceeded("messageBytesMax")).isEqualTo(1);
    }

    private long exceeded(String limit) {
        return server.endpoint().stats().longPoll().limits().getOrDefault(limit, -1L);
    }

    @Test
    void moreLinesThanAClientSendsAreNotTaken() throws Exception {
        server.serve(Duration.ofMillis(1_500));
        Poller client = server.joined(ROOM);
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
        server.serve();
        Poller client = server.joined(ROOM);
        assertThat(client.post("x".repeat((1 << 20) + 1)).http()).isEqualTo(413);
    }

    @Test
    void aBodyThatDoesNotComeIsNotWaitedFor() throws Exception {
        server.serve(Limits.DEFAULT.with(Limit.HANDSHAKE_MILLIS, 300));
        try (Socket socket = new Socket()) {
            socket.connect(server.endpoint().address());
            socket.getOutputStream()
                    .write(
                            "POST /socket/longpoll HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n["
                                    .getBytes(US_ASCII));
            socket.setSoTimeout(10_000);
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 408 ");
        }
    }
}
