package dev.myriad.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameEncoderTest {
    private static final byte[] HELLO = "Hello".getBytes(StandardCharsets.US_ASCII);

    @Test
    void writesTheSamplesOfTheRfc() {
        assertThat(hex(FrameEncoder.frame(FrameEncoder.TEXT, HELLO, 0, 5)))
                .isEqualTo("810548656c6c6f");
        assertThat(hex(FrameEncoder.frame(FrameEncoder.PING, HELLO, 0, 5)))
                .isEqualTo("890548656c6c6f");
        assertThat(hex(FrameEncoder.maskedFrame(FrameEncoder.TEXT, HELLO, 0, 5, 0x37fa213d)))
                .isEqualTo("818537fa213d7f9f4d5158");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 8200, 8280",
        "125, 827d, 82fd",
        "126, 827e007e, 82fe007e",
        "256, 827e0100, 82fe0100",
        "65535, 827effff, 82feffff",
        "65536, 827f0000000000010000, 82ff0000000000010000",
        "2147483647, 827f000000007fffffff, 82ff000000007fffffff",
    })
    void writesTheShortestHeader(int length, String unmasked, String masked) {
        byte[] into = new byte[20];
        int next = FrameEncoder.writeHeader(into, 3, FrameEncoder.BINARY, length);
        assertThat(next - 3).isEqualTo(FrameEncoder.headerLength(length));
        assertThat(hex(Arrays.copyOfRange(into, 3, next))).isEqualTo(unmasked);
        next = FrameEncoder.writeMaskedHeader(into, 3, FrameEncoder.BINARY, length, 0x01FE03FC);
        assertThat(next - 3).isEqualTo(FrameEncoder.maskedHeaderLength(length));
        assertThat(hex(Arrays.copyOfRange(into, 3, next))).isEqualTo(masked + "01fe03fc");
    }

    @Test
    void framesOnlyTheRange() {
        assertThat(hex(FrameEncoder.frame(FrameEncoder.TEXT, HELLO, 1, 4))).isEqualTo("8103656c6c");
    }

    @Test
    void masksLikeTheByteByByteRuleOfTheRfc() {
        long seed = 20261124;
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length - from + 1);
            int key = random.nextInt();
            byte[] expected = bytes.clone();
            for (int i = from; i < to; i++) {
                expected[i] ^= (byte) (key >>> (24 - 8 * ((i - from) % 4)));
            }
            FrameEncoder.mask(bytes, from, to, key);
            assertThat(bytes).as("seed %d round %d", seed, round).isEqualTo(expected);
        }
    }

    @Test
    void writesCloseFrames() {
        assertThat(hex(FrameEncoder.close(1000, ""))).isEqualTo("880203e8");
        assertThat(hex(FrameEncoder.close(1012, "☕"))).isEqualTo("880503f4e29895");
        assertThat(hex(FrameEncoder.close(CloseCode.NO_STATUS, "unsaid"))).isEqualTo("8800");
    }

    @Test
    void cutsAReasonAtACharacter() {
        assertThat(FrameEncoder.close(1000, "a".repeat(200))).hasSize(2 + 2 + 123);
        assertThat(FrameEncoder.close(1000, "a" + "é".repeat(61) + "b")).hasSize(2 + 2 + 123);
        byte[] cut = FrameEncoder.close(1000, "é".repeat(62));
        assertThat(cut).hasSize(2 + 2 + 122);
        assertThat(new String(cut, 4, 122, StandardCharsets.UTF_8)).isEqualTo("é".repeat(61));
        assertThat(FrameEncoder.close(1000, "😀".repeat(31))).hasSize(2 + 2 + 120);
    }

    @Test
    void refusesACodeThatMustNotBeSent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrameEncoder.close(CloseCode.ABNORMAL, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> FrameEncoder.close(0, ""));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
