package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.Transports;
import dev.myriad.protocol.Payload;
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

/** Clients that poll, over real sockets. */
@Timeout(60)
@ParameterizedClass
@EnumSource(
        value = Transports.Kind.class,
        names = {"URING", "NETTY"})
class LongPollTest {
    private static final String ROOM = PollingServer.ROOM;

    private final PollingServer server;

    LongPollTest(Transports.Kind kind) {
        server = new PollingServer(kind);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"V1, HEADER", "V1, QUERY", "V2, HEADER", "V2, QUERY"})
    void joinsPushesAndHearsReplies(Wire wire, Poller.Place place) throws Exception {
        server.serve();
        Poller client = server.client("/socket", wire, place).open();
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
        server.serve(Duration.ofMillis(1_500));
        Poller client = server.client();
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
        server.serve();
        Poller poller = server.joined(ROOM);
        try (TextSocket socket = server.webSocket()) {
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
        server.serve();
        Poller poller = server.joined(ROOM);
        Thread sender =
                Thread.startVirtualThread(
                        () -> {
                            for (int i = 0; i < 2_000; i++) {
                                server.endpoint().broadcast(ROOM, "n", Map.of("i", i));
                            }
                        });
        for (int i = 0; i < 2_000; i++) {
            assertThat(poller.next()).isEqualTo(Wire.V2.broadcast(ROOM, "n", "{\"i\":" + i + "}"));
        }
        sender.join();
    }

    @Test
    void linesAreMessagesAndThoseThatAreNotJsonAreBinary() throws Exception {
        server.serve();
        Poller poller = server.joined(ROOM);
        try (TextSocket socket = server.webSocket()) {
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
        assertThat(server.endpoint().stats().longPoll().binaryDropped()).isEqualTo(1);
    }

    @Test
    void ofTwoPollsTheLaterGetsTheMessagesAndTheOtherWaitsNoMore() throws Exception {
        server.serve(Duration.ofSeconds(30));
        Poller client = server.joined(ROOM);
        CompletableFuture<Poller.Answer> first = client.pollLater();
        await().until(() -> server.endpoint().stats().longPoll().polls() >= 2);
        CompletableFuture<Poller.Answer> second = client.pollLater();
        CompletableFuture<Object> earlier = CompletableFuture.anyOf(first, second);
        assertThat(((Poller.Answer) earlier.get(20, TimeUnit.SECONDS)).status()).isEqualTo(204);
        CompletableFuture<Poller.Answer> later = first.isDone() ? second : first;
        server.endpoint().broadcast(ROOM, "n", Map.of());
        assertThat(later.get(20, TimeUnit.SECONDS).messages())
                .containsExactly(Wire.V2.broadcast(ROOM, "n", "{}"));
    }

    @Test
    void theSocketKnowsParamsTokenAndPeerOfTheFirstRequest() throws Exception {
        server.serve();
        String target = "/guarded/longpoll?vsn=2.0.0&a=%20b";
        Poller client = new Poller(server.url("http", target), Wire.V2, Poller.Place.HEADER);
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

    @Test
    void manyClientsComeHearAllAndGo() throws Exception {
        server.serve(Duration.ofSeconds(4));
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
        await().until(() -> server.endpoint().stats().joins() == clients || !faults.isEmpty());
        Payload empty = Payload.json("{}".getBytes(UTF_8), JacksonCodec.SHARED);
        for (int i = 0; i < messages; i++) {
            server.endpoint().broadcast(ROOM, "n" + i, empty);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(faults).isEmpty();
        server.awaitNobody();
    }

    private void hearAll(int messages, boolean leaves) throws Exception {
        Poller client = server.joined(ROOM);
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
