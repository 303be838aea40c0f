package dev.myriad.server;

import dev.myriad.net.Drain;
import dev.myriad.net.NetConfig;
import dev.myriad.net.Transports;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * A short life of the server, from which the launcher has the JVM record its ahead-of-time cache:
 * what is used here is loaded, linked and profiled when the server starts the next time. Most of it
 * is the warm-up, so that the profiles are those of a loaded server.
 */
@Command(name = "train", hidden = true)
final class Train implements Callable<Integer> {
    private static final Duration WARM_UP = Duration.ofSeconds(6);
    private static final int ROUNDS = 100;

    @Override
    public Integer call() throws IOException {
        for (Transports.Kind kind : List.of(Transports.Kind.AUTO, Transports.Kind.NETTY)) {
            NetConfig config = NetConfig.of("127.0.0.1", 0);
            try (Server server =
                    Server.start(kind, config, Drain.DEFAULT, WARM_UP, Optional.empty(), true)) {
                int port = URI.create(server.url()).getPort();
                for (String path :
                        List.of("/", "/app.js", "/health", "/ready", "/metrics", "/nowhere")) {
                    get(port, path);
                }
                talk(port);
            }
        }
        return 0;
    }

    private static void get(int port, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String head = "GET " + path + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }

    private static void talk(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            String head =
                    """
                    GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r
                    host: x\r
                    upgrade: websocket\r
                    connection: upgrade\r
                    sec-websocket-version: 13\r
                    sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r
                    \r
                    """;
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            for (int newLines = 0; newLines < 2; ) {
                int read = in.readUnsignedByte();
                newLines = read == '\n' ? newLines + 1 : read == '\r' ? newLines : 0;
            }
            ask(out, in, "[\"1\",\"1\",\"room:lobby\",\"phx_join\",{\"name\":\"Ada\"}]");
            ask(out, in, "[\"2\",\"2\",\"bench:all\",\"phx_join\",{}]");
            ask(out, in, "[\"3\",\"3\",\"stats\",\"phx_join\",{}]");
            for (int i = 0; i < ROUNDS; i++) {
                ask(out, in, "[null,\"4\",\"phoenix\",\"heartbeat\",{}]");
                ask(out, in, "[\"1\",\"5\",\"room:lobby\",\"message\",{\"text\":\"hello\"}]");
                ask(out, in, "[\"2\",\"6\",\"bench:all\",\"echo\",{\"n\":1}]");
                ask(out, in, "[\"2\",\"7\",\"bench:all\",\"pub\",{\"n\":1}]");
            }
            ask(out, in, "[\"1\",\"8\",\"room:lobby\",\"phx_leave\",{}]");
        }
    }

    /** Sends a text of at most 125 bytes, and reads until a reply has come. */
    private static void ask(OutputStream out, DataInputStream in, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[6 + bytes.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | bytes.length); // the mask, four zero bytes, changes nothing
        System.arraycopy(bytes, 0, frame, 6, bytes.length);
        out.write(frame);
        String answer;
        do {
            in.readUnsignedByte();
            int length = in.readUnsignedByte();
            byte[] body = new byte[length == 126 ? in.readUnsignedShort() : length];
            in.readFully(body);
            answer = new String(body, StandardCharsets.UTF_8);
        } while (!answer.contains("phx_reply"));
    }
}
