package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.protocol.FrameEncoder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each limit that is exceeded is counted under its own name and no other. What the client gets is
 * for the other parts of the suite.
 */
interface LimitsConformance extends Fixture {
    String POST = "POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 11\r\n\r\n";

    /**
     * How to exceed a limit.
     *
     * @param limit the name that it is counted under
     */
    record Excess(String limit, Limits limits, Offender offender) {}

    /** Exceeds it once. */
    @FunctionalInterface
    interface Offender {
        void offend(TestServer server);
    }

    private static List<Excess> excesses() {
        Limits usual = Limits.DEFAULT;
        return List.of(
                new Excess(
                        "connectionsMax",
                        usual.with(Limit.CONNECTIONS_MAX, 1),
                        server -> {
                            TestServer.Pair _ = server.pair();
                            request(server, "/echo");
                        }),
                new Excess(
                        "connectionsPerAddressMax",
                        usual.with(Limit.CONNECTIONS_PER_ADDRESS_MAX, 1),
                        server -> {
                            TestServer.Pair _ = server.pair();
                            request(server, "/echo");
                        }),
                new Excess(
                        "frameBytesMax",
                        usual.with(Limit.FRAME_BYTES_MAX, 100),
                        server -> server.echo().binary(new byte[101])),
                new Excess(
                        "messageBytesMax",
                        usual.with(Limit.MESSAGE_BYTES_MAX, 100),
                        server -> {
                            TestClient client = server.echo();
                            client.write(
                                    TestClient.frame(FrameEncoder.BINARY, false, new byte[60]));
                            client.write(TestClient.frame(0, true, new byte[60]));
                        }),
                new Excess(
                        "headBytesMax",
                        usual.with(Limit.HEAD_BYTES_MAX, 200),
                        server -> request(server, "/echo?" + "x".repeat(200))),
                new Excess(
                        "headersMax",
                        usual.with(Limit.HEADERS_MAX, 2),
                        server -> request(server, "/echo")),
                new Excess(
                        "httpBodyBytesMax",
                        usual.with(Limit.HTTP_BODY_BYTES_MAX, 10),
                        server -> {
                            TestClient client = server.connect();
                            client.write(POST + "eleven byte");
                        }),
                new Excess(
                        "outboundBytesMax",
                        usual.with(Limit.OUTBOUND_BYTES_MAX, 64 << 10),
                        server -> {
                            TestServer.Pair deaf = server.pair(server.connect(16 << 10));
                            byte[] frame = TestApplication.binary(32 << 10);
                            while (!deaf.peer().closed.isDone()) {
                                deaf.connection().send(frame);
                                deaf.awaitServed(); // not more than its shard can take
                            }
                        }),
                new Excess(
                        "handshakeMillis",
                        usual.with(Limit.HANDSHAKE_MILLIS, 50),
                        server -> server.connect().write("GET /echo HTTP/1.1\r\nhost:")),
                new Excess(
                        "handshakeMillis",
                        usual.with(Limit.HANDSHAKE_MILLIS, 50),
                        server -> {
                            TestClient client = server.connect();
                            client.write(POST + "ele");
                            client.awaitEnd();
                        }),
                new Excess(
                        "idleMillis",
                        usual.with(Limit.IDLE_MILLIS, 50),
                        server -> {
                            TestServer.Pair _ = server.pair();
                        }),
                new Excess(
                        "closeMillis",
                        usual.with(Limit.CLOSE_MILLIS, 50),
                        server -> server.pair().connection().close(1001, "")));
    }

    private static void request(TestServer server, String target) {
        server.connect().write(TestClient.upgradeRequest(target));
    }

    @TestFactory
    default Stream<DynamicTest> eachExcessIsCountedUnderTheNameOfItsLimit() {
        return excesses().stream()
                .map(
                        excess ->
                                DynamicTest.dynamicTest(
                                        excess.limit(), () -> assertCounted(excess)));
    }

    private void assertCounted(Excess excess) {
        try (TestServer server = server(excess.limits())) {
            assertThat(server.transport.stats().limits())
                    .containsEntry(excess.limit(), 0L)
                    .allSatisfy((_, count) -> assertThat(count).isZero());
            excess.offender().offend(server);
            await().untilAsserted(
                            () ->
                                    assertThat(server.transport.stats().limits())
                                            .containsEntry(excess.limit(), 1L));
            assertThat(server.transport.stats().limits())
                    .allSatisfy(
                            (limit, count) ->
                                    assertThat(count)
                                            .isEqualTo(limit.equals(excess.limit()) ? 1 : 0));
        }
    }
}
