package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.protocol.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that end with what let them in, and those that are renewed in place. */
@Timeout(60)
class ExpiryTest {
    private static final String ROOM = "room:lobby";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(1_900);

    private final Lab.Bench bench = new Lab.Bench();
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final List<Endpoint> endpoints = new ArrayList<>();

    @AfterEach
    void close() {
        bench.gate.release(1_000_000);
        endpoints.forEach(Endpoint::close);
    }

    /** Tokens say for how many milliseconds they are good, and perhaps for whom. */
    private ConnectResult check(String token) throws InterruptedException {
        asked.add(token);
        String[] words = token.split(" ", -1);
        return switch (words[0]) {
            case "wrong" -> ConnectResult.refused("wrong token");
            case "crash" -> throw new IllegalStateException("planted");
            case "slow" -> {
                bench.waitAtGate();
                yield lasting(HOUR, token);
            }
            case "forever" -> ConnectResult.ok();
            default -> {
                ConnectResult.Ok ok = lasting(Duration.ofMillis(Long.parseLong(words[0])), token);
                yield words.length > 1 ? ok.id("users:" + words[1]) : ok;
            }
        };
    }

    private static ConnectResult.Ok lasting(Duration life, String token) {
        return ConnectResult.ok(Map.of("user", token)).expiresAt(Instant.now().plus(life));
    }

    private Endpoint serve(Consumer<SocketRoutes> more) {
        return serve(more, Limits.DEFAULT);
    }

    private Endpoint serve(Consumer<SocketRoutes> more, Limits limits) {
        Endpoint endpoint =
                Endpoint.builder()
                        .limits(limits)
                        .socket(
                                "/s",
                                socket -> {
                                    socket.channel("room:*", () -> new Lab(bench))
                                            .connect(
                                                    (params, _) ->
                                                            check(
                                                                    params.getOrDefault(
                                                                            "token", "")));
                                    more.accept(socket);
                                })
                        .transport(application -> MemoryTransport.start(2, application))
                        .start();
        endpoints.add(endpoint);
        return endpoint;
    }

    private static MemoryClient connect(Endpoint endpoint, Wire wire, String token) {
        MemoryTransport transport = (MemoryTransport) endpoint.transport();
        String query = "?vsn=" + wire.vsn + "&token=" + token.replace(' ', '+');
        return transport.connect("/s/websocket" + query);
    }

    private static MemoryClient connected(Endpoint endpoint, Wire wire, String token) {
        MemoryClient client = connect(endpoint, wire, token);
        assertThat(client.status()).isEqualTo(101);
        return client;
    }

    private static void join(MemoryClient client, Wire wire, String ref, String topic) {
        client.send(wire.message(ref, ref, topic, "phx_join", "{}"));
        assertThat(client.next()).isEqualTo(wire.reply(ref, ref, topic, "ok", "{}"));
    }

    private static void sendToken(MemoryClient client, String ref, String topic, String token) {
        String payload = "{\"access_token\":\"" + token + "\"}";
        client.send(Wire.V2.message("1", ref, topic, "access_token", payload));
    }

    private static void assertRenewed(MemoryClient client, String ref, String topic) {
        assertThat(client.next()).isEqualTo(Wire.V2.reply("1", ref, topic, "ok", "{}"));
    }

    /**
     * @param in how many seconds are left; fewer if the machine was slow to tell
     */
    private static void assertRenewed(MemoryClient client, String ref, String topic, int in) {
        assertThat(client.next())
                .isIn(
                        IntStream.rangeClosed(Math.max(1, in - 20), in)
                                .mapToObj(seconds -> "{\"expires_in\":" + seconds + "}")
                                .map(response -> Wire.V2.reply("1", ref, topic, "ok", response))
                                .toList());
    }

    private static void assertRefused(MemoryClient client, String ref, String reason) {
        String response = "{\"reason\":\"" + reason + "\"}";
        assertThat(client.next()).isEqualTo(Wire.V2.reply("1", ref, ROOM, "error", response));
    }

