package dev.myriad.channels;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.Handshake;
import dev.myriad.protocol.Serializer;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** What clients of a {@link Rehearsal} say who have one version and one topic. Immutable. */
final class RehearsalScript {
    /** Echoes in one piece, so that there are reads of many messages too. */
    static final int BURST = 16;

    static final String PAYLOAD =
            "{\"text\":\"" + "What is said in a rehearsal is forgotten. ".repeat(2) + "\"}";

    private static final String KEY = "bXlyaWFkLXJlaGVhcnNhbA==";
    private static final int MASK = 0x5A17C3E9;

    private final boolean isV2;
    private final String topic;

    final byte[] upgrade;
    final byte[] join;
    final byte[] leave;
    final byte[] heartbeat;
    final byte[] echo;
    final byte[] echoes;
    final byte[] binaryEcho;
    final byte[] read;
    final byte[] push;
    final byte[] shout;

    RehearsalScript(String path, Serializer serializer, String topic) {
        this.isV2 = serializer == Serializer.V2;
        this.topic = topic;
        String target = path + "/websocket?vsn=" + serializer.version();
        upgrade = Handshake.request("localhost", target, KEY, Optional.empty());
        join = message("phx_join");
        leave = message("phx_leave");
        heartbeat = frame(text("null", "phoenix", "heartbeat", "{}"));
        echo = message(RehearsalRoom.ECHO);
        echoes = repeated(echo);
        binaryEcho = isV2 ? binary(RehearsalRoom.ECHO) : echo;
        read = message(RehearsalRoom.READ);
        push = message(RehearsalRoom.PUSH);
        shout = message(RehearsalRoom.SHOUT);
    }

    /** A message as a client that polls sends it. */
    String posted(String event) {
        return text("\"1\"", topic, event, PAYLOAD);
    }

    private byte[] message(String event) {
        return frame(posted(event));
    }

    private String text(String joinRef, String topic, String event, String payload) {
        return (isV2
                        ? "[%s,\"2\",\"%s\",\"%s\",%s]"
                        : "{\"join_ref\":%s,\"ref\":\"2\",\"topic\":\"%s\",\"event\":\"%s\",\"payload\":%s}")
                .formatted(joinRef, topic, event, payload);
    }

    private byte[] binary(String event) {
        String lengths =
                new String(new char[] {0, 1, 1, (char) topic.length(), (char) event.length()});
        return frame(FrameEncoder.BINARY, lengths + "12" + topic + event + PAYLOAD);
    }

    private static byte[] frame(String text) {
        return frame(FrameEncoder.TEXT, text);
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
