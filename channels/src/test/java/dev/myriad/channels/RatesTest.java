package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.Drain;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a client hears that is over a limit, and how an endpoint lets its clients go. The limits are
 * by the second of a real clock, which may turn while a test sends, on a machine that stalls more
 * than once: so each sends ten seconds' worth and counts those that passed.
 */
@Timeout(60)
class RatesTest {
    private static final Wire V2 = Wire.V2;

    private final Lab.Bench bench = new Lab.Bench();
    private final AtomicInteger asked = new AtomicInteger();

    private Endpoint serve(Limits limits, Drain drain) {
        return Endpoint.builder()
                .limits(limits)
                .drain(drain)
                .socket(
                        "/socket",
                        socket ->
                                socket.channel("room:*", () -> new Lab(bench))
                                        .connect(
                                                (_, _) -> {
                                                    asked.incrementAndGet();
                                                    return ConnectResult.ok();
                                                }))
                .transport(application -> MemoryTransport.start(1, application))
                .start();
    }

    private Endpoint serve(Limits limits) {
        return serve(limits, Drain.DEFAULT);
    }

    private static MemoryClient request(Endpoint endpoint) {
        return request(endpoint, "/socket/websocket?vsn=2.0.0");
    }

    private static MemoryClient request(Endpoint endpoint, String target) {
        return ((MemoryTransport) endpoint.transport()).connect(target);
    }

    private static MemoryClient connect(Endpoint endpoint) {
        MemoryClient client = request(endpoint);
        assertThat(client.status()).isEqualTo(101);
        return client;
    }

    private static long excesses(Endpoint endpoint, String limit) {
        return endpoint.stats().limits().getOrDefault(limit, -1L);
    }

    private static String heartbeat(int ref) {
        return V2.message(null, "" + ref, "phoenix", "heartbeat", "{}");
    }

    private final long startNanos = System.nanoTime();

    /** What ten a second let through since the test began, at most. */
    private int letThroughMax() {
        return 10 * (int) (2 + (System.nanoTime() - startNanos) / 1_000_000_000);
    }

    /** Joins the same topics over and over; returns how many were refused with the reason. */
    private static int refusedJoins(MemoryClient client, int count, String reason) {
        for (int i = 0; i < count; i++) {
            client.send(V2.message("" + i, "" + i, "room:" + i, "phx_join", "{}"));
        }
        int refused = 0;
        for (int i = 0; i < count; i++) {
            String reply = client.next();
            if (reply.contains("\"status\":\"error\"")) {
                assertThat(reply).endsWith("\"response\":{\"reason\":\"" + reason + "\"}}]");
                refused++;
            }
        }
        return refused;
    }

    @Test
    void aClientThatJoinsTooOftenIsToldSoAndGoesOn() {
        try (Endpoint endpoint =
                serve(Limits.DEFAULT.with(Limit.CONNECTION_JOINS_PER_SECOND_MAX, 10))) {
            MemoryClient client = connect(endpoint);
            int refused = refusedJoins(client, 100, "too many joins per second");
            assertThat(refused).isBetween(100 - letThroughMax(), 90);
            assertThat(excesses(endpoint, "connectionJoinsPerSecondMax")).isEqualTo(refused);
            assertThat(endpoint.stats().joinsRefused()).isEqualTo(refused);
            client.send(heartbeat(99));
            assertThat(client.next()).isEqualTo(V2.reply(null, "99", "phoenix", "ok", "{}"));
            assertThat(refusedJoins(connect(endpoint), 5, "-")).isZero();
        }
    }

    @Test
    void theClientsOfAnAddressShareItsJoins() {
        try (Endpoint endpoint =
                serve(Limits.DEFAULT.with(Limit.ADDRESS_JOINS_PER_SECOND_MAX, 10))) {
            int refused =
                    refusedJoins(connect(endpoint), 50, "too many joins per second")
                            + refusedJoins(connect(endpoint), 50, "too many joins per second");
            assertThat(refused).isBetween(100 - letThroughMax(), 90);
            assertThat(excesses(endpoint, "addressJoinsPerSecondMax")).isEqualTo(refused);
        }
    }

    @Test
    void aClientThatSendsTooOftenIsClosedWith1008() {
        try (Endpoint endpoint =
                serve(Limits.DEFAULT.with(Limit.CONNECTION_EVENTS_PER_SECOND_MAX, 10))) {
            MemoryClient client = connect(endpoint);
            for (int i = 0; i < 100; i++) {
                client.send(heartbeat(i));
            }
            assertThat(client.closeCode()).isEqualTo(1008);
            assertThat(client.waiting()).isBetween(10, letThroughMax());
            assertThat(excesses(endpoint, "connectionEventsPerSecondMax")).isPositive();
            MemoryClient other = connect(endpoint);
            other.send(heartbeat(1));
            assertThat(other.next()).isEqualTo(V2.reply(null, "1", "phoenix", "ok", "{}"));
        }
    }

