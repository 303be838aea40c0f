package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.TestClient.Received;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a WebSocket connection ends. */
interface ClosingConformance extends Fixture {
    /** Expects a close frame with the code, and that the server's side knows it. */
    private static void assertClosed(TestServer.Pair pair, int code) {
        assertThat(pair.client().next())
                .isInstanceOfSatisfying(
                        Received.Close.class, close -> assertThat(close.code()).isEqualTo(code));
        pair.client().close();
        assertThat(pair.peer().closeCode()).isEqualTo(code);
    }

    @Test
    default void theClientsCloseIsAnsweredWithItsCode() {
        try (TestServer server = server()) {
            for (int code : new int[] {1000, 1001, 3000, 4999}) {
                TestServer.Pair pair = server.pair();
                pair.client().close(code, "bye");
                assertThat(pair.client().next()).isEqualTo(new Received.Close(code, ""));
                assertThat(pair.client().next()).isEqualTo(new Received.End());
                pair.client().close();
                assertThat(pair.peer().closeCode()).isEqualTo(code);
            }
            server.awaitNobody();
        }
    }

    @Test
    default void aCloseWithoutACodeIs1005() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            pair.client().close(CloseCode.NO_STATUS, "");
            assertThat(pair.client().next()).isEqualTo(new Received.Close(1000, ""));
            assertThat(pair.client().next()).isEqualTo(new Received.End());
            pair.client().close();
            assertThat(pair.peer().closeCode()).isEqualTo(CloseCode.NO_STATUS);
        }
    }

    @Test
    default void whatWasSentBeforeTheServersCloseLeavesBeforeIt() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            for (int i = 0; i < 100; i++) {
                pair.connection().send(TestApplication.text("last words " + i));
            }
            pair.connection().close(4002, "why");
            pair.connection().send(TestApplication.text("too late"));
            for (int i = 0; i < 100; i++) {
                assertThat(pair.client().nextText()).isEqualTo("last words " + i);
            }
            assertThat(pair.client().next()).isEqualTo(new Received.Close(4002, "why"));
            pair.client().close(4002, "");
            assertThat(pair.client().next()).isEqualTo(new Received.End());
            pair.client().close();
            assertThat(pair.peer().closeCode()).isEqualTo(4002);
        }
    }

    @Test
    default void whatTheServerClosesIsCountedByCode() {
        try (TestServer server = server()) {
            TestServer.Pair broken = server.pair();
            broken.client().write(new byte[] {(byte) 0xF1, (byte) 0x80, 0, 0, 0, 0});
            assertClosed(broken, CloseCode.PROTOCOL_ERROR);
            for (int code : new int[] {CloseCode.POLICY, 3001, 3999, 4999}) {
                TestServer.Pair pair = server.pair();
                pair.connection().close(code, "");
                assertClosed(pair, code);
            }
            TestServer.Pair leaving = server.pair();
            leaving.client().close(CloseCode.GOING_AWAY, "");
            server.awaitNobody();
            assertThat(server.transport.stats().closed())
                    .containsEntry(CloseCode.PROTOCOL_ERROR, 1L)
                    .containsEntry(CloseCode.POLICY, 1L)
                    .containsEntry(3000, 2L)
                    .containsEntry(4000, 1L)
                    .containsEntry(CloseCode.GOING_AWAY, 0L);
        }
    }

    @Test
    default void messagesBehindTheClientsCloseAreIgnored() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            pair.client().text("before");
            pair.client().close(1000, "");
            pair.client().writeIgnoringErrors(TestClient.textFrame("behind"));
            pair.client().awaitEnd();
            pair.client().close();
            assertThat(pair.peer().closeCode()).isEqualTo(1000);
            assertThat(pair.peer().texts).containsExactly("before");
        }
    }

    @Test
    default void aClientThatDoesNotAnswerTheCloseIsCutOff() {
        try (TestServer server = server(Fixture.limits(100, 1 << 20, 10_000, 0, 200))) {
            TestServer.Pair pair = server.pair();
            pair.connection().close(1001, "");
            assertThat(pair.client().next()).isEqualTo(new Received.Close(1001, ""));
            assertThat(pair.client().next()).isEqualTo(new Received.End());
            assertThat(pair.peer().closeCode()).isEqualTo(1001);
        }
    }

    @Test
    default void anInvalidCloseCodeIsTheCallersFault() {
        try (TestServer server = server()) {
            Connection connection = server.pair().connection();
            assertThatThrownBy(() -> connection.close(1006, ""))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    default void anOversizeFrameIs1009EvenIfTheClientGoesOnSendingIt() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            pair.client()
                    .writeIgnoringErrors(
                            TestClient.frame(FrameEncoder.BINARY, true, new byte[3 << 20]));
            assertClosed(pair, CloseCode.TOO_BIG);
            server.assertServes();
        }
    }

    @Test
    default void anOversizeMessageOfSmallFramesIs1009() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            byte[] part = new byte[100_000];
            pair.client().write(TestClient.frame(FrameEncoder.BINARY, false, part));
            for (int i = 0; i < 15; i++) {
                pair.client().writeIgnoringErrors(TestClient.frame(0, false, part));
            }
            assertClosed(pair, CloseCode.TOO_BIG);
        }
    }

    @Test
    default void textThatIsNotUtf8Is1007() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            byte[] bad = {'b', 'a', 'd', (byte) 0xc3, (byte) 0x28};
            pair.client().write(TestClient.frame(FrameEncoder.TEXT, true, bad));
            assertClosed(pair, CloseCode.INVALID_PAYLOAD);
        }
    }

    @Test
    default void anUnmaskedFrameIs1002() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            pair.client().write(TestApplication.text("no mask"));
            assertClosed(pair, CloseCode.PROTOCOL_ERROR);
        }
    }

    @Test
    default void reservedBitsAre1002() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            byte[] frame = TestClient.textFrame("compressed?");
            frame[0] |= 0x40;
            pair.client().write(frame);
            assertClosed(pair, CloseCode.PROTOCOL_ERROR);
        }
    }

    @Test
    default void nothingBehindAViolationIsRead() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            byte[] unmasked = TestApplication.text("no mask");
            byte[] behind = TestClient.textFrame("behind");
            byte[] both = Arrays.copyOf(unmasked, unmasked.length + behind.length);
            System.arraycopy(behind, 0, both, unmasked.length, behind.length);
            pair.client().write(both);
            pair.client().writeIgnoringErrors(behind);
            assertClosed(pair, CloseCode.PROTOCOL_ERROR);
            assertThat(pair.peer().texts).isEmpty();
        }
    }

    @Test
    default void anIdleClientIsClosedAndABusyOneIsNot() {
        // Long enough for a machine that stalls to keep the busy one alive.
        try (TestServer server = server(Fixture.limits(100, 1 << 20, 10_000, 2_000, 500))) {
            TestServer.Pair idle = server.pair();
            try (TestClient busy = server.echo()) {
                await().pollInterval(Duration.ofMillis(20))
                        .atMost(Duration.ofSeconds(30))
                        .until(
                                () -> {
                                    busy.text("heartbeat");
                                    assertThat(busy.nextText()).isEqualTo("heartbeat");
                                    return idle.peer().closed.isDone();
                                });
            }
            assertClosed(idle, CloseCode.PROTOCOL_ERROR);
        }
    }

    @Test
    default void aHalfCloseEndsTheConnectionAfterWhatWasSentBefore() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            pair.client().text("last");
            pair.client().shutdownOutput();
            assertThat(pair.peer().closeCode()).isEqualTo(CloseCode.ABNORMAL);
            assertThat(pair.peer().texts).containsExactly("last");
            assertThat(pair.client().next()).isEqualTo(new Received.End());
        }
    }

    @Test
    default void whoStaysAfterTheClosingHandshakeIsClosedAndNotCounted() {
        try (TestServer server = server(Limits.DEFAULT.with(Limit.CLOSE_MILLIS, 50))) {
            TestServer.Pair pair = server.pair();
            pair.client().close(1000, "");
            assertThat(pair.client().next()).isEqualTo(new Received.Close(1000, ""));
            assertThat(pair.client().next()).isEqualTo(new Received.End());
            pair.client().awaitRefusal();
            assertThat(pair.peer().closeCode()).isEqualTo(1000);
            assertThat(server.transport.stats().limits()).containsEntry("closeMillis", 0L);
        }
    }

    @Test
    default void whatCameBeforeTheClientVanishedIsHeardAlthoughItCanBeSentNothing() {
        CountDownLatch vanished = new CountDownLatch(1);
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            pair.connection().send(TestApplication.text("never read"));
            pair.awaitServed();
            pair.awaitServed(); // by now it lies with the client, whose close is a reset
            pair.connection().execute(() -> awaitCounted(vanished));
            pair.connection().send(TestApplication.text("to nobody"));
            List<String> texts = vanish(pair.client(), 100);
            vanished.countDown();
            assertThat(pair.peer().closeCode()).isEqualTo(CloseCode.ABNORMAL);
            assertThat(pair.peer().texts).containsExactlyElementsOf(texts);
            server.awaitNobody();
        } finally {
            vanished.countDown();
        }
    }

    @Test
    default void whatCameBeforeTheClientVanishedAmidABroadcastIsHeard() {
        CountDownLatch vanished = new CountDownLatch(1);
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair(server.connect(8 << 10));
            Group group = server.transport.group();
            group.add(pair.connection());
            byte[] frames = TestApplication.binary(32 << 10);
            await().pollInterval(Duration.ofMillis(1))
                    .until(
                            () -> {
                                group.send(frames, null);
                                pair.awaitServed();
                                return server.transport.stats().congested() > 0;
                            });
            pair.connection().execute(() -> awaitCounted(vanished));
            group.send(frames, null);
            List<String> texts = vanish(pair.client(), 100);
            vanished.countDown();
            assertThat(pair.peer().closeCode()).isEqualTo(CloseCode.ABNORMAL);
            assertThat(pair.peer().texts).containsExactlyElementsOf(texts);
            server.awaitNobody();
        } finally {
            vanished.countDown();
        }
    }

    /**
     * Sends texts, at once so that none waits for the server's kernel, and closes with bytes
     * unread.
     */
    private static List<String> vanish(TestClient client, int count) {
        List<String> texts = new ArrayList<>(count);
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            texts.add("last words " + i);
            frames.writeBytes(TestClient.textFrame(texts.getLast()));
        }
        client.write(frames.toByteArray());
        client.close();
        return texts;
    }

    private static void awaitCounted(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    default void aResetEndsTheConnection() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            pair.client().reset();
            assertThat(pair.peer().closeCode()).isEqualTo(CloseCode.ABNORMAL);
            pair.connection().send(TestApplication.text("to nobody"));
            pair.connection().close(1000, "");
            server.assertServes();
        }
    }

    @Test
    default void aResetInTheMidstOfAFrameEndsTheConnection() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            byte[] frame = TestClient.textFrame("never complete");
            pair.client().write(Arrays.copyOf(frame, frame.length - 3));
            pair.client().reset();
            assertThat(pair.peer().closeCode()).isEqualTo(CloseCode.ABNORMAL);
            assertThat(pair.peer().texts).isEmpty();
            server.awaitNobody();
        }
    }

    @Test
    default void aHandlerThatThrowsLosesItsConnectionOnly() {
        try (TestServer server = server();
                TestClient other = server.echo()) {
            server.application.onText =
                    (_, _) -> {
                        throw new IllegalStateException("broken on purpose");
                    };
            TestServer.Pair pair = server.pair();
            pair.client().text("boom");
            assertClosed(pair, CloseCode.INTERNAL_ERROR);
            other.text("unharmed");
            assertThat(other.nextText()).isEqualTo("unharmed");
            server.assertServes();
        }
    }

    @Test
    default void aTaskThatThrowsHarmsNobody() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            pair.connection()
                    .execute(
                            () -> {
                                throw new IllegalStateException("broken on purpose");
                            });
            pair.connection().send(TestApplication.text("after"));
            assertThat(pair.client().nextText()).isEqualTo("after");
        }
    }
}
