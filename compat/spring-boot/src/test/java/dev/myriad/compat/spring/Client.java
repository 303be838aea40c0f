package dev.myriad.compat.spring;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A WebSocket by the JDK's client, that keeps what it receives. Confined to one thread. */
final class Client implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    Client(int port, String path) {
        URI url = URI.create("ws://127.0.0.1:" + port + path);
        socket = http.newWebSocketBuilder().buildAsync(url, new Ears()).join();
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    /** The next message, or the code with which the connection was closed. */
    String next() throws InterruptedException {
        return heard.poll(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        socket.abort();
        http.close();
    }

    private final class Ears implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            heard.add(text.toString());
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            heard.add("closed with " + code);
            return null;
        }
    }
}