    @Test
    void theClientsOfAnAddressShareItsEvents() {
        try (Endpoint endpoint =
                serve(Limits.DEFAULT.with(Limit.ADDRESS_EVENTS_PER_SECOND_MAX, 10))) {
            MemoryClient one = connect(endpoint);
            MemoryClient other = connect(endpoint);
            for (int i = 0; i < 100; i++) {
                one.send(heartbeat(i));
                other.send(heartbeat(i));
            }
            assertThat(one.closeCode()).isEqualTo(1008);
            assertThat(other.closeCode()).isEqualTo(1008);
            assertThat(excesses(endpoint, "addressEventsPerSecondMax")).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void connectsBeyondTheRateAreRefusedBeforeTheUserIsAsked() {
        try (Endpoint endpoint = serve(Limits.DEFAULT.with(Limit.CONNECTS_PER_SECOND_MAX, 10))) {
            List<MemoryClient> clients = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                clients.add(request(endpoint));
            }
            long refused = clients.stream().filter(client -> client.status() == 503).count();
            assertThat(refused).isBetween(100L - letThroughMax(), 90L);
            assertThat(clients).allMatch(c -> c.status() == 503 || c.status() == 101);
            assertThat(excesses(endpoint, "connectsPerSecondMax")).isEqualTo(refused);
            assertThat(asked.get()).isEqualTo(100 - (int) refused);
            await().until(() -> request(endpoint).status() == 101);
        }
    }

    @Test
    void whoAsksForNoSocketTakesNobodysPlace() {
        try (Endpoint endpoint = serve(Limits.DEFAULT.with(Limit.CONNECTS_PER_SECOND_MAX, 10))) {
            for (int i = 0; i < 100; i++) {
                assertThat(request(endpoint, "/nowhere").status()).isEqualTo(404);
            }
            assertThat(request(endpoint).status()).isEqualTo(101);
            assertThat(excesses(endpoint, "connectsPerSecondMax")).isZero();
        }
    }

    @Test
    void joinsBeyondTheRateInAllAreRefusedAsOverload() {
        try (Endpoint endpoint = serve(Limits.DEFAULT.with(Limit.JOINS_PER_SECOND_MAX, 10))) {
            int refused = refusedJoins(connect(endpoint), 100, "overloaded");
            assertThat(refused).isBetween(100 - letThroughMax(), 90);
            assertThat(excesses(endpoint, "joinsPerSecondMax")).isEqualTo(refused);
        }
    }

    @Test
    void messagesThatComeFasterThanTheyAreHandledAreCounted() {
        try (Endpoint endpoint = serve(Limits.DEFAULT)) {
            MemoryClient client = connect(endpoint);
            client.send(V2.message("1", "1", "room:a", "phx_join", "{}"));
            client.next();
            String large = "{\"text\":\"" + "x".repeat((1 << 20) - 100) + "\"}";
            for (int i = 0; i < 6; i++) {
                client.send(V2.message("1", "2", "room:a", "slow", large));
            }
            assertThat(client.closeCode()).isEqualTo(1008);
            assertThat(excesses(endpoint, "waitingBytesMax")).isPositive();
            bench.gate.release(100);
        }
    }

    @Test
    void longNamesOfEventsCountAsWellAsPayloads() {
        try (Endpoint endpoint = serve(Limits.DEFAULT)) {
            MemoryClient client = connect(endpoint);
            client.send(V2.message("1", "1", "room:slow", "phx_join", "{}"));
            String event = "x".repeat((1 << 20) - 100);
            for (int i = 0; i < 6; i++) {
                client.send(V2.message("1", "2", "room:slow", event, "{}"));
            }
            assertThat(client.closeCode()).isEqualTo(1008);
            bench.gate.release(100);
        }
    }

    @Test
    void aTopicWithALongNameIsRefused() {
        try (Endpoint endpoint = serve(Limits.DEFAULT)) {
            MemoryClient client = connect(endpoint);
            String longest = "room:" + "é".repeat(125);
            client.send(V2.message("1", "1", longest, "phx_join", "{}"));
            assertThat(client.next()).isEqualTo(V2.reply("1", "1", longest, "ok", "{}"));
            client.send(V2.message("2", "2", longest + "x", "phx_join", "{}"));
            assertThat(client.next())
                    .isEqualTo(
                            V2.reply(
                                    "2",
                                    "2",
                                    longest + "x",
                                    "error",
                                    "{\"reason\":\"topic too long\"}"));
            assertThat(excesses(endpoint, "topicBytesMax")).isEqualTo(1);
        }
    }

    @Test
    void anEndpointLetsItsClientsGoAtThePaceAskedFor() {
        Queue<Drain.Progress> progress = new ConcurrentLinkedQueue<>();
        Drain drain = Drain.DEFAULT.withPerSecond(20).withProgress(progress::add);
        List<MemoryClient> clients = new ArrayList<>();
        long start;
        try (Endpoint endpoint = serve(Limits.DEFAULT, drain)) {
            for (int i = 0; i < 60; i++) {
                clients.add(connect(endpoint));
            }
            start = System.nanoTime();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(took).isBetween(Duration.ofMillis(2_800), Duration.ofSeconds(25));
        assertThat(clients).allMatch(client -> client.closeCode() == 1012);
        assertThat(progress).isNotEmpty();
        assertThat(progress.element().left()).isBetween(1L, 59L);
    }
}
