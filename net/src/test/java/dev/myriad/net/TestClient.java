package dev.myriad.net;

import static org.awaitility.Awaitility.await;

import dev.myriad.protocol.FrameDecoder;
import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.Handshake;
import dev.myriad.protocol.Partial;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A blocking client: as well behaved as a test wants it. Used by one thread at a time. */
public final class TestClient implements AutoCloseable {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final int MASK_KEY = 0x37fa213d;
    private static final FrameDecoder DECODER = FrameDecoder.client(1 << 26, 1 << 26);

    /** What came from the server. */
    public sealed interface Received {
        record Text(String text) implements Received {}

        record Binary(String hex) implements Received {}

        record Ping(String text) implements Received {}

        record Pong(String text) implements Received {}

        record Close(int code, String reason) implements Received {}

        /** The end of the stream, or a reset. */
        record End() implements Received {}
    }

    /** An HTTP response; its headers by lower-case name. */
    public record Response(int status, Map<String, String> headers, String body) {}

    private final TestConnection connection;
    private final ArrayDeque<Received> messages = new ArrayDeque<>();
    private final Inbox inbox = new Inbox();
    private @Nullable Partial partial;
    private byte[] buffer = new byte[8 << 10];
    private int from;
    private int to;

    TestClient(TestConnection connection) {
        this.connection = connection;
    }

    /** Connects, and says nothing yet. */
    public static TestClient connect(InetSocketAddress address) {
        return connect(address, 0);
    }

    /**
     * Connects, and says nothing yet.
     *
     * @param receiveBufferBytes of the kernel, 0 for its default
     */
    public static TestClient connect(InetSocketAddress address, int receiveBufferBytes) {
        return new TestClient(SocketConnection.to(address, receiveBufferBytes));
    }

    /** Connects and upgrades. */
    public static TestClient open(InetSocketAddress address, String target) {
        TestClient client = connect(address);
        client.upgrade(target);
        return client;
    }

    public void upgrade(String target) {
        write(upgradeRequest(target));
        expectUpgraded();
    }

    public static byte[] upgradeRequest(String target) {
        return Handshake.request("test", target, KEY, Optional.empty());
    }

    public void expectUpgraded() {
        Response response = readResponse(true);
        if (response.status() != 101
                || !Handshake.acceptKey(KEY)
                        .equals(response.headers().get("sec-websocket-accept"))) {
            throw new AssertionError("not upgraded: " + response);
        }
    }

    public InetSocketAddress localAddress() {
        return connection.localAddress();
    }

    // ---- sending

    public void write(byte[] bytes) {
        try {
            connection.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes as far as the server lets it. */
    public void writeIgnoringErrors(byte[] bytes) {
        try {
            connection.write(bytes);
        } catch (IOException _) {
            // The server has closed, which the test is about.
        }
    }

    public void write(String ascii) {
        write(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void text(String text) {
        write(textFrame(text));
    }

    public void binary(byte[] payload) {
        write(FrameEncoder.maskedFrame(FrameEncoder.BINARY, payload, 0, payload.length, MASK_KEY));
    }

    public void close(int code, String reason) {
        byte[] payload = FrameEncoder.closePayload(code, reason);
        write(FrameEncoder.maskedFrame(FrameEncoder.CLOSE, payload, 0, payload.length, MASK_KEY));
    }

    public static byte[] textFrame(String text) {
        return frame(FrameEncoder.TEXT, true, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A masked frame; opcode 0 is a continuation. */
    public static byte[] frame(int opcode, boolean isFinal, byte[] payload) {
        byte[] frame = FrameEncoder.maskedFrame(opcode, payload, 0, payload.length, MASK_KEY);
        if (!isFinal) {
            frame[0] &= 0x7f;
        }
        return frame;
    }

    // ---- receiving

    /** The next message, waited for. */
    public Received next() {
        while (messages.isEmpty()) {
            if (from < to) {
                partial = DECODER.decode(partial, buffer, from, to, inbox);
                from = to;
            } else if (!fill()) {
                return new Received.End();
            }
        }
        return messages.remove();
    }

    /** The next message, which has to be text. */
    public String nextText() {
        Received next = next();
        if (next instanceof Received.Text(String text)) {
            return text;
        }
        throw new AssertionError("not a text but " + next);
    }

    /** The next response; one to HEAD, or 101, has no body. */
    public Response readResponse(boolean headOnly) {
        String[] lines = readHead().split("\r\n", -1);
        int status = Integer.parseInt(lines[0].split(" ", -1)[1]);
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        int length = headOnly ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Response(status, headers, readBytes(length));
    }

    String readHead() {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            head.append(readBytes(1));
        }
        return head.substring(0, head.length() - 4);
    }

    private String readBytes(int length) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
        while (bytes.size() < length) {
            if (from == to && !fill()) {
                throw new AssertionError("the server closed after: " + bytes);
            }
            int taken = Math.min(to - from, length - bytes.size());
            bytes.write(buffer, from, taken);
            from += taken;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Waits for the end of the stream, whatever comes before. */
    public void awaitEnd() {
        from = to;
        while (fill()) {
            from = to;
        }
    }

    /** Writes until the server's end does not take it: the socket is closed there. */
    void awaitRefusal() {
        await().until(
                        () -> {
                            try {
                                connection.write(new byte[1]);
                                return false;
                            } catch (IOException _) {
                                return true;
                            }
                        });
    }

    /** Reads more; false at the end of the stream. */
    private boolean fill() {
        try {
            int length = connection.read(buffer);
            from = 0;
            to = Math.max(0, length);
            return length > 0;
        } catch (SocketException _) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- leaving

    /** Ends its output; it can still read. */
    public void shutdownOutput() {
        try {
            connection.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Vanishes with a reset. */
    public void reset() {
        try {
            connection.reset();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the connection without a close frame. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Inbox implements FrameDecoder.Sink {
        private static String string(byte[] bytes, int from, int to) {
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }

        @Override
        public void text(byte[] bytes, int from, int to) {
            messages.add(new Received.Text(string(bytes, from, to)));
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {
            messages.add(new Received.Binary(hex(Arrays.copyOfRange(bytes, from, to))));
        }

        @Override
        public void ping(byte[] bytes, int from, int to) {
            messages.add(new Received.Ping(string(bytes, from, to)));
        }

        @Override
        public void pong(byte[] bytes, int from, int to) {
            messages.add(new Received.Pong(string(bytes, from, to)));
        }

        @Override
        public void close(int code, String reason) {
            messages.add(new Received.Close(code, reason));
        }
    }

    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
