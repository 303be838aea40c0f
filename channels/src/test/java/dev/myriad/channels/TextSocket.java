package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket by the JDK's client: text as it is, binary in hexadecimal. */
final class TextSocket implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final StringBuilder part = new StringBuilder();
    private final WebSocket socket;

    TextSocket(String url) {
        socket = HTTP.newWebSocketBuilder().buildAsync(URI.create(url), this).join();
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    String next() throws InterruptedException {
        String text = received.poll(20, TimeUnit.SECONDS);
        assertThat(text).as("a message in twenty seconds").isNotNull();
        return text;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        part.append(text);
        if (last) {
            received.add(part.toString());
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer bytes, boolean last) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        received.add(HexFormat.of().formatHex(copy));
        from.request(1);
        return null;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
