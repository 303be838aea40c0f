package dev.myriad.net;

import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * What listens in the tests: by path it echoes, refuses, waits; by {@code ?id=} it keeps what the
 * server saw of a connection. Thread-safe.
 */
public final class TestApplication implements Application {
    /** What the server saw of one connection. */
    public static final class Peer implements ConnectionHandler {
        final String name;
        private final boolean echoes;
        private final BiConsumer<Peer, String> onText;
        final CompletableFuture<Connection> opened = new CompletableFuture<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        final BlockingQueue<String> texts = new LinkedBlockingQueue<>();

        Peer(String name, boolean echoes, BiConsumer<Peer, String> onText) {
            this.name = name;
            this.echoes = echoes;
            this.onText = onText;
        }

        Connection connection() {
            return opened.orTimeout(20, TimeUnit.SECONDS).join();
        }

        int closeCode() {
            return closed.orTimeout(20, TimeUnit.SECONDS).join();
        }

        @Override
        public void opened(Connection connection) {
            opened.complete(connection);
        }

        @Override
        public void text(byte[] bytes, int from, int to) {
            if (echoes) {
                connection().send(FrameEncoder.frame(FrameEncoder.TEXT, bytes, from, to));
            } else {
                String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
                texts.add(text);
                onText.accept(this, text);
            }
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {
            if (echoes) {
                connection().send(FrameEncoder.frame(FrameEncoder.BINARY, bytes, from, to));
            }
        }

        @Override
        public void closed(int code) {
            if (!closed.complete(code)) {
                throw new AssertionError("closed twice");
            }
        }
    }

    private static final Set<String> SOCKETS = Set.of("/echo", "/peer", "/later");

    /** The methods with which {@code /get-only} was asked. */
    final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

    private final Map<String, Peer> peers = new ConcurrentHashMap<>();
    final BlockingQueue<Upgrade> waiting = new LinkedBlockingQueue<>();

    /** Runs on the shard's thread for each text of a connection under {@code /peer}. */
    volatile BiConsumer<Peer, String> onText = (_, _) -> {};

    /** Holds back the answers of {@code /slow}. */
    final CompletableFuture<String> slow = new CompletableFuture<>();

    /** The server's side of the connection with that id. */
    Peer peer(String id) {
        return peers.computeIfAbsent(
                id, name -> new Peer(name, false, (peer, text) -> onText.accept(peer, text)));
    }

    /** Runs on the shard's thread for each text of a connection under {@code /peer}, by its id. */
    public void onText(BiConsumer<String, String> heard) {
        onText = (peer, text) -> heard.accept(peer.name, text);
    }

    /** The server's end of the connection with that id. */
    public Connection connection(String id) {
        return peer(id).connection();
    }

    @Override
    public void upgrade(RequestHead request, Upgrade upgrade) {
        switch (request.path()) {
            case "/echo" ->
                    upgrade.accept(
                            new Peer("echo", true, (_, _) -> {}),
                            request.header("sec-websocket-protocol"));
            case "/peer" ->
                    upgrade.accept(peer(request.query("id").orElseThrow()), Optional.empty());
            case "/later" -> waiting.add(upgrade);
            case "/broken" -> throw new IllegalStateException("broken on purpose");
            default -> upgrade.refuse(403, "not here");
        }
    }

    @Override
    public boolean upgrades(RequestHead request) {
        return SOCKETS.contains(request.path());
    }

    @Override
    public HttpAnswer http(HttpQuestion question) {
        return switch (question.path()) {
            case "/hello" -> HttpAnswer.text(200, "hello " + question.query().get("name"));
            case "/body" -> HttpAnswer.of(200, "application/octet-stream", question.body());
            case "/length" -> HttpAnswer.text(200, String.valueOf(question.body().length));
            case "/peer" -> HttpAnswer.text(200, question.peer().toString());
            case "/header" -> HttpAnswer.text(200, question.header("x-test").orElse("none"));
            case "/slow" -> HttpAnswer.text(200, slow.join());
            case "/large" -> HttpAnswer.text(200, "x".repeat(8 << 20));
            case "/last" -> HttpAnswer.text(200, ".").with("connection", "close");
            case "/get-only" -> {
                asked.add(question.method());
                yield question.method().equals("GET")
                        ? HttpAnswer.text(200, "got")
                        : HttpAnswer.of(405).with("allow", "GET");
            }
            case "/get-or-404" ->
                    HttpAnswer.text(question.method().equals("GET") ? 200 : 404, "got");
            case "/cookies" ->
                    HttpAnswer.of(200).adding("set-cookie", "a=1").adding("set-cookie", "b=2");
            case "/null" -> nothing();
            case "/malformed-name" -> HttpAnswer.of(200).with("a b", "c");
            case "/malformed-value" -> HttpAnswer.of(200).with("a", "b\r\nc: d");
            case "/status" -> HttpAnswer.of(99);
            case "/broken" -> throw new IllegalStateException("broken on purpose");
            case "/thread" ->
                    HttpAnswer.text(200, Thread.currentThread().isVirtual() ? "virtual" : "shard");
            default -> HttpAnswer.text(404, "no " + question.path());
        };
    }

    /** What the types forbid, and an application may do all the same. */
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    private static HttpAnswer nothing() {
        return null;
    }

    /** A text frame as the server sends it. */
    public static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return FrameEncoder.frame(FrameEncoder.TEXT, bytes, 0, bytes.length);
    }

    /** A binary frame as the server sends it. */
    public static byte[] binary(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'b');
        return FrameEncoder.frame(FrameEncoder.BINARY, bytes, 0, length);
    }
}
