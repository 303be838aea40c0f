package dev.myriad.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.channels.JacksonCodec;
import dev.myriad.protocol.Payload;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A message that a client received. Immutable.
 *
 * @param word the event, or a reply's status
 */
record Received(
        Kind kind,
        Optional<String> joinRef,
        Optional<String> ref,
        String topic,
        String word,
        Payload payload) {

    enum Kind {
        PUSH,
        BROADCAST,
        REPLY
    }

    /** Reads a message as {@link dev.myriad.net.memory.MemoryClient#next} has it. */
    static Received of(String message) {
        return message.startsWith("[") ? json(message) : binary(HexFormat.of().parseHex(message));
    }

    private static Received json(String message) {
        JsonNode envelope = Json.tree(message);
        Optional<String> joinRef = ref(envelope.get(0));
        Optional<String> ref = ref(envelope.get(1));
        String topic = envelope.get(2).stringValue();
        String event = envelope.get(3).stringValue();
        JsonNode body = envelope.get(4);
        if (event.equals("phx_reply")) {
            return new Received(
                    Kind.REPLY,
                    joinRef,
                    ref,
                    topic,
                    body.get("status").stringValue(),
                    payload(body.get("response")));
        }
        return new Received(
                joinRef.isPresent() ? Kind.PUSH : Kind.BROADCAST,
                joinRef,
                ref,
                topic,
                event,
                payload(body));
    }

    /** Kind, the lengths of the fields, the fields, and the rest is data. */
    private static Received binary(byte[] frame) {
        if (frame[0] == 4) {
            return userBroadcast(frame);
        }
        Kind kind =
                switch (frame[0]) {
                    case 0 -> Kind.PUSH;
                    case 1 -> Kind.REPLY;
                    case 2 -> Kind.BROADCAST;
                    default -> throw new AssertionError("a binary frame of kind " + frame[0]);
                };
        int count =
                switch (kind) {
                    case PUSH -> 3;
                    case REPLY -> 4;
                    case BROADCAST -> 2;
                };
        String[] fields = fields(frame, count, 1 + count);
        return new Received(
                kind,
                kind == Kind.BROADCAST ? Optional.empty() : Optional.of(fields[0]),
                kind == Kind.REPLY ? Optional.of(fields[1]) : Optional.empty(),
                fields[count - 2],
                fields[count - 1],
                Payload.binary(rest(frame, count, 1 + count)));
    }

    /** Supabase's: topic, user event and metadata, after a byte for the encoding. */
    private static Received userBroadcast(byte[] frame) {
        String[] fields = fields(frame, 3, 5);
        return new Received(
                Kind.BROADCAST,
                Optional.empty(),
                Optional.empty(),
                fields[0],
                "broadcast",
                Payload.userBroadcast(fields[1], rest(frame, 3, 5)));
    }

    private static String[] fields(byte[] frame, int count, int from) {
        String[] fields = new String[count];
        int at = from;
        for (int i = 0; i < count; i++) {
            int length = Byte.toUnsignedInt(frame[1 + i]);
            fields[i] = new String(frame, at, length, UTF_8);
            at += length;
        }
        return fields;
    }

    private static byte[] rest(byte[] frame, int count, int from) {
        int at = from;
        for (int i = 0; i < count; i++) {
            at += Byte.toUnsignedInt(frame[1 + i]);
        }
        return Arrays.copyOfRange(frame, at, frame.length);
    }

    private static Optional<String> ref(JsonNode node) {
        return node.isNull() ? Optional.empty() : Optional.of(node.asString());
    }

    private static Payload payload(JsonNode node) {
        return Payload.json(node.toString().getBytes(UTF_8), JacksonCodec.SHARED);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case PUSH -> "push of %s %s on %s".formatted(word, Json.text(payload), topic);
            case BROADCAST -> "broadcast of %s %s on %s".formatted(word, Json.text(payload), topic);
            case REPLY ->
                    "reply %s %s to ref %s on %s"
                            .formatted(word, Json.text(payload), ref.orElse("null"), topic);
        };
    }
}
