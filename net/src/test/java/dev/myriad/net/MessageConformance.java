package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.TestClient.Received;
import dev.myriad.protocol.FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Messages of one connection, there and back. */
interface MessageConformance extends Fixture {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    default void textOfEveryLengthIsEchoed() {
        try (TestServer server = server();
                TestClient client = server.echo()) {
            for (int length : new int[] {0, 1, 125, 126, 65_535, 65_536, 300_000, 1 << 20}) {
                String text = "x".repeat(length);
                client.text(text);
                assertThat(client.nextText()).isEqualTo(text);
            }
            client.text("Grüße, 世界 🌍");
            assertThat(client.nextText()).isEqualTo("Grüße, 世界 🌍");
        }
    }

    @Test
    default void binaryIsEchoed() {
        try (TestServer server = server();
                TestClient client = server.echo()) {
            byte[] payload = new byte[70_000];
            new Random(1).nextBytes(payload);
            client.binary(payload);
            assertThat(client.next()).isEqualTo(new Received.Binary(TestClient.hex(payload)));
        }
    }

    @Test
    default void manyMessagesInOneSegmentAreEchoedInOrder() {
        try (TestServer server = server();
                TestClient client = server.echo()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 2_000; i++) {
                all.writeBytes(TestClient.textFrame("m" + i));
            }
            client.write(all.toByteArray());
            for (int i = 0; i < 2_000; i++) {
                assertThat(client.nextText()).isEqualTo("m" + i);
            }
        }
    }

    @Test
    default void aFrameMayArriveByteByByte() {
        try (TestServer server = server();
                TestClient client = server.echo()) {
            for (byte b : TestClient.textFrame("dribble ".repeat(20))) {
                client.write(new byte[] {b});
            }
            assertThat(client.nextText()).isEqualTo("dribble ".repeat(20));
        }
    }

    @Test
    default void controlFramesMayComeBetweenFragments() {
        try (TestServer server = server();
                TestClient client = server.echo()) {
            client.write(TestClient.frame(FrameEncoder.TEXT, false, bytes("frag")));
            client.write(TestClient.frame(FrameEncoder.PING, true, bytes("between")));
            client.write(TestClient.frame(0, false, bytes("men")));
            client.write(TestClient.frame(FrameEncoder.PONG, true, bytes("unasked")));
            client.write(TestClient.frame(0, true, bytes("ted")));
            assertThat(client.next()).isEqualTo(new Received.Pong("between"));
            assertThat(client.nextText()).isEqualTo("fragmented");
        }
    }

    @Test
    default void aPingIsAnsweredWithItsPayload() {
        try (TestServer server = server();
                TestClient client = server.echo()) {
            client.write(TestClient.frame(FrameEncoder.PING, true, bytes("are you there")));
            assertThat(client.next()).isEqualTo(new Received.Pong("are you there"));
            client.write(TestClient.frame(FrameEncoder.PING, true, new byte[0]));
            assertThat(client.next()).isEqualTo(new Received.Pong(""));
        }
    }

    @Test
    default void sendsOfOneThreadKeepTheirOrder() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            for (int i = 0; i < 10_000; i++) {
                pair.connection().send(TestApplication.text("s" + i));
            }
            for (int i = 0; i < 10_000; i++) {
                assertThat(pair.client().nextText()).isEqualTo("s" + i);
            }
        }
    }

    @Test
    default void tasksRunOnOneThreadInOrderWithSends() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair();
            Connection connection = pair.connection();
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < 1_000; i++) {
                connection.send(TestApplication.text("send " + i));
                int number = i;
                connection.execute(
                        () -> {
                            threads.add(Thread.currentThread());
                            connection.send(TestApplication.text("task " + number));
                        });
            }
            for (int i = 0; i < 1_000; i++) {
                assertThat(pair.client().nextText()).isEqualTo("send " + i);
                assertThat(pair.client().nextText()).isEqualTo("task " + i);
            }
            assertThat(threads).hasSize(1);
        }
    }

    @Test
    default void largeMessagesArriveWholeThroughAFullSocket() {
        try (TestServer server = server()) {
            TestServer.Pair pair = server.pair(server.connect(8 << 10));
            for (int i = 0; i < 10; i++) {
                pair.connection().send(TestApplication.text(i + "x".repeat(100_000)));
            }
            for (int i = 0; i < 10; i++) {
                assertThat(pair.client().nextText()).isEqualTo(i + "x".repeat(100_000));
            }
        }
    }

    @Test
    default void everythingIsCounted() {
        try (TestServer server = server()) {
            TestClient client = server.echo();
            client.text("one");
            client.binary(new byte[] {2});
            assertThat(client.nextText()).isEqualTo("one");
            client.next();
            NetStats stats = server.transport.stats();
            assertThat(stats.open()).isEqualTo(1);
            assertThat(stats.accepted()).isEqualTo(1);
            assertThat(stats.upgraded()).isEqualTo(1);
            assertThat(stats.messagesIn()).isEqualTo(2);
            assertThat(stats.framesOut()).isEqualTo(3); // 101 counts as one
            assertThat(stats.bytesIn()).isEqualTo(TestClient.upgradeRequest("/echo").length + 16);
            client.close();
            server.awaitNobody();
        }
    }
}
