package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.TestServer.Pair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that take more than their share. */
interface LoadConformance extends Fixture {
    @Test
    default void aClientThatNeverReadsIsClosedAndNobodyElseNotices() {
        try (TestServer server = server(Fixture.limits(1_000, 256 << 10, 10_000, 0, 1_000))) {
            Pair deaf = server.pair(server.connect(16 << 10));
            Pair good = server.pair();
            Group group = server.transport.group();
            group.add(deaf.connection());
            group.add(good.connection());
            int sent = 0;
            while (!deaf.peer().closed.isDone()) {
                // What the kernels hold of it, at both ends, and then the queue: never 16 MB.
                assertThat(sent).isLessThan(256);
                group.send(TestApplication.binary(64 << 10), null);
                sent++;
                good.client().next();
            }
            assertThat(deaf.peer().closeCode()).isEqualTo(1013);
            NetStats stats = server.transport.stats();
            assertThat(stats.closedSlow()).isEqualTo(1);
            assertThat(stats.congested()).isPositive();
            group.send(TestApplication.text("goes on"), null);
            assertThat(good.client().nextText()).isEqualTo("goes on");
        }
    }

    /** Its close frame is one too many for its queue: it is gone, once, and its shard goes on. */
    @Test
    default void aClientThatNeverReadsAndBreaksTheProtocolIsClosedOnce() {
        try (TestServer server = server(Fixture.limits(1_000, 256 << 10, 10_000, 0, 1_000))) {
            Pair deaf = server.pair(server.connect(16 << 10));
            Pair good = server.pair();
            while (server.transport.stats().congested() == 0) {
                deaf.connection().send(TestApplication.binary(64 << 10));
                good.connection().send(TestApplication.text("in between"));
                good.client().next();
            }
            for (int i = 0; i < 4; i++) {
                deaf.connection().send(TestApplication.binary((64 << 10) - 40));
            }
            deaf.client().writeIgnoringErrors(new byte[] {(byte) 0x81, 1, 'x'}); // not masked
            assertThat(deaf.peer().closeCode()).isIn(1002, 1013);
            good.client().close();
            server.assertServes();
            await().until(() -> server.transport.stats().open() == 0);
        }
    }

    @Test
    default void aClientThatPausesIsCongestedAndCatchesUp() {
        try (TestServer server = server(Fixture.limits(1_000, 4 << 20, 10_000, 0, 1_000))) {
            Pair pausing = server.pair(server.connect(16 << 10));
            for (int i = 0; i < 40; i++) {
                pausing.connection().send(TestApplication.text(i + "p".repeat(64 << 10)));
            }
            pausing.awaitServed(); // or it might catch up in the midst, and be congested again
            await().until(() -> server.transport.stats().congested() > 0);
            for (int i = 0; i < 40; i++) {
                assertThat(pausing.client().nextText()).isEqualTo(i + "p".repeat(64 << 10));
            }
            assertThat(server.transport.stats().closedSlow()).isZero();
            assertThat(server.transport.stats().congested()).isEqualTo(1);
        }
    }

    @Test
    default void congestionDoesNotHoldBackAClose() {
        try (TestServer server = server(Fixture.limits(1_000, 4 << 20, 10_000, 0, 20_000))) {
            Pair pausing = server.pair(server.connect(16 << 10));
            for (int i = 0; i < 20; i++) {
                pausing.connection().send(TestApplication.text(i + "p".repeat(64 << 10)));
            }
            pausing.connection().close(1001, "enough");
            await().until(() -> server.transport.stats().congested() > 0);
            for (int i = 0; i < 20; i++) {
                assertThat(pausing.client().nextText()).isEqualTo(i + "p".repeat(64 << 10));
            }
            assertThat(pausing.client().next())
                    .isEqualTo(new TestClient.Received.Close(1001, "enough"));
        }
    }

    @Test
    default void thousandsOfHalfOpenUpgradesDoNotStopTheOthers() throws IOException {
        int count = 4_000;
        try (TestServer server = server(Fixture.limits(10_000, 1 << 20, 2_000, 0, 1_000))) {
            List<TestConnection> halfOpen = new ArrayList<>();
            try {
                byte[] start =
                        "GET /echo HTTP/1.1\r\nhost: x\r\n".getBytes(StandardCharsets.US_ASCII);
                for (int i = 0; i < count; i++) {
                    TestConnection connection = connect(server.transport, 0);
                    halfOpen.add(connection);
                    connection.write(start);
                }
                server.assertServes();
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> server.transport.stats().refused() == count);
                server.assertServes();
            } finally {
                for (TestConnection connection : halfOpen) {
                    connection.reset();
                }
            }
        }
    }
}
