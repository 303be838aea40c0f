package dev.myriad.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.myriad.channels.Channel;
import dev.myriad.channels.ConnectResult;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.channels.SocketRoutes;
import dev.myriad.net.NetException;
import dev.myriad.net.Transports;
import dev.myriad.process.ExitReason;
import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever reached the server before a connection ended reaches its channels, on real transports.
 */
@Timeout(120)
class HandOverTest {
    private static final int ROUNDS = 100;
    private static final int MASK = 0x01020304;

    private final Map<Integer, AtomicInteger> handled = new ConcurrentHashMap<>();
    private final Semaphore ends = new Semaphore(0);

    record Params(int id) {}

    private final class Counting extends Channel {
        private int id;

        @Override
        protected JoinResult join(String topic, Payload params) {
            id = params.as(Params.class).id();
            return JoinResult.ok();
        }

        @Override
        protected Result handleIn(String event, Payload payload) {
            handled.computeIfAbsent(id, _ -> new AtomicInteger()).incrementAndGet();
            return Result.ok();
        }

        @Override
        protected void terminate(ExitReason reason) {
            ends.release();
        }
    }

    private void offer(SocketRoutes socket) {
        socket.channel("room:*", Counting::new);
    }

    private Endpoint serve(Transports.Kind kind) {
        Instant later = Instant.now().plusSeconds(3_600);
        try {
            return Endpoint.builder()
                    .transport(kind)
                    .socket("/plain", this::offer)
                    .socket(
                            "/expiring",
                            socket -> {
                                offer(socket);
                                socket.connect((_, _) -> ConnectResult.ok().expiresAt(later));
                            })
                    .start();
        } catch (NetException e) {
            return abort(e.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(value = Transports.Kind.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void joinPushAndCloseInOneBreath(Transports.Kind kind) throws Exception {
        rounds(kind, "/plain", false, true);
        rounds(kind, "/expiring", false, true);
    }

    @ParameterizedTest
    @EnumSource(value = Transports.Kind.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void joinAndPushAndCutOff(Transports.Kind kind) throws Exception {
        rounds(kind, "/plain", false, false);
        rounds(kind, "/expiring", false, false);
    }

    @ParameterizedTest
    @EnumSource(value = Transports.Kind.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void pushAndCloseAsSoonAsTheJoinIsAnswered(Transports.Kind kind) throws Exception {
        rounds(kind, "/plain", true, true);
        rounds(kind, "/expiring", true, false);
    }

    private void rounds(Transports.Kind kind, String path, boolean waits, boolean closes)
            throws Exception {
        handled.clear();
        ends.drainPermits();
        try (Endpoint endpoint = serve(kind)) {
            for (int id = 0; id < ROUNDS; id++) {
                round(endpoint.address().getPort(), path, id, waits, closes);
            }
            assertThat(ends.tryAcquire(ROUNDS, 30, TimeUnit.SECONDS)).as("all ended").isTrue();
            assertThat(handled).hasSize(ROUNDS);
            assertThat(handled.values()).allSatisfy(times -> assertThat(times).hasValue(1));
        }
    }

    private static void round(int port, String path, int id, boolean waits, boolean closes)
            throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            String head =
                    "GET %s/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                                    .formatted(path, port)
                            + "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(UTF_8));
            InputStream in = socket.getInputStream();
            readUntil(in, "\r\n\r\n");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            text(out, "[\"1\",\"1\",\"room:a\",\"phx_join\",{\"id\":" + id + "}]");
            if (waits) {
                out.writeTo(socket.getOutputStream());
                out.reset();
                readUntil(in, "phx_reply");
            }
            text(out, "[\"1\",\"2\",\"room:a\",\"count\",{}]");
            if (closes) {
                byte[] code = FrameEncoder.closePayload(1000, "");
                out.writeBytes(
                        FrameEncoder.maskedFrame(FrameEncoder.CLOSE, code, 0, code.length, MASK));
            }
            out.writeTo(socket.getOutputStream());
            socket.shutdownOutput();
            byte[] rest = in.readAllBytes(); // read to the end, so that no reset is sent
            assertThat(rest).isNotNull();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset"); // the server was first
        }
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        out.writeBytes(FrameEncoder.maskedFrame(FrameEncoder.TEXT, utf8, 0, utf8.length, MASK));
    }

    private static void readUntil(InputStream in, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int next = in.read();
            assertThat(next).isNotNegative();
            read.append((char) next);
        }
    }
}
