package dev.myriad.spring;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket of the JDK's client, which keeps what it hears. Used by one thread. */
final class Client implements AutoCloseable, WebSocket.Listener {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;

    Client(int port, String path) {
        URI url = URI.create("ws://127.0.0.1:%d%s/websocket?vsn=2.0.0".formatted(port, path));
        socket = http.newWebSocketBuilder().buildAsync(url, this).join();
    }

    /** Asks a topic, and returns what it says next. */
    @Nullable String ask(String topic, String event) throws InterruptedException {
        socket.sendText("[\"1\",\"1\",\"%s\",\"%s\",{}]".formatted(topic, event), true).join();
        return next();
    }

    /** The next message, or how the connection was closed. */
    @Nullable String next() throws InterruptedException {
        return heard.poll(30, TimeUnit.SECONDS);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        heard.add(text.toString());
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        heard.add("closed with " + code);
        return null;
    }

    @Override
    public void close() {
        socket.abort();
        http.close();
    }
}
