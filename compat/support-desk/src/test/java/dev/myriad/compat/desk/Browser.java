package dev.myriad.compat.desk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A WebSocket with a token, as phoenix.js opens one. Confined to one thread. */
final class Browser implements AutoCloseable {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;

    Browser(int port, String path, String token) {
        String encoded =
                Base64.getUrlEncoder().withoutPadding().encodeToString(token.getBytes(UTF_8));
        URI url = URI.create("ws://127.0.0.1:" + port + path + "/websocket?vsn=2.0.0");
        socket =
                http.newWebSocketBuilder()
                        .subprotocols("phoenix", "base64url.bearer.phx." + encoded)
                        .buildAsync(url, new Ears())
                        .join();
    }

    void push(String topic, String event, String payload) {
        String frame = "[\"1\",\"1\",\"%s\",\"%s\",%s]".formatted(topic, event, payload);
        socket.sendText(frame, true).join();
    }

    /** The first message to come that has this in it, or the code with which all ended. */
    String awaits(String part) throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            String next = heard.poll(30, TimeUnit.SECONDS);
            if (next == null || next.contains(part)) {
                return String.valueOf(next);
            }
        }
        return "100 others";
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
