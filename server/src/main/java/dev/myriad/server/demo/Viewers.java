package dev.myriad.server.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A crowd of clients on this machine that watch the metrics: real WebSockets, each with a virtual
 * thread that reads and forgets. Who asks for them has to sit at this machine. Thread-safe.
 */
public final class Viewers implements AutoCloseable {
    private static final int MAX = 2_000;
    private static final Duration HEARTBEAT = Duration.ofSeconds(20);
    private static final byte[] JOIN = frame("[\"1\",\"1\",\"metrics\",\"phx_join\",{}]");
    private static final byte[] BEAT = frame("[null,\"2\",\"phoenix\",\"heartbeat\",{}]");
    private static final byte[] HANDSHAKE =
            """
            GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r
            host: localhost\r
            upgrade: websocket\r
            connection: upgrade\r
            sec-websocket-version: 13\r
            sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r
            """
                    .getBytes(UTF_8);

    private final Supplier<InetSocketAddress> server;
    private final List<Socket> all = new ArrayList<>();

    /**
     * @param server where it listens, asked when the first ones are wanted
     */
    public Viewers(Supplier<InetSocketAddress> server) {
        this.server = server;
    }

    /** Answers {@code POST ?count=500}: so many there are then. */
    public HttpAnswer answer(HttpQuestion question) {
        if (!question.method().equals("POST")) {
            return HttpAnswer.of(405).with("allow", "POST");
        }
        if (!isFromThisMachine(question)) {
            return HttpAnswer.text(403, "Viewers are started on the server's own machine only.\n");
        }
        String count = question.query().getOrDefault("count", "");
        if (!count.matches("\\d{1,4}") || Integer.parseInt(count) > MAX) {
            return HttpAnswer.text(400, "count is a number from 0 to %d.\n".formatted(MAX));
        }
        try {
            become(Integer.parseInt(count));
        } catch (IOException e) {
            return HttpAnswer.text(503, "Not all viewers could connect: " + e.getMessage() + "\n");
        }
        return HttpAnswer.text(200, count + " viewers\n");
    }

    /** The peer is local, and so is the page that asks, if one does. */
    private static boolean isFromThisMachine(HttpQuestion question) {
        String own = "http://" + question.header("host").orElse("");
        return question.peer().getAddress().isLoopbackAddress()
                && question.header("origin").map(own::equals).orElse(true);
    }

    private synchronized void become(int count) throws IOException {
        all.removeIf(Socket::isClosed);
        while (all.size() > count) {
            all.removeLast().close();
        }
        while (all.size() < count) {
            Socket viewer = connect();
            all.add(viewer);
            Thread.ofVirtual().name("viewer").start(() -> watch(viewer));
        }
    }

    private Socket connect() throws IOException {
        InetAddress host = server.get().getAddress();
        Socket viewer =
                new Socket(
                        host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host,
                        server.get().getPort());
        viewer.getOutputStream().write(HANDSHAKE);
        return viewer;
    }

    /** It may join before the handshake is answered: the bytes wait their turn. */
    private static void watch(Socket viewer) {
        try (viewer;
                InputStream in = viewer.getInputStream();
                OutputStream out = viewer.getOutputStream()) {
            out.write(JOIN);
            viewer.setSoTimeout((int) HEARTBEAT.toMillis());
            byte[] forgotten = new byte[2_048];
            long beatNanos = System.nanoTime();
            while (in.read(forgotten) >= 0) {
                if (System.nanoTime() - beatNanos > HEARTBEAT.toNanos()) {
                    out.write(BEAT);
                    beatNanos = System.nanoTime();
                }
            }
        } catch (IOException _) {
            // It is over for this one.
        }
    }

    /** A short text message of a client, masked with zeros. */
    private static byte[] frame(String text) {
        byte[] message = text.getBytes(UTF_8);
        byte[] frame = new byte[6 + message.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | message.length);
        System.arraycopy(message, 0, frame, 6, message.length);
        return frame;
    }

    @Override
    public synchronized void close() {
        try {
            become(0);
        } catch (IOException _) {
            // They end with the server at the latest.
        }
    }
}
