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
import dev.myriad.net.engine.OpenFiles;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** However many send without end, one that sends little is read before they are read again. */
    @Test
    void whoSendsLittleIsReadBeforeThoseWhoSendMuch() {
        LaneSize size = new LaneSize(64, 256, 300, 32, 128); // one receive could take all buffers
        int heavy = 50;
        int rounds = 100;
        TestApplication application = new TestApplication();
        try (UringTransport transport = start(size, application)) {
            TestClient.open(transport.address(), "/peer?id=shard");
            List<TestClient> clients = new ArrayList<>();
            for (int i = 0; i < heavy; i++) {
                clients.addAll(open(transport, "/peer?id=heavy" + i, 1));
            }
            TestClient light = TestClient.open(transport.address(), "/peer?id=light");
            AtomicInteger before = new AtomicInteger();
            AtomicInteger lightAfter = new AtomicInteger();
            application.onText(
                    (name, _) -> {
                        if (name.startsWith("heavy")) {
                            before.incrementAndGet();
                        } else {
                            lightAfter.set(before.get());
                        }
                    });
            CountDownLatch written = new CountDownLatch(1); // all come at once to a busy shard
            application.connection("shard").execute(() -> arrives(written));
            for (TestClient client : clients) {
                for (int i = 0; i < rounds; i++) {
                    client.text("y".repeat(100));
                }
            }
            light.text("here");
            written.countDown();
            await().atMost(20, TimeUnit.SECONDS)
                    .until(() -> before.get() == heavy * rounds && lightAfter.get() > 0);
            assertThat(lightAfter.get()).as("of %d", heavy * rounds).isLessThan(heavy * 4);
            clients.forEach(TestClient::close);
            light.close();
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

    /** A ring can be lost at any moment; the kernel must not go on giving its shard connections. */
    @Test
    void aShardWithoutItsRingGivesUpItsListenerAndTheOthersServeOn() throws Throwable {
        NetConfig config =
                new NetConfig("127.0.0.1", 0, 2, Limits.DEFAULT.with(Limit.IDLE_MILLIS, 0));
        TestApplication application = new TestApplication();
        UringTransport transport = UringTransport.start(config, application, "test", 1, TINY);
        try {
            List<TestClient> clients = open(transport, "/echo", 40); // of both shards
            assertThat(transport.trouble()).isEmpty();
            breakRing(transport.rings().getFirst());
            await().until(() -> transport.trouble().isPresent());
            assertThat(transport.trouble())
                    .get()
                    .asString()
                    .startsWith("1 of 2 shards lost a ring");
            assertThat(transport.isServing()).isTrue();
            await().until(() -> transport.stats().open() < 40);
            long left = transport.stats().open();
            assertThat(left).as("those of the other shard").isPositive();
            for (TestClient client : open(transport, "/echo", 40)) {
                client.text("served");
                assertThat(client.nextText()).isEqualTo("served");
            }
            assertThat(transport.stats().open()).isEqualTo(left + 40);
            breakRing(transport.rings().getLast());
            await().until(() -> !transport.isServing());
            await().until(() -> transport.stats().open() == 0);
            assertThatThrownBy(() -> TestClient.connect(transport.address())).isNotNull();
            clients.forEach(TestClient::close);
        } finally {
            transport.close();
        }
    }

    /** A group's sends, and its members' ends, need no ring. */
    @Test
    void aBroadcastPassesABrokenShardBy() throws Throwable {
        NetConfig config =
                new NetConfig("127.0.0.1", 0, 2, Limits.DEFAULT.with(Limit.IDLE_MILLIS, 0));
        TestApplication application = new TestApplication();
        UringTransport transport = UringTransport.start(config, application, "test", 1, TINY);
        try {
            Group group = transport.group();
            breakRing(transport.rings().getFirst());
            await().until(() -> transport.trouble().isPresent());
            TestClient client = TestClient.open(transport.address(), "/peer?id=here");
            group.add(application.connection("here"), new byte[0]);
            for (int i = 0; i < 1_000; i++) {
                group.send(TestApplication.text("to all " + i), null);
            }
            for (int i = 0; i < 1_000; i++) {
                assertThat(client.nextText()).isEqualTo("to all " + i);
            }
            client.close();
        } finally {
            transport.close();
        }
    }

    /** What was a ring is something else from now on: each further call of it fails. */
    @SuppressWarnings("restricted")
    private static void breakRing(Ring ring) throws Throwable {
        Kernel.Errno errno = new Kernel.Errno();
        int other = Kernel.eventfd(errno);
        Linker linker = Linker.nativeLinker();
        MethodHandle dup2 =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("dup2"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        int _ = (int) dup2.invokeExact(other, ring.fd());
        Kernel.close(errno, other);
    }

    /** The second ring is refused: nothing of the first is left, nor of what went before it. */
    @Test
    void aStartThatFailsLeavesNothingBehind() {
        LaneSize tooLarge = new LaneSize(8, 16, 1 << 22, 2, 128);
        NetConfig config = new NetConfig("127.0.0.1", 0, 2, Limits.DEFAULT);
        List<String> before = descriptors();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(
                            () ->
                                    UringTransport.start(
                                            config, new TestApplication(), "test", 2, tooLarge))
                    .isInstanceOf(UringException.class);
        }
        assertThat(descriptors()).hasSameSizeAs(before);
    }

    /** Of rings, eventfds and sockets. */
    private static List<String> descriptors() {
        List<String> found = new ArrayList<>();
        for (String name : Objects.requireNonNull(new File("/proc/self/fd").list())) {
            try {
                String target = Files.readSymbolicLink(Path.of("/proc/self/fd", name)).toString();
                if (target.startsWith("anon_inode:") || target.startsWith("socket:")) {
                    found.add(target);
                }
            } catch (IOException _) {
                // closed meanwhile
            }
        }
        return found;
    }

    @Test
    void ringsFollowTheLimitOfOpenFiles() {
        for (int limit : new int[] {64, 256, 1_024, 4_096, 20_000}) {
            OpenFiles files = new OpenFiles(limit, 40);
            int lanes = 2 * LaneSize.lanesPerShard(110_000, 2, files);
            LaneSize size = LaneSize.forConnections(110_000, lanes, limit);
            assertThat(size.slots()).as("a table of %s", limit).isLessThanOrEqualTo(limit);
            assertThat(2 * lanes)
                    .as("rings and listeners")
                    .isLessThanOrEqualTo(Math.max(4, files.left() / 2));
            assertThat(size.places(110_000, lanes)).isLessThanOrEqualTo(lanes * size.slots());
        }
        LaneSize few =
                LaneSize.forConnections(
                        110_000,
                        2 * LaneSize.lanesPerShard(110_000, 2, new OpenFiles(256, 40)),
                        256);
        assertThat(few.places(110_000, 2)).isBetween(400, 512);
        LaneSize many = LaneSize.forConnections(110_000, 6, 20_000);
        assertThat(many.places(110_000, 6)).isEqualTo(110_000);
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
        assertThat(LaneSize.forConnections(110_000, 6, 20_000).slots()).isBetween(19_250, 20_000);
        int lanes = 2 * LaneSize.lanesPerShard(2_000_000, 2, 20_000);
        assertThat(LaneSize.forConnections(2_000_000, lanes, 20_000).slots())
                .isLessThanOrEqualTo(20_000);
    }

    private static List<TestClient> open(Transport transport, String target, int count) {
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(TestClient.open(transport.address(), target));
        }
        return clients;
    }
}
