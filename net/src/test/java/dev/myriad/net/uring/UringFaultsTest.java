package dev.myriad.net.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.Group;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.NetConfig;
import dev.myriad.net.NetException;
import dev.myriad.net.TestApplication;
import dev.myriad.net.TestClient;
import dev.myriad.net.TestClient.Received;
import dev.myriad.net.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What the kernel does when a ring runs out of something, provoked with very small rings. */
@EnabledIf("isOffered")
class UringFaultsTest {
    /** A few of everything. */
    private static final LaneSize TINY = new LaneSize(8, 16, 300, 2, 128);

    static boolean isOffered() {
        return UringTransport.obstacle().isEmpty();
    }

    private static UringTransport start(LaneSize size, TestApplication application) {
        NetConfig config =
                new NetConfig("127.0.0.1", 0, 1, Limits.DEFAULT.with(Limit.IDLE_MILLIS, 0));
        return UringTransport.start(config, application, "test", 1, size);
    }

    /** A burst larger than the completion queue, and than the buffers, loses nothing. */
    @Test
    void overflowingCompletionsAndTooFewBuffersLoseNothing() {
        TestApplication application = new TestApplication();
        try (UringTransport transport = start(TINY, application)) {
            TestClient.open(transport.address(), "/peer?id=shard");
            List<TestClient> clients = open(transport, "/echo", 200);
            for (int round = 0; round < 20; round++) {
                CountDownLatch written = new CountDownLatch(1); // all come at once to a busy shard
                application.connection("shard").execute(() -> arrives(written));
                for (TestClient client : clients) {
                    client.text("round " + round + " " + "x".repeat(300));
                }
                written.countDown();
                for (TestClient client : clients) {
                    assertThat(client.nextText()).startsWith("round " + round + " ").endsWith("x");
                }
            }
            clients.forEach(TestClient::close);
            assertThat(transport.completionOverflows()).as("provoked").isPositive();
            assertThat(transport.bufferShortages()).as("provoked").isPositive();
        }
    }

    private static void arrives(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One whose socket is full gets everything in order once it reads, around others' traffic. */
    @Test
    void aFullSocketIsWaitedForAndNothingOvertakes() {
        TestApplication application = new TestApplication();
        try (Transport transport = start(TINY, application)) {
            TestClient slow = TestClient.connect(transport.address(), 4_096);
            slow.upgrade("/echo");
            TestClient other = TestClient.open(transport.address(), "/echo");
            String filler = "y".repeat(10_000);
            int frames = 60;
            for (int i = 0; i < frames; i++) {
                slow.text(i + ":" + filler);
            }
            other.text("still here");
            assertThat(other.nextText()).isEqualTo("still here");
            await().until(() -> transport.stats().congested() > 0);
            for (int i = 0; i < frames; i++) {
                assertThat(slow.nextText()).isEqualTo(i + ":" + filler);
            }
            slow.close();
            other.close();
        }
    }

    /** A full table answers 503 at once, and takes connections again when one leaves. */
    @Test
    void aFullTableRefusesAndRecovers() {
        LaneSize four = new LaneSize(8, 16, 4, 2, 128);
        try (Transport transport = start(four, new TestApplication())) {
            List<TestClient> clients = open(transport, "/echo", 4);
            TestClient.connect(transport.address()).awaitEnd(); // the kernel found no slot for it
            TestClient sixth = TestClient.connect(transport.address());
            assertThat(sixth.readResponse(true).status()).isEqualTo(503);
            sixth.close();
            clients.removeLast().close();
            await().until(() -> transport.stats().open() == 3);
            await().until(() -> echoes(transport.address()));
            for (TestClient client : clients) {
                client.text("unharmed");
                assertThat(client.nextText()).isEqualTo("unharmed");
                client.close();
            }
        }
    }

    private static boolean echoes(InetSocketAddress address) {
        try (TestClient client = TestClient.connect(address)) {
            client.writeIgnoringErrors(TestClient.upgradeRequest("/echo"));
            client.expectUpgraded();
            return true;
        } catch (AssertionError _) {
            return false; // refused by the accept that was still under way
        }
    }

    /** Slots are reused at once, across resets, while broadcasts run: see also the churn test. */
    @Test
    void reusedSlotsGetNothingOfTheirLastOwner() {
        TestApplication application = new TestApplication();
        try (Transport transport = start(new LaneSize(8, 16, 8, 2, 128), application)) {
            Group group = transport.group();
            for (int round = 0; round < 300; round++) {
                String secret = "for " + round + " only";
                TestClient client = TestClient.connect(transport.address());
                client.writeIgnoringErrors(TestClient.upgradeRequest("/echo"));
                try {
                    client.expectUpgraded();
                } catch (AssertionError _) {
                    client.close();
                    continue; // the slots of the last ones are not free yet
                }
                for (int i = 0; i < 20; i++) {
                    client.text(secret);
                    group.send(TestApplication.text("nobody is here"), null);
                }
                for (int i = 0; i < round % 20; i++) {
                    assertThat(client.next()).isEqualTo(new Received.Text(secret));
                }
                if (round % 2 == 0) {
                    client.reset();
                } else {
                    client.close();
                }
            }
            await().until(() -> transport.stats().open() == 0);
        }
    }

    @Test
    void aTakenPortIsNamedInOneSentence() {
        try (Transport transport = start(TINY, new TestApplication())) {
            int port = transport.address().getPort();
            NetConfig again = new NetConfig("127.0.0.1", port, 1, Limits.DEFAULT);
            assertThatThrownBy(
                            () ->
                                    UringTransport.start(
                                            again, new TestApplication(), "test", 1, TINY))
                    .isInstanceOf(NetException.class)
                    .hasMessage("port " + port + " on 127.0.0.1 is taken");
        }
    }

    @Test
    void moreConnectionsThanOneTableHoldsNeedMoreLanes() {
        assertThat(LaneSize.lanesPerShard(110_000, 2, 20_000)).isEqualTo(3);
        assertThat(LaneSize.lanesPerShard(1_000, 2, 20_000)).isEqualTo(1);
        assertThat(LaneSize.forConnections(110_000, 6).slots()).isBetween(19_250, 20_000);
        int lanes = 2 * LaneSize.lanesPerShard(2_000_000, 2, 20_000);
        assertThat(LaneSize.forConnections(2_000_000, lanes).slots()).isLessThanOrEqualTo(20_000);
    }

    private static List<TestClient> open(Transport transport, String target, int count) {
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(TestClient.open(transport.address(), target));
        }
        return clients;
    }
}
