package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.Drain;
import dev.myriad.net.Transports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the sessions of clients that poll end. */
@Timeout(60)
@ParameterizedClass
@EnumSource(
        value = Transports.Kind.class,
        names = {"URING", "NETTY"})
class LongPollEndTest {
    private static final String ROOM = PollingServer.ROOM;

    private static final Executor VIRTUAL = Thread::startVirtualThread;

    private final PollingServer server;

    LongPollEndTest(Transports.Kind kind) {
        server = new PollingServer(kind);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[1,2,3]", "!", "\0"})
    void whatIsNoMessageEndsTheSession(String text) throws Exception {
        server.serve();
        Poller client = server.joined(ROOM);
        assertThat(client.lines(List.of(text)).status()).isEqualTo(410);
        assertThat(server.bench.ends.poll(30, TimeUnit.SECONDS)).isEqualTo(ROOM + " closed");
        assertThat(client.post("[]").status()).isEqualTo(410);
    }

    @Test
    void whoDoesNotPollIsGone() throws Exception {
        server.serve(Duration.ofSeconds(1));
        Poller client = server.joined(ROOM);
        assertThat(server.bench.ends.poll(30, TimeUnit.SECONDS)).isEqualTo(ROOM + " closed");
        assertThat(client.post("[]").status()).isEqualTo(410);
        server.awaitNobody();
        assertThat(client.poll().status()).isEqualTo(410);
    }

    @Test
    void aCloseHasSeenTheEndsOfAllChannels() throws Exception {
        server.serve();
        for (int i = 0; i < 10; i++) {
            Poller _ = server.joined(ROOM);
            TextSocket _ = server.webSocket();
        }
        server.endpoint().close();
        assertThat(server.bench.ends).hasSize(20);
    }

    @Test
    void aDisconnectByIdCutsThePollAndTheChannels() throws Exception {
        server.serve();
        Poller client = server.guarded("ada").open();
        client.join("1", ROOM);
        CompletableFuture<Poller.Answer> polling = client.pollLater();
        await().until(() -> server.endpoint().stats().longPoll().polls() >= 2);
        server.endpoint().disconnect("users:ada");
        assertThat(polling.get(20, TimeUnit.SECONDS).status()).isEqualTo(500);
        assertThat(server.bench.ends.poll(30, TimeUnit.SECONDS)).isEqualTo(ROOM + " closed");
        assertThat(client.post("[]").status()).isEqualTo(410);
    }

    @Test
    void whatWasSentBeforeTheEndCanStillBeFetched() throws Exception {
        server.serve();
        Poller client = server.joined(ROOM);
        String last = Wire.V2.message("1", "2", "room:none", "phx_leave", "{}");
        assertThat(client.lines(List.of(last, "[")).status()).isEqualTo(410);
        assertThat(server.bench.ends.poll(30, TimeUnit.SECONDS)).isEqualTo(ROOM + " closed");
        assertThat(client.poll().messages())
                .containsExactly(Wire.V2.reply("1", "2", "room:none", "ok", "{}"));
        assertThat(client.poll().status()).isEqualTo(500);
        server.awaitNobody();
        assertThat(client.poll().status()).isEqualTo(410);
    }

    @Test
    void whatCameBeforeTheEndIsHandledEvenInOneRequestWithTheJoin() throws Exception {
        server.serve();
        Poller observer = server.joined(ROOM);
        for (int round = 0; round < 20; round++) {
            List<String> lines = new ArrayList<>();
            lines.add(Wire.V2.message("1", "1", ROOM, "phx_join", "{}"));
            for (int i = 0; i < 10; i++) {
                lines.add(Wire.V2.message("1", "2", ROOM, "pub", "{\"i\":" + i + "}"));
            }
            lines.add("[");
            assertThat(server.client().open().lines(lines).status()).isEqualTo(410);
            for (int i = 0; i < 10; i++) {
                assertThat(observer.next())
                        .isEqualTo(Wire.V2.broadcast(ROOM, "msg", "{\"i\":" + i + "}"));
            }
        }
    }

    /** Clients before Phoenix 1.8 take 410 for a new session that knows their topics. */
    @Test
    void anEndBetweenTwoPollsIsToldByTheNext() throws Exception {
        server.serve();
        Poller client = server.guarded("ada").open();
        client.join("1", ROOM);
        server.endpoint().disconnect("users:ada");
        assertThat(server.bench.ends.poll(30, TimeUnit.SECONDS)).isEqualTo(ROOM + " closed");
        assertThat(client.poll().status()).isEqualTo(500);
        server.awaitNobody();
        assertThat(client.poll().status()).isEqualTo(410);
    }

    @Test
    void anEndThatNobodyAsksAboutIsForgotten() throws Exception {
        server.serve(Duration.ofSeconds(1));
        Poller client = server.guarded("ada").open();
        client.join("1", ROOM);
        server.endpoint().disconnect("users:ada");
        server.awaitNobody();
        assertThat(client.poll().status()).isEqualTo(410);
    }

    @Test
    void anEndpointThatClosesEndsItsSessions() throws Exception {
        Endpoint endpoint = server.serve();
        server.joined(ROOM);
        server.joined("room:other");
        endpoint.close();
        assertThat(List.of(server.bench.ends.take(), server.bench.ends.take()))
                .containsExactlyInAnyOrder(ROOM + " closed", "room:other closed");
        server.awaitNobody();
    }

    @Test
    void whoWaitsWhenTheEndpointClosesIsToldSo() throws Exception {
        Drain patient = Drain.DEFAULT.withGraceMillis(20_000);
        Endpoint endpoint = server.serve(PollingServer.WINDOW, builder -> builder.drain(patient));
        List<CompletableFuture<Poller.Answer>> polls = pollsOf(50);
        endpoint.close();
        for (CompletableFuture<Poller.Answer> poll : polls) {
            Poller.Answer answer = poll.get(20, TimeUnit.SECONDS);
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.headers().firstValue("connection")).hasValue("close");
        }
        server.awaitNobody();
    }

