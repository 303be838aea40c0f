package dev.myriad.longpoll;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.protocol.FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JsonTextsTest {
    private final Counters counters = new Counters();

    private static byte[] frame(int opcode, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return FrameEncoder.frame(opcode, bytes, 0, bytes.length);
    }

    private List<?> read(byte[] frames) {
        byte[] texts = JsonTexts.of(frames, counters);
        int length = Math.max(0, texts.length - 1);
        return JsonMapper.shared()
                .readValue("[" + new String(texts, 0, length, UTF_8) + "]", List.class);
    }

    @Test
    void severalFramesAreSeveralStringsAndBinaryOnesAreLeftOut() {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(frame(FrameEncoder.TEXT, "[\"a\"]"));
        frames.writeBytes(frame(FrameEncoder.BINARY, "no"));
        frames.writeBytes(frame(FrameEncoder.TEXT, ""));
        frames.writeBytes(frame(FrameEncoder.TEXT, "x".repeat(70_000)));
        assertThat(read(frames.toByteArray()))
                .isEqualTo(List.of("[\"a\"]", "", "x".repeat(70_000)));
        assertThat(counters.binaryDropped.sum()).isEqualTo(1);
        assertThat(read(new byte[0])).isEmpty();
    }

    @Test
    void anyTextSurvives() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int[] characters =
                    random.ints(random.nextInt(300), 0, 0x11000)
                            .filter(c -> c < 0xD800 || c > 0xDFFF)
                            .map(c -> random.nextBoolean() ? c : c % 128)
                            .toArray();
            String text = new String(characters, 0, characters.length);
            byte[] frame = frame(FrameEncoder.TEXT, text);
            byte[] before = frame.clone();
            assertThat(read(frame)).as("seed %d", seed).isEqualTo(List.of(text));
            assertThat(Arrays.equals(frame, before)).isTrue();
        }
    }
}
