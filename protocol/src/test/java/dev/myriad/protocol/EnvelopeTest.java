package dev.myriad.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
    @Test
    void isReusable() {
        Envelope envelope = new Envelope();
        decode("[\"1\",\"2\",\"first\",\"one\",{\"a\":1}]", envelope);
        assertThat(envelope.topic()).isEqualTo("first");
        assertThat(envelope.event()).isEqualTo("one");
        decode("[null,null,\"second\",\"two\",{}]", envelope);
        assertThat(envelope.topic()).isEqualTo("second");
        assertThat(envelope.event()).isEqualTo("two");
        assertThat(envelope.hasJoinRef()).isFalse();
        assertThat(envelope.ref()).isNull();
    }

    @Test
    void versionOneForgetsTheJoinRefOfTheMessageBefore() {
        Envelope envelope = new Envelope();
        decode("[\"1\",\"2\",\"t\",\"e\",{}]", envelope);
        byte[] text = utf8("{\"topic\":\"t\",\"event\":\"e\",\"payload\":{},\"ref\":\"1\"}");
        Serializer.V1.decodeText(text, 0, text.length, envelope);
        assertThat(envelope.hasJoinRef()).isFalse();
    }

    @Test
    void holdsPartsThatWereDecodedElsewhere() {
        Envelope envelope = new Envelope();
        Payload payload = Payload.json(utf8("{\"a\":1}"), TestCodec.CODEC);
        envelope.fill("7", "say \"é\"", "room:é", "said", payload);
        assertThat(envelope.joinRef()).isEqualTo(Ref.quoted("7"));
        assertThat(envelope.joinRefIs(Ref.quoted("7"))).isTrue();
        assertThat(envelope.ref()).isEqualTo(Ref.quoted("say \"é\""));
        assertThat(envelope.topic()).isEqualTo("room:é");
        assertThat(envelope.topicIs(utf8("room:é"))).isTrue();
        assertThat(envelope.event()).isEqualTo("said");
        assertThat(envelope.binary()).isFalse();
        assertThat(envelope.payload(TestCodec.CODEC)).isSameAs(payload);

        envelope.fill("", "", "", "", Payload.binary(new byte[] {1}));
        assertThat(envelope.hasJoinRef()).isFalse();
        assertThat(envelope.ref()).isNull();
        assertThat(envelope.binary()).isTrue();
        decode("[null,null,\"second\",\"two\",{}]", envelope);
        assertThat(envelope.binary()).isFalse();
        assertThat(envelope.payload(TestCodec.CODEC).bytes()).isEqualTo(utf8("{}"));
    }

    @Test
    void refusesPartsThatNoSerializerCouldSendBack() {
        Envelope envelope = new Envelope();
        Payload noJson = Payload.json(utf8("[1"), TestCodec.CODEC);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> envelope.fill("", "1", "t", "e", noJson));
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> envelope.fill("", "x".repeat(254), "t", "e", Payload.EMPTY));
    }

    @Test
    void isFilledWithAnyJsonValueAndTellsOneThatIsNestedTooDeeply() {
        Envelope envelope = new Envelope();
        envelope.fill("", "1", "t", "e", Payload.json(utf8("[1]"), TestCodec.CODEC));
        assertThat(envelope.isNestedTooDeeply()).isFalse();
        String deep = "[".repeat(129) + "]".repeat(129);
        envelope.fill("", "1", "t", "e", Payload.json(utf8(deep), TestCodec.CODEC));
        assertThat(envelope.isNestedTooDeeply()).isTrue();
        envelope.fill("", "1", "t", "e", Payload.EMPTY);
        assertThat(envelope.isNestedTooDeeply()).isFalse();
    }

    @Test
    void thePayloadOutlivesTheBuffer() {
        byte[] bytes = utf8("[null,null,\"t\",\"e\",{\"a\":1}]");
        Envelope envelope = new Envelope();
        Serializer.V2.decodeText(bytes, 0, bytes.length, envelope);
        Payload payload = envelope.payload(TestCodec.CODEC);
        Arrays.fill(bytes, (byte) 0);
        assertThat(payload.as(String.class)).isEqualTo("{\"a\":1}");
    }

    @Test
    void sharesTheEmptyPayload() {
        Envelope envelope = new Envelope();
        decode("[null,null,\"t\",\"e\",{}]", envelope);
        Payload first = envelope.payload(TestCodec.CODEC);
        decode("[null,null,\"t\",\"f\",{}]", envelope);
        assertThat(envelope.payload(TestCodec.CODEC)).isSameAs(first);
        assertThat(first.bytes()).isSameAs(Payload.EMPTY.bytes());
        assertThat(first.as(String.class)).isEqualTo("{}");
    }

    @Test
    void comparesBinaryJoinRefsWithTokens() {
        byte[] bytes = HexFormat.of().parseHex("0002000101" + "3132" + "7465");
        Envelope envelope = new Envelope();
        Serializer.V2.decodeBinary(bytes, 0, bytes.length, envelope);
        assertThat(envelope.joinRefIs(utf8("\"12\""))).isTrue();
        assertThat(envelope.joinRefIs(utf8("\"21\""))).isFalse();
        assertThat(envelope.joinRefIs(utf8("\"123\""))).isFalse();
        assertThat(envelope.joinRefIs(utf8("12"))).isFalse();
        assertThat(envelope.joinRefIs(utf8("1234"))).isFalse();
    }

    @Test
    void payloadsAreReadWithTheirCodec() {
        assertThat(Payload.binary(new byte[] {1}).as(byte[].class)).containsExactly(1);
        assertThatExceptionOfType(PayloadException.class)
                .isThrownBy(() -> Payload.binary(new byte[] {1}).as(String.class));
        assertThatIllegalStateException().isThrownBy(() -> Payload.EMPTY.as(String.class));
    }

    private static void decode(String text, Envelope into) {
        byte[] bytes = utf8(text);
        Serializer.V2.decodeText(bytes, 0, bytes.length, into);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
