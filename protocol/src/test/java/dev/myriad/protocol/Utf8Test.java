package dev.myriad.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "7f",
                "c280",
                "dfbf",
                "e0a080",
                "ed9fbf",
                "ee8080",
                "efbfbf",
                "f0908080",
                "f48fbfbf",
                "61626364656667c3a96a6b6c6d6e6f70",
                "e29895f09f9880",
            })
    void acceptsTheEdgesOfEveryRange(String hex) {
        assertThat(valid(hex)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "bf",
                "c080",
                "c1bf",
                "e08080",
                "e09fbf",
                "eda080",
                "edbfbf",
                "f0808080",
                "f08fbfbf",
                "f4908080",
                "f5808080",
                "f8888080",
                "fe",
                "ff",
                "c3",
                "e298",
                "f09f98",
                "c328",
                "e22895",
                "f09f2880",
                "6162636465666768c3",
                "61626364656667ff69",
            })
    void refusesOverlongSurrogatesTooLargeAndCutShort(String hex) {
        assertThat(valid(hex)).isFalse();
    }

    @Test
    void agreesWithTheJdkOnEveryPairOfBytesAndRandomOnes() {
        byte[] two = new byte[2];
        for (int pair = 0; pair < 1 << 16; pair++) {
            two[0] = (byte) (pair >>> 8);
            two[1] = (byte) pair;
            assertThat(Utf8.valid(two, 0, 2)).as("%04x", pair).isEqualTo(jdkAccepts(two));
        }
        long seed = 42;
        Random random = new Random(seed);
        int[] leads = {0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5};
        int[] edges = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
        for (int round = 0; round < 100_000; round++) {
            byte[] four = new byte[3 + random.nextInt(2)];
            four[0] = (byte) leads[random.nextInt(leads.length)];
            for (int i = 1; i < four.length; i++) {
                four[i] = (byte) edges[random.nextInt(edges.length)];
            }
            assertThat(Utf8.valid(four, 0, four.length))
                    .as("seed %d, %s", seed, HexFormat.of().formatHex(four))
                    .isEqualTo(jdkAccepts(four));
        }
    }

    @Test
    void resumesAnywhere() {
        byte[] text = "plain ascii, é, ☕, 😀 and more".getBytes(StandardCharsets.UTF_8);
        for (int split = 0; split <= text.length; split++) {
            int state = Utf8.resume(Utf8.COMPLETE, text, 0, split);
            assertThat(Utf8.resume(state, text, split, text.length)).isEqualTo(Utf8.COMPLETE);
        }
    }

    @Test
    void writesWhatTheJdkWrites() {
        for (String text : new String[] {"", "abc", "é", "☕😀", "lone \ud800 half"}) {
            byte[] expected = text.getBytes(StandardCharsets.UTF_8);
            byte[] into = new byte[Utf8.length(text)];
            assertThat(Utf8.write(text, into, 0)).isEqualTo(into.length);
            assertThat(into).isEqualTo(expected);
        }
    }

    private static boolean valid(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return Utf8.valid(bytes, 0, bytes.length);
    }

    private static boolean jdkAccepts(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }
}
