package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.TestClient.Received;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ports, names, full houses, the end of the service. */
interface ListeningConformance extends Fixture {
    @Test
    default void saysWhatItIs() {
        try (TestServer server = server()) {
            assertThat(server.transport.name()).isIn("netty", "uring", "memory");
            assertThat(server.transport.reason()).isNotBlank();
        }
    }

    @Test
    default void aTakenPortIsRefusedInOneSentence() throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            assertTaken(other.getLocalPort());
        }
    }

    @Test
    default void aSecondTransportOnItsPortIsRefusedToo() {
        try (TestServer server = server()) {
            assertTaken(server.address().getPort());
        }
    }

    private void assertTaken(int port) {
        assertThatThrownBy(
                        () -> {
                            try (Transport second =
                                    start(NetConfig.of("127.0.0.1", port), new TestApplication())) {
                                throw new AssertionError("listens at " + second.address());
                            }
                        })
                .isInstanceOf(NetException.class)
                .hasMessageContaining("port " + port + " on 127.0.0.1 is taken")
                .message()
                .doesNotContain("\n");
    }

    @Test
    default void anUnknownHostIsRefusedInOneSentence() {
        assertThatThrownBy(() -> start(NetConfig.of("no-such.invalid", 0), new TestApplication()))
                .isInstanceOf(NetException.class)
                .hasMessageContaining("no-such.invalid");
    }

    @Test
    default void closingWaitsForNoSleepOfAShard() {
        Duration quickest = Duration.ofDays(1);
        for (int i = 0; i < 5; i++) { // the machine may stall, but not each time
            TestServer server = server();
            long start = System.nanoTime();
            server.close();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            quickest = took.compareTo(quickest) < 0 ? took : quickest;
        }
        assertThat(quickest).isLessThan(Duration.ofMillis(40));
    }

    @Test
    default void thePortIsFreeAgainAfterClose() {
        int port;
        try (TestServer server = server()) {
            server.assertServes();
            port = server.address().getPort();
            assertThat(port).isPositive();
        }
        NetConfig again = new NetConfig("127.0.0.1", port, SHARDS, Limits.DEFAULT);
        try (Transport second = start(again, new TestApplication());
                TestClient client = TestClient.open(second.address(), "/echo")) {
            client.text("again");
            assertThat(client.nextText()).isEqualTo("again");
        }
    }

    @Test
    default void oneMoreThanTheLimitIsAnswered503() {
        try (TestServer server = server(Fixture.limits(3, 1 << 20, 10_000, 0, 1_000))) {
            List<TestServer.Pair> inside = server.pairs(3);
            try (TestClient outside = server.connect()) {
                outside.write(TestClient.upgradeRequest("/echo"));
                assertThat(outside.readResponse(false).status()).isEqualTo(503);
                assertThat(outside.next()).isEqualTo(new Received.End());
            }
            assertThat(server.transport.stats().refused()).isEqualTo(1);
            inside.getFirst().client().close();
            await().until(
                            () -> {
                                try (TestClient next = server.connect()) {
                                    next.write(TestClient.upgradeRequest("/echo"));
                                    return next.readResponse(true).status() == 101;
                                }
                            });
        }
    }

    @Test
    default void oneMoreThanTheLimitOfAnAddressIsAnswered429() {
        Limits limits = Limits.DEFAULT.with(Limit.CONNECTIONS_PER_ADDRESS_MAX, 3);
        try (TestServer server = server(limits)) {
            List<TestServer.Pair> inside = server.pairs(3);
            for (int i = 1; i <= 3; i++) {
                try (TestClient outside = server.connect()) {
                    outside.write(TestClient.upgradeRequest("/echo"));
                    TestClient.Response response = outside.readResponse(false);
                    assertThat(response.status()).isEqualTo(429);
                    assertThat(response.headers()).containsEntry("retry-after", "5");
                }
                assertThat(server.transport.stats().refused()).isEqualTo(i);
            }
            inside.getFirst().client().close();
            await().until(() -> status(server, "/echo") == 101);
            for (int i = 0; i < 5; i++) { // whom the application refuses does not count
                await().until(() -> status(server, "/nowhere") == 403);
            }
            try (TestClient waits = server.connect()) { // who waits for its answer does
                await().until(() -> server.transport.stats().open() == 2); // the last one has left
                waits.write(TestClient.upgradeRequest("/later"));
                await().until(() -> !server.application.waiting.isEmpty());
                assertThat(status(server, "/echo")).isEqualTo(429);
            }
            await().until(() -> status(server, "/echo") == 101);
        }
    }

    private static int status(TestServer server, String target) {
        try (TestClient next = server.connect()) {
            next.write(TestClient.upgradeRequest(target));
            return next.readResponse(true).status();
        }
    }

    @Test
    default void closingTellsEveryClientToComeBack() {
        try (TestServer server = server()) {
            List<TestServer.Pair> pairs = server.pairs(20);
            Thread closing = Thread.ofVirtual().start(() -> server.transport.close(30_000));
            for (TestServer.Pair pair : pairs) {
                assertThat(pair.client().next())
                        .isInstanceOfSatisfying(
                                Received.Close.class,
                                close -> assertThat(close.code()).isEqualTo(1012));
                pair.client().close(1012, "");
                assertThat(pair.client().next()).isEqualTo(new Received.End());
                pair.client().close();
                assertThat(pair.peer().closeCode()).isEqualTo(1012);
            }
            await().until(() -> !closing.isAlive());
            assertThatThrownBy(server::connect).hasMessageContaining("refused");
        }
    }

    @Test
    default void closingWaitsForAClientThatDoesNotAnswerNoLongerThanTheGrace() {
        TestServer server = server(Limits.DEFAULT.with(Limit.CLOSE_MILLIS, 50_000));
        TestServer.Pair silent = server.pair();
        long start = System.nanoTime();
        server.transport.close(200);
        assertThat((System.nanoTime() - start) / 1_000_000).isBetween(150L, 25_000L);
        assertThat(silent.peer().closeCode()).isEqualTo(1012);
        assertThat(server.transport.stats().open()).isZero();
    }
}
