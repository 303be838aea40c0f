package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.FrameDecoder;
import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.Handshake;
import dev.myriad.protocol.Persistence;
import dev.myriad.protocol.ProtocolException;
import dev.myriad.protocol.ResponseEncoder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** As much of a Phoenix server as the profiles need, a virtual thread for each connection. */
final class TinyServer implements AutoCloseable {
    private final ServerSocket listener =
            new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
    private final Map<String, List<Client>> topics = new ConcurrentHashMap<>();
    private final AtomicInteger refusals;
    private final AtomicInteger offences = new AtomicInteger();
    private final Object order = new Object();

    /** The first so many connections are answered 503. */
    TinyServer(int refusals) throws IOException {
        this.refusals = new AtomicInteger(refusals);
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "ws://127.0.0.1:" + listener.getLocalPort() + "/socket/websocket";
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Client client = new Client(socket.getOutputStream());
            InputStream in = new BufferedInputStream(socket.getInputStream());
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return;
                }
                head.append((char) next);
            }
            if (head.indexOf("GET /metrics ") == 0) {
                client.write(metrics().getBytes(UTF_8));
                return;
            }
            if (refusals.getAndDecrement() > 0) {
                client.write(
                        ResponseEncoder.encode(
                                503, Map.of(), new byte[0], Persistence.CLOSE, false));
                return;
            }
            String key = head.toString().replaceAll("(?s).*sec-websocket-key: (\\S+).*", "$1");
            client.write(
                    ("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: "
                                    + Handshake.acceptKey(key)
                                    + "\r\n\r\n")
                            .getBytes(UTF_8));
            FrameDecoder decoder = FrameDecoder.server(1 << 20, 1 << 20);
            byte[] bytes = new byte[8_192];
            var partial = decoder.decode(null, bytes, 0, 0, client);
            for (int length = in.read(bytes); length > 0; length = in.read(bytes)) {
                partial = decoder.decode(partial, bytes, 0, length, client);
            }
        } catch (IOException | UncheckedIOException _) {
            // the client is gone
        } catch (ProtocolException | JacksonException _) {
            offences.incrementAndGet();
        }
    }

    private String metrics() {
        return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n# HELP of nothing\n"
                + "myriad_limit_exceeded_total{limit=\"offencesMax\"} "
                + offences
                + ".0\n";
    }

    private final class Client implements FrameDecoder.Sink {
        private final OutputStream out;

        Client(OutputStream out) {
            this.out = out;
        }

        synchronized void write(byte[] bytes) {
            try {
                out.write(bytes);
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void say(String text) {
            byte[] bytes = text.getBytes(UTF_8);
            write(FrameEncoder.frame(FrameEncoder.TEXT, bytes, 0, bytes.length));
        }

        @Override
        public void text(byte[] bytes, int from, int to) {
            JsonNode message = Report.JSON.readTree(new String(bytes, from, to - from, UTF_8));
            JsonNode topic = message.get(2);
            JsonNode payload = message.get(4);
            switch (message.get(3).asString()) {
                case "phx_join" -> {
                    topics.computeIfAbsent(topic.asString(), _ -> new CopyOnWriteArrayList<>())
                            .add(this);
                    reply(message, "{}");
                }
                case "echo" -> reply(message, payload.toString());
                case "shout" -> {
                    synchronized (order) {
                        for (Client member : topics.getOrDefault(topic.asString(), List.of())) {
                            member.say("[null,null," + topic + ",\"msg\"," + payload + "]");
                        }
                    }
                }
                default -> reply(message, "{}");
            }
        }

        private void reply(JsonNode message, String response) {
            say(
                    "[%s,%s,%s,\"phx_reply\",{\"status\":\"ok\",\"response\":%s}]"
                            .formatted(message.get(0), message.get(1), message.get(2), response));
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {}

        @Override
        public void ping(byte[] bytes, int from, int to) {}

        @Override
        public void pong(byte[] bytes, int from, int to) {}

        @Override
        public void close(int code, String reason) {}
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
