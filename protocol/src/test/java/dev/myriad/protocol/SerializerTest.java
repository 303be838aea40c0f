package dev.myriad.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SerializerTest {
    private static final Payload JSON = Payload.json(utf8("{\"a\":1}"), TestCodec.CODEC);
    private static final List<Serializer> BUILT_IN = List.of(Serializer.V1, Serializer.V2);
    private static final Payload BINARY = Payload.binary(new byte[] {1, 2});

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0", "1.0.7", "1.0.0+build.1", "1.0.1-rc.1"})
    void versionOne(String vsn) {
        assertThat(Serializer.forVersion(vsn, BUILT_IN)).contains(Serializer.V1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.0.0", "2.0.12", "2.0.3-alpha.0.x-1+b"})
    void versionTwo(String vsn) {
        assertThat(Serializer.forVersion(vsn, BUILT_IN)).contains(Serializer.V2);
    }

    @Test
    void noVersionIsVersionOne() {
        assertThat(Serializer.forVersion(null, BUILT_IN)).contains(Serializer.V1);
        assertThat(Serializer.V1.version()).isEqualTo("1.0.0");
        assertThat(Serializer.V2.version()).isEqualTo("2.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.1.2", "3.1.10", "3.1.3-rc.1"})
    void anOwnVersionServesWhatComesAfterIt(String vsn) {
        assertThat(Version.isCompatible(vsn, "3.1.2")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.1.1", "3.1.2-rc.1", "3.2.0", "3.0.2", "4.1.2", "3.1"})
    void anOwnVersionServesNothingElse(String vsn) {
        assertThat(Version.isCompatible(vsn, "3.1.2")).isFalse();
        assertThat(Version.isCompatible("3.1.2", vsn)).isEqualTo(vsn.startsWith("3.1."));
    }

    @Test
    void theFirstThatServesAVersionCounts() {
        assertThat(Serializer.forVersion("2.0.0", List.of(Serializer.V1))).isEmpty();
        assertThat(Serializer.forVersion("2.0.0", List.of(Serializer.V2, Serializer.V1)))
                .contains(Serializer.V2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.0",
                "1.1.0",
                "2.1.0",
                "3.0.0",
                "0.9.9",
                "2.0.0-rc.1",
                "1.0.0-0",
                "01.0.0",
                "1.0.00",
                "v2.0.0",
                "2.0.0 ",
                "2.0.x",
                "2.0.0-",
                "2.0.1-01",
                "2.0.0+",
                "2.0.1-a..b",
                "-2.0.0",
                "2.0.0.0",
                "12.0.0",
            })
    void otherVersionsAreRefused(String vsn) {
        assertThat(Serializer.forVersion(vsn, BUILT_IN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "\"x\"", "5", "null", "true", "{\"a\":[]}", "[]", "-0.5e3"})
    void clientsSendAnyJson(String payload) {
        for (String text :
                List.of(
                        "[null,\"7\",\"t\",\"e\"," + payload + "]",
                        "{\"topic\":\"t\",\"event\":\"e\",\"payload\":"
                                + payload
                                + ",\"ref\":\"7\"}")) {
            Envelope envelope = new Envelope();
            Serializer serializer = text.startsWith("[") ? Serializer.V2 : Serializer.V1;
            serializer.decodeText(utf8(text), 0, utf8(text).length, envelope);
            assertThat(envelope.payload(TestCodec.CODEC).bytes()).isEqualTo(utf8(payload));
            assertThat(envelope.isNestedTooDeeply()).isFalse();
        }
    }

    /** In V1 the refs may come after what is too deep, and in both more of the message. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[null,\"7\",\"t\",\"e\",DEEP]",
                "[null,\"7\",\"t\",\"e\",{},DEEP,1]",
                "{\"payload\":DEEP,\"topic\":\"t\",\"event\":\"e\",\"ref\":\"7\"}",
                "{\"x\":DEEP,\"topic\":\"t\",\"event\":\"e\",\"ref\":\"7\",\"payload\":1}",
            })
    void whatIsNestedTooDeeplyCanBeAnswered(String form) {
        for (String deep :
                List.of(
                        "[".repeat(129) + "]".repeat(129),
                        "{\"a\":[".repeat(1_000) + "]}".repeat(1_000),
                        "[{\"a\":[1,".repeat(64) + "{}" + "]}]".repeat(64))) {
            byte[] text = utf8(form.replace("DEEP", deep));
            Envelope envelope = new Envelope();
            Serializer serializer = form.startsWith("[") ? Serializer.V2 : Serializer.V1;
            serializer.decodeText(text, 0, text.length, envelope);
            assertThat(envelope.isNestedTooDeeply()).isTrue();
            assertThat(envelope.topic()).isEqualTo("t");
            assertThat(envelope.event()).isEqualTo("e");
            assertThat(envelope.ref()).isEqualTo(utf8("\"7\""));
        }
        for (String malformed :
                List.of(
                        "[".repeat(129) + "]".repeat(128),
                        "[".repeat(128) + "{\"a\":1]" + "]".repeat(128),
                        "[".repeat(200) + "{\"a\":[" + "]".repeat(200),
                        "[".repeat(200) + "}".repeat(200))) {
            byte[] text = utf8(form.replace("DEEP", malformed));
            Serializer serializer = form.startsWith("[") ? Serializer.V2 : Serializer.V1;
            assertUndecodable(() -> serializer.decodeText(text, 0, text.length, new Envelope()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "null",
                "[null]",
                "[null,null,\"t\",\"e\"]",
                "[null,null,\"t\",\"e\",]",
                "[null,null,\"t\",\"e\",{}",
                "[null,null,\"t\",\"e\",{},]",
                "[null,null,\"t\",\"e\",{}]]",
                "[null,null,\"t\",\"e\",{}] x",
                "[null,null,\"t\",\"e\",{},1,]",
                "[null,null,null,\"e\",{}]",
                "[null,null,\"t\",1,{}]",
                "[null,null,\"t\",\"e\",{\"a\"}]",
                "[true,null,\"t\",\"e\",{}]",
                "[null,{},\"t\",\"e\",{}]",
                "[[],null,\"t\",\"e\",{}]",
                "[null null,\"t\",\"e\",{}]",
                "[null,null,\"\\ud800\",\"e\",{}]",
                "[null,null,\"t\",\"e\",{\"a\":01}]",
            })
    void versionTwoRefusesOtherText(String text) {
        assertUndecodable(
                () -> Serializer.V2.decodeText(utf8(text), 0, utf8(text).length, new Envelope()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"topic\":\"t\",\"event\":\"e\",\"payload\":{}}",
                "{\"topic\":\"t\",\"event\":\"e\",\"ref\":null}",
                "{\"topic\":\"t\",\"payload\":{},\"ref\":null}",
                "{\"event\":\"e\",\"payload\":{},\"ref\":null}",
                "{\"topic\":null,\"event\":\"e\",\"payload\":{},\"ref\":null}",
                "{\"topic\":\"t\",\"event\":\"e\",\"payload\":{},\"ref\":{}}",
                "{\"topic\":\"t\",\"event\":\"e\",\"payload\":{},\"ref\":null,}",
                "{\"topic\":\"t\",\"event\":\"e\",\"payload\":{},\"ref\":null}}",
                "{\"topic\":\"t\",\"event\":\"e\",\"payload\":{},\"ref\":null",
                "{\"topic\":\"t\",\"event\":\"e\",\"payload\":{},\"ref\":null,\"x\":tru}",
                "{\"topic\":\"t\",\"event\":\"e\",\"payload\":{},\"ref\":null,\"join_ref\":true}",
                "{,\"topic\":\"t\"}",
                "{1:2}",
                "{\"a\" 2}",
            })
    void versionOneRefusesOtherText(String text) {
        assertUndecodable(
                () -> Serializer.V1.decodeText(utf8(text), 0, utf8(text).length, new Envelope()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00000000",
                "0000000001",
                "0001000000",
                "01000000007465",
                "0200000000",
                "0300000000",
                "00000002007e",
                "0001000000ff",
                "0000000100c3",
            })
    void versionTwoRefusesOtherBinary(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertUndecodable(() -> Serializer.V2.decodeBinary(bytes, 0, bytes.length, new Envelope()));
    }

    @Test
    void versionTwoRefusesABinaryRefThatWouldNotFitBack() {
        byte[] bytes = new byte[5 + 255];
        bytes[1] = (byte) 255;
        assertUndecodable(() -> Serializer.V2.decodeBinary(bytes, 0, bytes.length, new Envelope()));
    }

    @Test
    void versionOneKnowsNoBinary() {
        assertUndecodable(() -> Serializer.V1.decodeBinary(new byte[5], 0, 5, new Envelope()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Serializer.V1.broadcast("t", "e", BINARY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Serializer.V1.push(null, null, "t", "e", BINARY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Serializer.V1.reply(null, null, "t", "ok", BINARY));
    }

    @Test
    void pushAndBroadcastNeedAnObject() {
        for (String json : new String[] {"[]", "1", "", " ", "\"{\""}) {
            Payload payload = Payload.json(utf8(json), TestCodec.CODEC);
            for (Serializer serializer : new Serializer[] {Serializer.V1, Serializer.V2}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> serializer.broadcast("t", "e", payload));
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> serializer.push(null, null, "t", "e", payload));
            }
        }
    }

    @Test
    void binaryFramesLimitTheirStrings() {
        String fits = "é".repeat(127) + "x";
        String tooLong = "é".repeat(128);
        assertThat(Serializer.V2.broadcast(fits, fits, BINARY)).hasSize(4 + 3 + 255 + 255 + 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Serializer.V2.broadcast(tooLong, "e", BINARY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Serializer.V2.push(null, null, "t", tooLong, BINARY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Serializer.V2.reply(null, null, "t", tooLong, BINARY));
        assertThat(Serializer.V2.broadcast(tooLong, tooLong, JSON)).hasSizeGreaterThan(512);
    }

    @Test
    void framesOfEveryHeaderSizeAreWhole() {
        for (int size : new int[] {0, 100, 126, 60_000, 70_000}) {
            Payload payload =
                    Payload.json(utf8("{\"a\":\"" + "x".repeat(size) + "\"}"), TestCodec.CODEC);
            byte[] frame = Serializer.V2.broadcast("t", "e", payload);
            FrameDecoder client = FrameDecoder.client(1 << 20, 1 << 20);
            String text = new String(payload.bytes(), StandardCharsets.UTF_8);
            assertThat(Recorder.record(client, frame))
                    .containsExactly("text [null,null,\"t\",\"e\"," + text + "]");
        }
    }

    private static void assertUndecodable(ThrowingCallable decode) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(decode)
                .satisfies(e -> assertThat(e.closeCode()).isEqualTo(CloseCode.INTERNAL_ERROR));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
