package dev.myriad.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The binary kinds 3 and 4, in the bytes that npm's realtime-js writes and reads. */
class UserBroadcastTest {
    private static final int RAW = 0;
    private static final int JSON = 1;

    @Test
    void jsonIsReadAsTheTextFormOfTheSameMessage() {
        Envelope envelope = decode(push("1", "2", "realtime:é\"", "mouse", "", JSON, "{\"x\":1}"));
        assertThat(envelope.joinRefIs(Ref.quoted("1"))).isTrue();
        assertThat(envelope.ref()).isEqualTo(Ref.quoted("2"));
        assertThat(envelope.topic()).isEqualTo("realtime:é\"");
        assertThat(envelope.event()).isEqualTo("broadcast");
        assertThat(envelope.binary()).isFalse();
        assertThat(json(envelope))
                .isEqualTo("{\"type\":\"broadcast\",\"event\":\"mouse\",\"payload\":{\"x\":1}}");
    }

    @Test
    void jsonNeedNotBeAnObject() {
        assertThat(json(decode(push("1", null, "t", "a\"b", "", JSON, " [1] "))))
                .isEqualTo("{\"type\":\"broadcast\",\"event\":\"a\\\"b\",\"payload\": [1] }");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{}|''",
                "{ }|''",
                "{\"persist\":true}|'\"persist\":true,'",
                "{ \"a\":{} } |'\"a\":{} ,'"
            })
    void metadataBecomesMembers(String metadata, String members) {
        assertThat(json(decode(push("1", "2", "t", "e", metadata, JSON, "{}"))))
                .isEqualTo(
                        "{" + members + "\"type\":\"broadcast\",\"event\":\"e\",\"payload\":{}}");
    }

    @Test
    void rawDataIsABinaryPayloadThatKnowsItsEvent() {
        Envelope envelope = decode(push(null, "7", "t", "é", "{\"persist\":true}", RAW, "\u0001["));
        assertThat(envelope.hasJoinRef()).isFalse();
        assertThat(envelope.ref()).isEqualTo(Ref.quoted("7"));
        assertThat(envelope.event()).isEqualTo("broadcast");
        assertThat(envelope.binary()).isTrue();
        Payload payload = envelope.payload(TestCodec.CODEC);
        assertThat(payload.isBinary()).isTrue();
        assertThat(payload.userEvent()).contains("é");
        assertThat(payload.bytes()).containsExactly(1, '[');
    }

    @Test
    void anOrdinaryPushThatFollowsHasNoUserEvent() {
        Envelope envelope = decode(push("1", "2", "t", "e", "", RAW, "x"));
        byte[] ordinary = {0, 0, 0, 1, 1, 't', 'e', 1};
        Serializer.V2.decodeBinary(ordinary, 0, ordinary.length, envelope);
        assertThat(envelope.payload(TestCodec.CODEC).userEvent()).isEmpty();
    }

    @Test
    void rawDataIsBroadcastAsKindFour() {
        Payload payload = Payload.userBroadcast("é", new byte[] {9, 8});
        byte[] expected = {4, 1, 2, 0, 0, 't', (byte) 0xC3, (byte) 0xA9, 9, 8};
        byte[] frame = FrameEncoder.frame(FrameEncoder.BINARY, expected, 0, expected.length);
        assertThat(Serializer.V2.broadcast("t", "broadcast", payload)).isEqualTo(frame);
        assertThat(Serializer.V2.push(Ref.quoted("1"), null, "t", "broadcast", payload))
                .isEqualTo(frame);
    }

    @Test
    void underAnotherEventItIsAnOrdinaryBinaryPayload() {
        byte[] data = {9, 8};
        assertThat(Serializer.V2.broadcast("t", "other", Payload.userBroadcast("e", data)))
                .isEqualTo(Serializer.V2.broadcast("t", "other", Payload.binary(data)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "''|1|''",
                "''|1|{",
                "''|1|'1},{\"a\":2'",
                "''|1|{}{}",
                "''|2|{}",
                "[]|1|{}",
                "{|0|{}",
                "{}x|1|{}",
            })
    void refusesWhatIsNotJson(String metadata, int encoding, String data) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> decode(push("1", "2", "t", "e", metadata, encoding, data)));
    }

    @Test
    void refusesWhatIsCutShortOrNotUtf8() {
        byte[] whole = push("1", "2", "t", "e", "{}", RAW, "");
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> decode(part));
        }
        for (int at = 7; at < whole.length; at++) {
            byte[] spoilt = whole.clone();
            spoilt[at] = (byte) 0xFF;
            assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> decode(spoilt));
        }
    }

    private static Envelope decode(byte[] message) {
        byte[] bytes = new byte[message.length + 7]; // in the midst of others, as when received
        System.arraycopy(message, 0, bytes, 3, message.length);
        Envelope envelope = new Envelope();
        Serializer.V2.decodeBinary(bytes, 3, 3 + message.length, envelope);
        return envelope;
    }

    private static String json(Envelope envelope) {
        return new String(envelope.payload(TestCodec.CODEC).bytes(), StandardCharsets.UTF_8);
    }

    private static byte[] push(
            @Nullable String joinRef,
            @Nullable String ref,
            String topic,
            String event,
            String metadata,
            int encoding,
            String data) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        ByteArrayOutputStream strings = new ByteArrayOutputStream();
        header.write(3);
        for (String text : new @Nullable String[] {joinRef, ref, topic, event, metadata}) {
            byte[] utf8 = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
            header.write(utf8.length);
            strings.writeBytes(utf8);
        }
        header.write(encoding);
        header.writeBytes(strings.toByteArray());
        header.writeBytes(data.getBytes(StandardCharsets.UTF_8));
        return header.toByteArray();
    }
}
