package dev.myriad.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static final FrameDecoder SERVER = FrameDecoder.server(1 << 20, 1 << 20);
    private static final FrameDecoder CLIENT = FrameDecoder.client(1 << 20, 1 << 20);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "818537fa213d7f9f4d5158 | text Hello",
                "898537fa213d7f9f4d5158 | ping 48656c6c6f",
                "8a8537fa213d7f9f4d5158 | pong 48656c6c6f",
                "818037fa213d           | text ''",
                "828037fa213d           | binary ''",
            })
    void readsTheMaskedSamplesOfTheRfc(String hex, String event) {
        assertThat(Recorder.record(SERVER, hex(hex))).containsExactly(event.replace("''", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "810548656c6c6f           | text Hello",
                "010348656c80026c6f       | text Hello",
                "890548656c6c6f           | ping 48656c6c6f",
                "8a0548656c6c6f           | pong 48656c6c6f",
                "880203e8                 | close 1000",
                "8800                     | close 1005",
                "880603e862796521         | close 1000 bye!",
                "880503f4e29895           | close 1012 ☕",
            })
    void readsTheUnmaskedSamplesOfTheRfc(String hex, String event) {
        assertThat(Recorder.record(CLIENT, hex(hex)))
                .extracting(String::strip)
                .containsExactly(event);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 256, 65_535, 65_536, 70_000})
    void readsEveryLengthEncoding(int length) {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        String event = "binary " + HexFormat.of().formatHex(payload);
        byte[] unmasked = FrameEncoder.frame(FrameEncoder.BINARY, payload, 0, length);
        byte[] masked =
                FrameEncoder.maskedFrame(FrameEncoder.BINARY, payload, 0, length, 0x89ABCDEF);
        assertThat(Recorder.record(CLIENT, unmasked)).containsExactly(event);
        assertThat(Recorder.record(SERVER, masked)).containsExactly(event);
    }

    @Test
    void readsALengthThatIsNotInItsShortestForm() {
        assertThat(Recorder.record(CLIENT, hex("817e000548656c6c6f")))
                .containsExactly("text Hello");
        assertThat(Recorder.record(CLIENT, hex("817f000000000000000548656c6c6f")))
                .containsExactly("text Hello");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "c100                       | 1002 | RSV1",
                "a100                       | 1002 | RSV2",
                "9100                       | 1002 | RSV3",
                "8300                       | 1002 | unknown data opcode 3",
                "8700                       | 1002 | unknown data opcode 7",
                "8b00                       | 1002 | unknown control opcode 11",
                "8f00                       | 1002 | unknown control opcode 15",
                "0900                       | 1002 | fragmented ping",
                "897e007e                   | 1002 | ping of 126 bytes",
                "888000000000               | 1002 | masked frame from a server",
                "8000                       | 1002 | continuation of nothing",
                "01008100                   | 1002 | text inside a message",
                "01008200                   | 1002 | binary inside a message",
                "010080008000               | 1002 | continuation after the end",
                "817fffffffffffffffff       | 1002 | top bit of the length",
                "880103                     | 1002 | close with half a code",
                "880203e7                   | 1002 | close 999",
                "880203ed                   | 1002 | close 1005",
                "880203ee                   | 1002 | close 1006",
                "880203f7                   | 1002 | close 1015",
                "880207d0                   | 1002 | close 2000",
                "88021388                   | 1002 | close 5000",
                "880303e8ff                 | 1007 | close reason is not UTF-8",
                "8101ff                     | 1007 | text is not UTF-8",
                "8102c3                     | none | text still unfinished",
                "8101c3                     | 1007 | text ends inside a character",
                "0101c38001a9               | none | a character across fragments",
                "0101c3800141               | 1007 | a wrong continuation across fragments",
                "0101c38000                 | 1007 | message ends inside a character",
                "0101ff                     | 1007 | invalid fragment, seen before the message"
                        + " ends",
                "817f0000000000100001       | 1009 | frame over the limit",
                "817f7fffffffffffffff       | 1009 | largest length",
                "027e0001ff807f0000000000100000 | 1009 | message over the limit",
            })
    void refusesWhatTheRfcForbids(String hex, String expected, String what) {
        List<String> events = Recorder.record(CLIENT, hex(hex));
        if (expected.equals("none")) {
            assertThat(events).as(what).noneMatch(event -> event.startsWith("refused"));
        } else {
            assertThat(events).as(what).last().isEqualTo("refused " + expected);
        }
    }

    @Test
    void refusesAnUnmaskedFrameFromAClient() {
        assertThat(Recorder.record(SERVER, hex("810548656c6c6f"))).containsExactly("refused 1002");
    }

    @Test
    void controlFramesMayStandBetweenFragments() {
        byte[] bytes = hex("0103 48656c  8901 aa  0000  8a00  8002 6c6f  8101 21");
        assertThat(Recorder.record(CLIENT, bytes))
                .containsExactly("ping aa", "pong ", "text Hello", "text !");
    }

    @Test
    void ignoresEverythingAfterAClose() {
        Recorder recorder = new Recorder();
        Partial closed = CLIENT.decode(null, hex("8800 8101 21"), 0, 5, recorder);
        assertThat(CLIENT.decode(closed, hex("8101 21"), 0, 3, recorder)).isSameAs(closed);
        assertThat(recorder.events()).containsExactly("close 1005 ");
    }

    @Test
    void limitsAreInclusiveAndDoNotConcernControlFrames() {
        FrameDecoder small = FrameDecoder.client(3, 5);
        assertThat(Recorder.record(small, hex("8203 010203"))).containsExactly("binary 010203");
        assertThat(Recorder.record(small, hex("8204"))).containsExactly("refused 1009");
        assertThat(Recorder.record(small, hex("0203 010203 8002 0405")))
                .containsExactly("binary 0102030405");
        assertThat(Recorder.record(small, hex("0203 010203 8003"))).containsExactly("refused 1009");
        assertThat(Recorder.record(small, hex("8905 0102030405")))
                .containsExactly("ping 0102030405");
        assertThat(Recorder.record(FrameDecoder.client(0, 0), hex("8200")))
                .containsExactly("binary ");
    }

    @Test
    void keepsNothingOfAnIdleConnection() {
        byte[] bytes = hex("8101 21 8900 0101 21 8001 21");
        assertThat(CLIENT.decode(null, bytes, 0, bytes.length, new Recorder())).isNull();
        Recorder recorder = new Recorder();
        Partial half = CLIENT.decode(null, bytes, 0, 2, recorder);
        assertThat(half).isNotNull();
        assertThat(CLIENT.decode(half, bytes, 2, 3, recorder)).isNull();
        assertThat(CLIENT.decode(null, bytes, 0, 0, recorder)).isNull();
    }

    @Test
    void neverAllocatesALengthThatWasOnlyAnnounced() {
        FrameDecoder unlimited = FrameDecoder.client(Integer.MAX_VALUE, Integer.MAX_VALUE);
        Partial partial =
                Objects.requireNonNull(
                        unlimited.decode(
                                null, hex("827f000000007ffffff7 0102"), 0, 12, new Recorder()));
        assertThat(partial.message().capacity()).isLessThan(100);
    }

    @Test
    void aDribbledMessageCostsLinearTime() {
        int length = 4 << 20;
        FrameDecoder decoder = FrameDecoder.server(length, length);
        byte[] payload = "abcdefgh".repeat(length / 8).getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = FrameEncoder.maskedFrame(FrameEncoder.TEXT, payload, 0, length, 0x01020304);
        List<String> events =
                Assertions.assertTimeoutPreemptively(
                        Duration.ofSeconds(20),
                        () ->
                                Recorder.record(
                                        decoder,
                                        bytes,
                                        IntStream.rangeClosed(1, bytes.length).toArray()));
        assertThat(events)
                .containsExactly("text " + new String(payload, StandardCharsets.US_ASCII));
    }

    @Test
    void aMessageInManyFragmentsIsNotCopiedForEach() {
        int fragments = 10_000;
        for (int atOnce : new int[] {3, 2}) { // whole frames, and each in two pieces
            Partial partial = CLIENT.decode(null, hex("0200"), 0, 2, new Recorder());
            byte[] fragment = hex("0001 21");
            byte[] message = Objects.requireNonNull(partial).message().inOnePiece();
            int copies = 0;
            for (int i = 0; i < fragments; i++) {
                for (int at = 0; at < fragment.length; at += atOnce) {
                    int to = Math.min(at + atOnce, fragment.length);
                    partial =
                            Objects.requireNonNull(
                                    CLIENT.decode(partial, fragment, at, to, new Recorder()));
                }
                copies += partial.message().inOnePiece() == message ? 0 : 1;
                message = partial.message().inOnePiece();
            }
            assertThat(copies).isLessThan(10);
            assertThat(message).hasSizeBetween(fragments, 2 * fragments);
        }
    }

    @Test
    void splitsAtEveryByteChangeNothing() {
        for (byte[] bytes : conversations()) {
            List<String> whole = Recorder.record(SERVER, bytes);
            for (int first = 0; first <= bytes.length; first++) {
                assertThat(Recorder.record(SERVER, bytes, first)).isEqualTo(whole);
                for (int second = first; second <= Math.min(bytes.length, 90); second++) {
                    assertThat(Recorder.record(SERVER, bytes, first, second)).isEqualTo(whole);
                }
            }
            assertThat(
                            Recorder.record(
                                    SERVER,
                                    bytes,
                                    IntStream.rangeClosed(1, bytes.length).toArray()))
                    .isEqualTo(whole);
        }
    }

    @Test
    void unmasksOnlyTheRangeItWasGiven() {
        byte[] frame = hex("818537fa213d7f9f4d5158");
        byte[] bytes = new byte[frame.length + 20];
        Arrays.fill(bytes, (byte) 0x81);
        System.arraycopy(frame, 0, bytes, 10, frame.length);
        Recorder recorder = new Recorder();
        assertThat(SERVER.decode(null, bytes, 10, 10 + frame.length, recorder)).isNull();
        assertThat(recorder.events()).containsExactly("text Hello");
        assertThat(Arrays.copyOf(bytes, 10)).containsOnly(0x81);
        assertThat(Arrays.copyOfRange(bytes, 10 + frame.length, bytes.length)).containsOnly(0x81);
    }

    /**
     * Sequences of masked frames with all that splitting can hurt: every length encoding,
     * fragments, control frames between, errors.
     */
    private static List<byte[]> conversations() {
        return List.of(
                bytes(
                        masked(0x81, "Hello"),
                        masked(0x82, ""),
                        masked(0x89, "ping"),
                        masked(0x81, "☕ и 😀")),
                bytes(
                        masked(0x01, "Hé"),
                        masked(0x89, "x"),
                        masked(0x00, ""),
                        masked(0x8A, ""),
                        masked(0x80, "llo"),
                        masked(0x88, "\u0003è bye"),
                        masked(0x81, "too late")),
                bytes(
                        masked(0x81, "a".repeat(130)),
                        masked(0x82, "b".repeat(126)),
                        masked(0x88, "")),
                bytes(masked(0x01, "fragment"), masked(0x81, "not a continuation")),
                bytes(masked(0x81, "good"), masked(0xC1, "reserved bit")));
    }

    private static byte[] masked(int firstByte, String latin1OrText) {
        byte[] payload =
                latin1OrText.startsWith("\u0003")
                        ? latin1OrText.getBytes(StandardCharsets.ISO_8859_1)
                        : latin1OrText.getBytes(StandardCharsets.UTF_8);
        byte[] frame =
                FrameEncoder.maskedFrame(
                        FrameEncoder.TEXT, payload, 0, payload.length, 0x5EADBEEF + payload.length);
        frame[0] = (byte) firstByte;
        return frame;
    }

    private static byte[] bytes(byte[]... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