    @Test
    void aDrainLetsThemGoAtAPace() throws Exception {
        Endpoint endpoint =
                server.serve(
                        Duration.ofSeconds(60),
                        builder -> builder.drain(new Drain(20, 30_000, 20_000, _ -> {})));
        List<CompletableFuture<Poller.Answer>> polls = pollsOf(60);
        long start = System.nanoTime();
        Thread closing = Thread.startVirtualThread(endpoint::close);
        CompletableFuture.anyOf(polls.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
        assertThat(endpoint.stats().longPoll().open()).isGreaterThan(10);
        for (CompletableFuture<Poller.Answer> poll : polls) {
            assertThat(poll.get(20, TimeUnit.SECONDS).status()).isEqualTo(500);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThan(Duration.ofMillis(2_500));
        closing.join();
        server.awaitNobody();
    }

    @Test
    void whoPollsAgainWhileItDrainsIsServedToTheEnd() throws Exception {
        Endpoint endpoint =
                server.serve(
                        PollingServer.WINDOW,
                        builder -> builder.drain(new Drain(10, 30_000, 2_000, _ -> {})));
        List<CompletableFuture<Integer>> lives = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Poller client = server.joined(ROOM);
            lives.add(CompletableFuture.supplyAsync(() -> lastStatus(client), VIRTUAL));
        }
        Thread closing = Thread.startVirtualThread(endpoint::close);
        await().until(() -> server.bench.ends.size() > 0);
        endpoint.broadcast(ROOM, "last news", Map.of());
        for (CompletableFuture<Integer> life : lives) {
            assertThat(life.get(20, TimeUnit.SECONDS)).isEqualTo(500);
        }
        closing.join();
    }

    @Test
    void thoseWhoEndedBeforeTakeNoPlaceInADrain() throws Exception {
        Endpoint endpoint =
                server.serve(
                        Duration.ofSeconds(60),
                        builder -> builder.drain(new Drain(20, 30_000, 20_000, _ -> {})));
        for (int i = 0; i < 100; i++) {
            server.guarded("gone").open();
        }
        endpoint.disconnect("users:gone");
        List<CompletableFuture<Poller.Answer>> polls = pollsOf(60);
        long start = System.nanoTime();
        endpoint.close();
        for (CompletableFuture<Poller.Answer> poll : polls) {
            assertThat(poll.get(20, TimeUnit.SECONDS).status()).isEqualTo(500);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThan(Duration.ofMillis(2_500));
    }

    private static int lastStatus(Poller client) {
        try {
            int status = 200;
            while (status == 200 || status == 204) {
                status = client.poll().status();
            }
            return status;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private List<CompletableFuture<Poller.Answer>> pollsOf(int clients) throws Exception {
        List<CompletableFuture<Poller.Answer>> polls = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            polls.add(server.client().open().pollLater());
        }
        await().until(() -> server.endpoint().stats().longPoll().polls() == clients);
        return polls;
    }
}