    private static void assertOpen(MemoryClient client) {
        client.send(Wire.V2.message(null, "9", "phoenix", "heartbeat", "{}"));
        assertThat(client.next()).isEqualTo(Wire.V2.reply(null, "9", "phoenix", "ok", "{}"));
    }

    private static String warning(Wire wire, String joinRef, String topic, int seconds) {
        String payload = "{\"expires_in\":" + seconds + "}";
        return wire.received(joinRef, null, topic, "token_expiring", payload);
    }

    @ParameterizedTest
    @EnumSource
    void isWarnedOfInEachChannelAndThenCloses(Wire wire) throws Exception {
        Endpoint endpoint = serve(socket -> socket.expiryWarning(SOON));
        MemoryClient client = connected(endpoint, wire, "4000");
        join(client, wire, "1", ROOM);
        join(client, wire, "2", "room:other");
        assertThat(List.of(client.next(), client.next()))
                .containsExactlyInAnyOrder(
                        warning(wire, "1", ROOM, 2), warning(wire, "2", "room:other", 2));
        join(client, wire, "3", "room:late");
        assertThat(client.next())
                .isIn(warning(wire, "3", "room:late", 2), warning(wire, "3", "room:late", 1));
        assertThat(client.closeCode()).isEqualTo(3000);
        assertThat(client.waiting()).isZero();
        assertThat(List.of(bench.ends.take(), bench.ends.take(), bench.ends.take()))
                .contains(ROOM + " closed");
    }

