package dev.myriad.testkit;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket by the JDK's client, that keeps what it receives. Confined to one thread. */
final class WireClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final Ears ears = new Ears();
    private final WebSocket socket;

    private WireClient(URI url) {
        try {
            socket =
                    http.newWebSocketBuilder()
                            .connectTimeout(PATIENCE)
                            .buildAsync(url, ears)
                            .join();
        } catch (CompletionException e) {
            http.close();
            throw new AssertionError("cannot connect to " + url + ": " + e.getCause(), e);
        }
    }

    static WireClient connect(URI url) {
        return new WireClient(url);
    }

    void send(String text) {
        try {
            socket.sendText(text, true).join();
        } catch (CompletionException e) {
            throw new AssertionError("cannot send " + text + ": " + e.getCause(), e);
        }
    }

    /** The next frame or {@link #closed}; in words if none comes. */
    String next() {
        try {
            String next = ears.heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return next == null ? "nothing in " + PATIENCE.toSeconds() + " seconds" : next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** How the end reads; 1006 stands for an end without a close frame. */
    static String closed(int code) {
        return "closed with " + code;
    }

    @Override
    public void close() {
        socket.abort();
        http.close();
    }

    /** Called by one of the client's threads at a time. */
    private static final class Ears implements WebSocket.Listener {
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                heard.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(
                WebSocket socket, ByteBuffer part, boolean last) {
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            heard.add("binary " + HexFormat.of().formatHex(bytes));
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add(closed(code));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            heard.add(closed(1006));
        }
    }
}
