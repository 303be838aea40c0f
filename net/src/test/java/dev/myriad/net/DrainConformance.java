package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.TestClient.Received;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A transport that ends lets its connections go at a pace. */
interface DrainConformance extends Fixture {
    /** Whoever does not answer the close is cut off soon. */
    private TestServer impatient() {
        return server(Limits.DEFAULT.with(Limit.CLOSE_MILLIS, 50));
    }

    private static void assertTold(List<TestServer.Pair> pairs) {
        for (TestServer.Pair pair : pairs) {
            assertThat(pair.client().next())
                    .isInstanceOfSatisfying(
                            Received.Close.class,
                            close -> assertThat(close.code()).isEqualTo(1012));
            assertThat(pair.peer().closeCode()).isEqualTo(1012);
        }
    }

    @Test
    default void connectionsAreClosedAtThePaceAskedForAndToldToComeBack() {
        try (TestServer server = impatient()) {
            List<TestServer.Pair> pairs = server.pairs(60); // so many that a stall leaves some
            BlockingQueue<Drain.Progress> progress = new LinkedBlockingQueue<>();
            long start = System.nanoTime();
            server.transport.close(new Drain(20, 50_000, 20_000, progress::add));
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(took).isBetween(Duration.ofMillis(2_800), Duration.ofSeconds(40));
            assertThat(progress).isNotEmpty();
            assertThat(progress)
                    .allSatisfy(at -> assertThat(at.closed() + at.left()).isEqualTo(60));
            assertThat(progress).anySatisfy(at -> assertThat(at.closed()).isPositive());
            assertThat(progress.element().left()).isPositive();
            assertThat(List.copyOf(progress).getLast().left()).isZero();
            assertTold(pairs);
        }
    }

    @Test
    default void afterTheDeadlineTheRestIsClosedAtOnce() {
        try (TestServer server = impatient()) {
            List<TestServer.Pair> pairs = server.pairs(30);
            long start = System.nanoTime();
            server.transport.close(new Drain(1, 300, 20_000, _ -> {}));
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(took).isBetween(Duration.ofMillis(300), Duration.ofSeconds(20));
            assertTold(pairs);
        }
    }

    @Test
    default void fewConnectionsAreClosedAtOnce() {
        try (TestServer server = impatient()) {
            List<TestServer.Pair> pairs = server.pairs(30);
            long start = System.nanoTime();
            server.transport.close(Drain.DEFAULT);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(took).isLessThan(Duration.ofSeconds(20)); // the deadline is 30
            assertTold(pairs);
        }
    }

    @Test
    default void whileItDrainsItServesThoseWhoAreLeftAndNobodyElse() throws InterruptedException {
        try (TestServer server = impatient();
                TestClient eldest = server.echo()) {
            List<TestServer.Pair> pairs = server.pairs(20); // so many that a stall leaves some
            Drain slow = new Drain(1, 60_000, 2_000, _ -> {});
            Thread closing = Thread.ofVirtual().start(() -> server.transport.close(slow));
            await().untilAsserted(
                            () ->
                                    assertThatThrownBy(server::connect)
                                            .hasMessageContaining("refused"));
            await().until(() -> server.transport.stats().open() < 21);
            assertThat(server.transport.stats().open()).isPositive();
            closing.interrupt();
            assertThat(closing.join(Duration.ofSeconds(30))).isTrue();
            assertTold(pairs);
            assertThat(eldest.next()).isInstanceOf(Received.Close.class);
        }
    }

    @Test
    default void whoeverIsInterruptedStillLeavesNobodyBehind() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        try (TestServer server = impatient()) {
            TestServer.Pair pair = server.pairs(2).getLast(); // NIO listens on the first shard
            pair.peer().connection().execute(() -> awaitCounted(busy));
            Thread closing =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        Thread.currentThread().interrupt();
                                        server.transport.close(
                                                new Drain(1, 60_000, 60_000, _ -> {}));
                                    });
            assertThat(closing.join(Duration.ofMillis(2_500))).isFalse();
            busy.countDown();
            assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
            assertThat(server.transport.stats().open()).isZero();
        } finally {
            busy.countDown();
        }
    }

    private static void awaitCounted(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    default void anAnswerThatIsUnderWayIsStillGiven() throws InterruptedException {
        try (TestServer server = server();
                TestClient http = server.connect();
                TestClient upgrade = server.connect()) {
            http.write("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n");
            upgrade.write(TestClient.upgradeRequest("/later"));
            await().until(() -> !server.application.waiting.isEmpty());
            await().until(() -> server.application.slow.getNumberOfDependents() > 0);
            Drain patient = Drain.atOnce(30_000);
            Thread closing = Thread.ofVirtual().start(() -> server.transport.close(patient));
            TestClient.Response refused = upgrade.readResponse(false);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.headers()).containsKey("retry-after");
            server.application.slow.complete("still");
            TestClient.Response answer = http.readResponse(false);
            assertThat(answer.body()).isEqualTo("still");
            assertThat(answer.headers()).containsEntry("connection", "close");
            http.awaitEnd();
            assertThat(closing.join(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    default void anAnswerThatTakesLongerThanTheGraceIsCutOffAndHarmsNobody() {
        try (TestServer server = server();
                TestClient http = server.connect()) {
            http.write("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n");
            await().until(() -> server.application.slow.getNumberOfDependents() > 0);
            server.transport.close(Drain.atOnce(50));
            http.awaitEnd();
            server.application.slow.complete("too late");
        }
    }

    @Test
    default void whoHasNotBeenUpgradedIsReachedToo() {
        try (TestServer server = server(Limits.DEFAULT.with(Limit.HANDSHAKE_MILLIS, 50_000));
                TestClient silent = server.connect();
                TestClient http = server.connect()) {
            http.write("GET /hello?name=a HTTP/1.1\r\nhost: x\r\n\r\n");
            assertThat(http.readResponse(false).status()).isEqualTo(200);
            await().until(() -> server.transport.stats().accepted() == 2);
            long start = System.nanoTime();
            server.transport.close(new Drain(100, 10_000, 50_000, _ -> {}));
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(took).isLessThan(Duration.ofSeconds(25));
            silent.awaitEnd();
            http.awaitEnd();
        }
    }
}
