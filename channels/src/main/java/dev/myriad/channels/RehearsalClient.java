package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.Handshake;
import dev.myriad.protocol.Serializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A client of a {@link Rehearsal} in one topic, by a WebSocket. It knows how many messages have to
 * come, and looks at none. Used by one thread.
 */
final class RehearsalClient implements AutoCloseable {
    /** What it sends in one piece, so that there are reads of many messages too. */
    static final int BURST = 16;

    private static final String KEY = "bXlyaWFkLXJlaGVhcnNhbA==";
    private static final int MASK = 0x5A17C3E9;

    private final RehearsalLine line;
    private final boolean isV2;
    private final String topic;

    final byte[] join;
    final byte[] leave;
    final byte[] heartbeat;
    final byte[] echo;
    final byte[] binaryEcho;
    final byte[] echoes;
    final byte[] read;
    final byte[] push;
    final byte[] shout;

    RehearsalClient(
            InetSocketAddress server, long until, String path, Serializer serializer, String topic)
            throws IOException {
        this.isV2 = serializer == Serializer.V2;
        this.topic = topic;
        join = message("phx_join");
        leave = message("phx_leave");
        heartbeat = text("null", "phoenix", "heartbeat", "{}");
        echo = message(RehearsalRoom.ECHO);
        binaryEcho = isV2 ? binary(RehearsalRoom.ECHO) : echo;
        echoes = repeated(echo);
        read = message(RehearsalRoom.READ);
        push = message(RehearsalRoom.PUSH);
        shout = message(RehearsalRoom.SHOUT);
        line = new RehearsalLine(server, until);
        try {
            line.write(
                    Handshake.request(
                            "localhost",
                            path + "/websocket?vsn=" + serializer.version(),
                            KEY,
                            Optional.empty()));
            String _ = line.head();
            line.write(join);
            await(1);
        } catch (IOException | RuntimeException | Error e) {
            line.close();
            throw e;
        }
    }

    void send(byte[] frames) throws IOException {
        line.write(frames);
    }

    /** Reads so many messages. */
    void await(int messages) throws IOException {
        for (int i = 0; i < messages; i++) {
            int _ = line.read();
            int length = line.read();
            if (length == 126) {
                length = line.read() << 8 | line.read();
            }
            line.skip(length);
        }
    }

    @Override
    public void close() throws IOException {
        line.close();
    }

    private byte[] message(String event) {
        return text("\"1\"", topic, event, Rehearsal.PAYLOAD);
    }

    private byte[] text(String joinRef, String topic, String event, String payload) {
        String text =
                isV2
                        ? "[" + joinRef + ",\"2\",\"" + topic + "\",\"" + event + "\"," + payload + "]"
                        : "{\"join_ref\":" + joinRef + ",\"ref\":\"2\",\"topic\":\"" + topic
                                + "\",\"event\":\"" + event + "\",\"payload\":" + payload + "}";
        return frame(FrameEncoder.TEXT, text);
    }

    private byte[] binary(String event) {
        String lengths =
                new String(new char[] {0, 1, 1, (char) topic.length(), (char) event.length()});
        return frame(FrameEncoder.BINARY, lengths + "12" + topic + event + Rehearsal.PAYLOAD);
    }

    private static byte[] frame(int opcode, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return FrameEncoder.maskedFrame(opcode, bytes, 0, bytes.length, MASK);
    }

    private static byte[] repeated(byte[] frame) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < BURST; i++) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }
}
