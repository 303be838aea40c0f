package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.Handshake;
import dev.myriad.protocol.Serializer;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A client of a {@link Rehearsal} with one topic, by a WebSocket. It knows how many messages have
 * to come and looks at none. Used by one thread.
 */
final class RehearsalClient implements AutoCloseable {
    private static final String KEY = "bXlyaWFkLXJlaGVhcnNhbA==";
    private static final int MASK = 0x5A17C3E9;
    private static final int TIMEOUT_MILLIS = 1_000;
    private static final String TEXT =
            "{\"text\":\"%s\"}".formatted("the quick brown fox jumps over the lazy dog ".repeat(2));

    private final java.net.Socket socket = new java.net.Socket();
    private final InputStream in;
    private final boolean isV2;
    private final String topic;
    private final byte[] buffer = new byte[8 << 10];
    private int from;
    private int to;

    RehearsalClient(InetSocketAddress server, String path, Serializer serializer, String topic)
            throws IOException {
        this.isV2 = serializer == Serializer.V2;
        this.topic = topic;
        try {
            socket.setTcpNoDelay(true);
            socket.setSoLinger(true, 0); // leaves the kernel nothing to remember
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(server, TIMEOUT_MILLIS);
            in = socket.getInputStream();
            send(
                    Handshake.request(
                            "localhost",
                            path + "/websocket?vsn=" + serializer.version(),
                            KEY,
                            Optional.empty()));
            readHead();
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    String topic() {
        return topic;
    }

    // ---- what it sends

    byte[] message(String event) {
        return text("\"1\"", "\"2\"", topic, event, TEXT);
    }

    byte[] heartbeat() {
        return text("null", "\"3\"", "phoenix", "heartbeat", "{}");
    }

    /** A message whose payload is no text; a client of version 1 has none. */
    byte[] binary(String event) {
        if (!isV2) {
            return message(event);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(0);
        for (String part : new String[] {"1", "2", topic, event}) {
            bytes.write(part.length());
        }
        bytes.writeBytes(("12" + topic + event + TEXT).getBytes(UTF_8));
        return frame(FrameEncoder.BINARY, bytes.toByteArray());
    }

    private byte[] text(String joinRef, String ref, String topic, String event, String payload) {
        String form =
                isV2
                        ? "[%s,%s,\"%s\",\"%s\",%s]"
                        : "{\"join_ref\":%s,\"ref\":%s,\"topic\":\"%s\",\"event\":\"%s\",\"payload\":%s}";
        String text = form.formatted(joinRef, ref, topic, event, payload);
        return frame(FrameEncoder.TEXT, text.getBytes(UTF_8));
    }

    private static byte[] frame(int opcode, byte[] payload) {
        return FrameEncoder.maskedFrame(opcode, payload, 0, payload.length, MASK);
    }

    void send(byte[] frame) throws IOException {
        socket.getOutputStream().write(frame);
    }

    // ---- what it gets

    /** Reads so many messages. */
    void await(int messages) throws IOException {
        for (int i = 0; i < messages; i++) {
            need(2);
            int length = buffer[from + 1];
            int header = 2;
            if (length == 126) {
                need(4);
                length = (buffer[from + 2] & 0xFF) << 8 | (buffer[from + 3] & 0xFF);
                header = 4;
            }
            need(header + length);
            from += header + length;
        }
    }

    private void readHead() throws IOException {
        for (int end = 1; end < 4; from++) {
            need(1);
            end = buffer[from] == '\n' ? end + 2 : buffer[from] == '\r' ? end : 1;
        }
    }

    private void need(int bytes) throws IOException {
        if (to - from >= bytes) {
            return;
        }
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
        while (to < bytes) {
            int read = in.read(buffer, to, buffer.length - to);
            if (read < 0) {
                throw new EOFException("the server has hung up");
            }
            to += read;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
