package dev.myriad.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the serializers to the vectors in {@code golden/}, whose form is told in {@code
 * golden/v2.txt}.
 */
class GoldenTest {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    static Stream<Vector> vectors() {
        return Stream.concat(read("v1.txt", Serializer.V1), read("v2.txt", Serializer.V2));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void frameAndFieldsMatch(Vector vector) {
        if (vector.kind().equals("decode")) {
            assertDecodes(vector);
        } else {
            assertEncodes(vector);
        }
    }

    private static void assertDecodes(Vector vector) {
        // In the middle of other bytes, as in a receive buffer.
        byte[] payload = vector.frame();
        byte[] bytes = new byte[payload.length + 7];
        System.arraycopy(payload, 0, bytes, 3, payload.length);
        Envelope envelope = new Envelope();
        if (vector.isBinary()) {
            vector.serializer().decodeBinary(bytes, 3, 3 + payload.length, envelope);
        } else {
            vector.serializer().decodeText(bytes, 3, 3 + payload.length, envelope);
        }
        byte[] joinRef = vector.token("join_ref");
        assertThat(envelope.joinRef()).isEqualTo(joinRef);
        assertThat(envelope.hasJoinRef()).isEqualTo(joinRef != null);
        assertThat(envelope.joinRefIs(joinRef)).isTrue();
        assertThat(envelope.joinRefIs(Ref.quoted("other"))).isFalse();
        assertThat(envelope.joinRefIs(null)).isEqualTo(joinRef == null);
        assertThat(envelope.ref()).isEqualTo(vector.token("ref"));
        assertThat(envelope.topic()).isEqualTo(vector.field("topic"));
        assertThat(envelope.topicIs(utf8(vector.field("topic")))).isTrue();
        assertThat(envelope.topicIs(utf8(vector.field("topic") + "x"))).isFalse();
        assertThat(envelope.event()).isEqualTo(vector.field("event"));
        assertThat(envelope.eventIs(utf8(vector.field("event")))).isTrue();
        assertThat(envelope.eventIs(utf8("other"))).isFalse();
        assertThat(envelope.binary()).isEqualTo(vector.isBinary());
        Payload expected = vector.payload();
        Payload read = envelope.payload(TestCodec.CODEC);
        assertThat(read.isBinary()).isEqualTo(expected.isBinary());
        assertThat(read.bytes()).isEqualTo(expected.bytes());
        assertThat(envelope.source()).isSameAs(bytes);
        assertThat(envelope.payloadTo() - envelope.payloadFrom())
                .isEqualTo(expected.bytes().length);
    }

    private static void assertEncodes(Vector vector) {
        Serializer serializer = vector.serializer();
        byte[] joinRef = vector.token("join_ref");
        byte[] ref = vector.token("ref");
        String topic = vector.field("topic");
        Payload payload = vector.payload();
        byte[] frame =
                switch (vector.kind()) {
                    case "reply" ->
                            serializer.reply(joinRef, ref, topic, vector.field("status"), payload);
                    case "push" ->
                            serializer.push(joinRef, ref, topic, vector.field("event"), payload);
                    case "broadcast" -> serializer.broadcast(topic, vector.field("event"), payload);
                    default -> throw new AssertionError(vector.kind());
                };
        byte[] expected = vector.frame();
        int opcode = vector.isBinary() ? FrameEncoder.BINARY : FrameEncoder.TEXT;
        assertThat(new String(frame, StandardCharsets.UTF_8))
                .contains(new String(expected, StandardCharsets.UTF_8));
        assertThat(frame).isEqualTo(FrameEncoder.frame(opcode, expected, 0, expected.length));
    }

    private static Stream<Vector> read(String file, Serializer serializer) {
        try (InputStream in =
                Objects.requireNonNull(GoldenTest.class.getResourceAsStream("/golden/" + file))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            List<String> blocks = List.of(text.split("\n\n+", -1));
            return blocks.stream()
                    .map(block -> Vector.parse(serializer, block))
                    .filter(v -> !v.kind().isEmpty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One block of a golden file; its kind is the name of its first field. */
    record Vector(Serializer serializer, String kind, Map<String, String> fields) {
        static Vector parse(Serializer serializer, String block) {
            Map<String, String> fields = new HashMap<>();
            String kind = "";
            for (String line : block.split("\n", -1)) {
                if (!line.startsWith("#") && !line.isEmpty()) {
                    String name = line.substring(0, line.indexOf(':'));
                    int value = name.length() + 1;
                    fields.put(
                            name,
                            line.startsWith(" ", value)
                                    ? line.substring(value + 1)
                                    : line.substring(value));
                    kind = kind.isEmpty() ? name : kind;
                }
            }
            return new Vector(serializer, kind, fields);
        }

        String field(String name) {
            return Objects.requireNonNull(fields.get(name), name);
        }

        byte @Nullable [] token(String name) {
            String token = fields.getOrDefault(name, "null");
            return token.equals("null") ? null : utf8(token);
        }

        boolean isBinary() {
            return fields.containsKey("hex");
        }

        byte[] frame() {
            return isBinary() ? HEX.parseHex(field("hex")) : utf8(field("text"));
        }

        Payload payload() {
            return isBinary()
                    ? Payload.binary(HEX.parseHex(field("payload-hex")))
                    : Payload.json(utf8(field("payload")), TestCodec.CODEC);
        }

        @Override
        public String toString() {
            return serializer.version() + " " + kind + ": " + field(kind);
        }
    }
}