    @Test
    void closesWithoutAWordIfTheWarningIsSwitchedOff() {
        Endpoint endpoint = serve(socket -> socket.expiryWarning(Duration.ZERO));
        MemoryClient client = connected(endpoint, Wire.V2, "3000");
        join(client, Wire.V2, "1", ROOM);
        assertThat(client.closeCode()).isEqualTo(3000);
        assertThat(client.waiting()).isZero();
        assertThatThrownBy(() -> serve(socket -> socket.expiryWarning(Duration.ofMillis(-1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Or who renews when warned would be warned again at once. */
    @Test
    void aShortLifeIsWarnedOfAtItsHalf() {
        Endpoint endpoint = serve(_ -> {});
        MemoryClient client = connected(endpoint, Wire.V2, "5000");
        join(client, Wire.V2, "1", ROOM);
        assertThat(client.next(Duration.ofMillis(500))).isEmpty();
        assertThat(client.next()).isEqualTo(warning(Wire.V2, "1", ROOM, 3));
        assertThat(client.closedWith(Duration.ofMillis(300))).isEmpty();
        assertThat(client.closeCode()).isEqualTo(3000);
    }

    @Test
    void whatHasExpiredDoesNotConnect() {
        Endpoint endpoint = serve(_ -> {});
        assertThat(connect(endpoint, Wire.V2, "0").status()).isEqualTo(403);
        assertThat(connect(endpoint, Wire.V2, "-1000").status()).isEqualTo(403);
    }

    @Test
    void timesThatTheClockCannotCountAreNever() {
        for (Instant instant : List.of(Instant.MAX, Instant.parse("9999-12-31T23:59:59Z"))) {
            Endpoint endpoint =
                    Endpoint.builder()
                            .socket(
                                    "/s",
                                    socket ->
                                            socket.channel("*", Filter::new)
                                                    .connect(
                                                            (_, _) ->
                                                                    ConnectResult.ok()
                                                                            .expiresAt(instant)))
                            .transport(application -> MemoryTransport.start(1, application))
                            .start();
            endpoints.add(endpoint);
            assertOpen(connected(endpoint, Wire.V2, ""));
        }
    }

    @Test
    void aNewTokenMovesItInPlaceAndReplacesTheAssigns() throws Exception {
        Endpoint endpoint = serve(socket -> socket.renew((token, _) -> check(token)));
        MemoryClient client = connected(endpoint, Wire.V2, "3600");
        join(client, Wire.V2, "1", ROOM);
        sendToken(client, "2", ROOM, "3600000");
        assertRenewed(client, "2", ROOM, 3600);
        client.send(Wire.V2.message("1", "3", ROOM, "who", "{}"));
        assertThat(client.next())
                .isEqualTo(Wire.V2.reply("1", "3", ROOM, "ok", "{\"user\":\"3600000\"}"));
        assertThat(client.closedWith(Duration.ofMillis(3_800))).isEmpty(); // when it was to expire
        assertThat(client.waiting()).isZero();
        assertOpen(client);
        sendToken(client, "4", ROOM, "1000");
        assertRenewed(client, "4", ROOM, 1);
        assertThat(client.next()).isEqualTo(warning(Wire.V2, "1", ROOM, 1));
        assertThat(client.closeCode()).isEqualTo(3000);
    }

    /** A channel that only one user may stay in. */
    private static final class Own extends Channel {
        @Override
        protected JoinResult join(String topic, Payload params) {
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            return Result.ok(assigns());
        }

        @Override
        protected void renewed() {
            if (assigns().get("user") instanceof String user && user.contains("out")) {
                stop("out");
            }
        }
    }

    @Test
    void channelsDecideAgain() {
        Endpoint endpoint =
                serve(
                        socket ->
                                socket.renew((token, _) -> lasting(HOUR, token))
                                        .channel("own", Own::new));
        MemoryClient client = connected(endpoint, Wire.V2, "60000");
        join(client, Wire.V2, "1", ROOM);
        join(client, Wire.V2, "1", "own");
        sendToken(client, "2", ROOM, "stay");
        assertRenewed(client, "2", ROOM, 3600);
        client.send(Wire.V2.message("1", "3", "own", "who", "{}"));
        assertThat(client.next())
                .isEqualTo(Wire.V2.reply("1", "3", "own", "ok", "{\"user\":\"stay\"}"));
        sendToken(client, "4", ROOM, "out");
        assertRenewed(client, "4", ROOM, 3600);
        assertThat(client.next()).isEqualTo(Wire.V2.received("1", "1", "own", "phx_close", "{}"));
        client.send(Wire.V2.message("1", "5", ROOM, "echo", "{}"));
        assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "5", ROOM, "ok", "{}"));
    }

    @Test
    void whatAChannelAssignedItselfStays() {
        Endpoint endpoint = serve(socket -> socket.renew((token, _) -> check(token)));
        MemoryClient client = connected(endpoint, Wire.V2, "60000");
        join(client, Wire.V2, "1", ROOM);
        client.send(Wire.V2.message("1", "2", ROOM, "rename", "{}"));
        String other = "{\"user\":\"other\"}";
        assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "2", ROOM, "ok", other));
        sendToken(client, "3", ROOM, "3600000");
        assertRenewed(client, "3", ROOM, 3600);
        client.send(Wire.V2.message("1", "4", ROOM, "who", "{}"));
        assertThat(client.next()).isEqualTo(Wire.V2.reply("1", "4", ROOM, "ok", other));
    }

    @Test
    void oneThatWasLetInForEverMayBeRenewedToo() {
        Endpoint endpoint = serve(socket -> socket.renew((token, _) -> check(token)));
        MemoryClient client = connected(endpoint, Wire.V2, "forever");
        join(client, Wire.V2, "1", ROOM);
        sendToken(client, "2", ROOM, "forever");
        assertRenewed(client, "2", ROOM);
        sendToken(client, "3", ROOM, "1000");
        assertRenewed(client, "3", ROOM, 1);
        assertThat(client.closeCode()).isEqualTo(3000);
    }

    @Test
    void aRefusedTokenLeavesTheExpiryAsItWas() {
        Endpoint endpoint =
                serve(
                        socket ->
                                socket.renew((token, _) -> check(token))
                                        .expiryWarning(Duration.ZERO));
        MemoryClient client = connected(endpoint, Wire.V2, "4000 ada");
        join(client, Wire.V2, "1", ROOM);
        sendToken(client, "2", ROOM, "wrong");
        assertRefused(client, "2", "wrong token");
        sendToken(client, "3", ROOM, "crash");
        assertRefused(client, "3", "renewal crashed");
        sendToken(client, "4", ROOM, "0 ada");
        assertRefused(client, "4", "token expired");
        sendToken(client, "5", ROOM, "3600000 bob");
        assertRefused(client, "5", "the token has another id");
        sendToken(client, "6", ROOM, "3600000");
        assertRefused(client, "6", "the token has another id");
        client.send(Wire.V2.message("1", "7", ROOM, "who", "{}"));
        assertThat(client.next())
                .isEqualTo(Wire.V2.reply("1", "7", ROOM, "ok", "{\"user\":\"4000 ada\"}"));
        assertThat(client.closeCode()).isEqualTo(3000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"access_token\":null}", "{\"access_token\":7}"})
    void aMessageWithoutATokenIsRefusedUnasked(String payload) throws Exception {
        Endpoint endpoint = serve(socket -> socket.renew((token, _) -> check(token)));
        MemoryClient client = connected(endpoint, Wire.V2, "60000");
        join(client, Wire.V2, "1", ROOM);
        client.send(Wire.V2.message("1", "2", ROOM, "access_token", payload));
        assertRefused(client, "2", "no access_token");
        assertThat(asked.take()).isEqualTo("60000");
        assertThat(asked).isEmpty();
    }

    @Test
    void withoutARenewerTheEventIsTheChannels() {
        Endpoint endpoint = serve(_ -> {});
        MemoryClient client = connected(endpoint, Wire.V2, "60000");
        join(client, Wire.V2, "1", ROOM);
        sendToken(client, "2", ROOM, "x");
        assertRefused(client, "2", "unknown event");
    }

    /** Supabase's client sends the same token to each of its channels. */
    @Test
    void aTokenFromManyChannelsIsCheckedOnce() throws Exception {
        Endpoint endpoint = serve(socket -> socket.renew((token, _) -> check(token)));
        MemoryClient client = connected(endpoint, Wire.V2, "60000");
        List<String> topics = List.of("room:1", "room:2", "room:3");
        for (String topic : topics) {
            join(client, Wire.V2, "1", topic);
        }
        topics.forEach(topic -> sendToken(client, "2", topic, "slow"));
        bench.arrived.acquire();
        topics.forEach(topic -> sendToken(client, "3", topic, "slow"));
        assertOpen(client);
        bench.gate.release();
        for (String ref : List.of("2", "3")) {
            for (String topic : topics) {
                assertRenewed(client, ref, topic, 3600);
            }
        }
        assertThat(asked).containsExactly("60000", "slow");
    }

    @Test
    void ofThoseThatComeDuringACheckTheNewestCounts() throws Exception {
        Endpoint endpoint = serve(socket -> socket.renew((token, _) -> check(token)));
        MemoryClient client = connected(endpoint, Wire.V2, "60000");
        join(client, Wire.V2, "1", ROOM);
        sendToken(client, "2", ROOM, "slow");
        bench.arrived.acquire();
        sendToken(client, "3", ROOM, "wrong");
        sendToken(client, "4", ROOM, "7200000");
        sendToken(client, "5", ROOM, "7200000");
        assertRefused(client, "3", "a newer token came");
        assertOpen(client);
        bench.gate.release();
        assertRenewed(client, "2", ROOM, 3600);
        assertRenewed(client, "4", ROOM, 7200);
        assertRenewed(client, "5", ROOM, 7200);
        assertThat(asked).containsExactly("60000", "slow", "7200000");
    }

    /** Of each the client hears, and the next is checked. */
    @ParameterizedTest
    @ValueSource(strings = {"hang", "spin"})
    void oneThatNeverEndsIsGivenUp(String token) throws Exception {
        AtomicBoolean spins = new AtomicBoolean(true);
        Endpoint endpoint =
                serve(
                        socket ->
                                socket.renew(
                                        (given, _) -> {
                                            switch (given) {
                                                case "hang" -> new CountDownLatch(1).await();
                                                case "spin" -> {
                                                    while (spins.get()) {
                                                        Thread.onSpinWait();
                                                    }
                                                }
                                                default -> {}
                                            }
                                            return ConnectResult.ok();
                                        }),
                        Limits.DEFAULT.with(Limit.HANDSHAKE_MILLIS, 300));
        MemoryClient client = connected(endpoint, Wire.V2, "forever");
        join(client, Wire.V2, "1", ROOM);
        sendToken(client, "2", ROOM, token);
        sendToken(client, "3", ROOM, "fine");
        assertRefused(client, "2", "renewal too slow");
        assertThat(client.next()).contains("\"3\"", "\"ok\"");
        spins.set(false);
    }

    @Test
    void whatCannotBeReadIsNoToken() {
        Endpoint endpoint = serve(socket -> socket.renew((_, _) -> ConnectResult.ok()));
        MemoryClient client = connected(endpoint, Wire.V2, "forever");
        join(client, Wire.V2, "1", ROOM);
        client.send(
                Wire.V2.message(
                        "1",
                        "2",
                        ROOM,
                        "access_token",
                        "{\"access_token\":\"t\",\"n\":" + "9".repeat(2_000) + "}"));
        assertRefused(client, "2", "no access_token");
        sendToken(client, "3", ROOM, "fine");
        assertThat(client.next()).contains("\"3\"", "\"ok\"");
    }

    @Test
    void aFloodOfTokensClosesTheConnection() throws Exception {
        Endpoint endpoint = serve(socket -> socket.renew((token, _) -> check(token)));
        MemoryClient client = connected(endpoint, Wire.V2, "60000");
        join(client, Wire.V2, "1", ROOM);
        for (int i = 0; i <= Limit.RENEWAL_QUESTIONS_MAX.defaultValue(); i++) {
            sendToken(client, "2", ROOM, "slow");
        }
        assertThat(client.closeCode()).isEqualTo(1008);
    }

    /** What waits for a busy channel is bounded, and what renewals leave there is no exception. */
    @Test
    void renewalsWithoutEndCloseTheConnection() throws Exception {
        Endpoint endpoint = serve(socket -> socket.renew((_, _) -> ConnectResult.ok()));
        MemoryClient client = connected(endpoint, Wire.V2, "forever");
        join(client, Wire.V2, "1", ROOM);
        client.send(Wire.V2.message("1", "2", ROOM, "slow", "{}"));
        bench.arrived.acquire();
        int renewals = 0;
        while (client.closedWith(Duration.ZERO).isEmpty()) {
            sendToken(client, "3", ROOM, "x");
            if (client.next(Duration.ofMillis(100)).isPresent()) {
                renewals++;
            }
        }
        assertThat(client.closeCode()).isEqualTo(1008);
        assertThat(renewals).isGreaterThan(10_000);
    }

    @Test
    void oneWithAnIdIsStillFoundByIt() {
        Endpoint endpoint = serve(_ -> {});
        MemoryClient client = connected(endpoint, Wire.V2, "60000 ada");
        assertOpen(client); // so it is listed too
        endpoint.disconnect("users:ada");
        assertThat(client.closeCode()).isEqualTo(1001);
        MemoryClient brief = connected(endpoint, Wire.V2, "1000 bob");
        assertThat(brief.closeCode()).isEqualTo(3000);
        endpoint.disconnect("users:bob");
        assertOpen(connected(endpoint, Wire.V2, "60000 bob"));
    }

    @Test
    void thousandsExpireWithoutAThreadOfTheirOwn() {
        Endpoint endpoint = serve(_ -> {});
        int before = Thread.activeCount();
        List<MemoryClient> clients = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            clients.add(connected(endpoint, Wire.V2, "3000"));
        }
        assertThat(Thread.activeCount()).isLessThan(before + 100);
        clients.forEach(client -> assertThat(client.closeCode()).isEqualTo(3000));
    }
}
