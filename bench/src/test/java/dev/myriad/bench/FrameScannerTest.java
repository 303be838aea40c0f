package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameScannerTest {
    private static final List<String> TEXTS =
            List.of("", "a", "x".repeat(125), "y".repeat(126), "z".repeat(300), "w".repeat(70_000));

    private static byte[] stream(List<String> texts) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (String text : texts) {
            byte[] bytes = text.getBytes(UTF_8);
            stream.writeBytes(FrameEncoder.frame(FrameEncoder.TEXT, bytes, 0, bytes.length));
        }
        return stream.toByteArray();
    }

    @Test
    void findsAllFramesOfAPieceOfBytes() {
        byte[] stream = stream(TEXTS);
        List<String> found = new ArrayList<>();

        assertThat(scan(stream, found)).isEmpty();
        assertThat(found).isEqualTo(TEXTS);
    }

    @Test
    void findsTheSameFramesWhereverTheBytesAreCut() {
        List<String> texts = TEXTS.subList(0, 5);
        byte[] stream = stream(texts);
        for (int cut = 0; cut <= stream.length; cut++) {
            List<String> found = new ArrayList<>();
            byte[] rest = scan(Arrays.copyOf(stream, cut), found);
            byte[] joined = Arrays.copyOf(rest, rest.length + stream.length - cut);
            System.arraycopy(stream, cut, joined, rest.length, stream.length - cut);

            assertThat(scan(joined, found)).as("cut at %d", cut).isEmpty();
            assertThat(found).as("cut at %d", cut).isEqualTo(texts);
        }
    }

    @Test
    void findsTheSameFramesByteByByte() {
        List<String> texts = TEXTS.subList(0, 5);
        List<String> found = new ArrayList<>();
        byte[] rest = new byte[0];
        for (byte next : stream(texts)) {
            byte[] bytes = Arrays.copyOf(rest, rest.length + 1);
            bytes[rest.length] = next;
            rest = scan(bytes, found);
        }

        assertThat(rest).isEmpty();
        assertThat(found).isEqualTo(texts);
    }

    @Test
    void refusesWhatABenchmarkNeverReceives() {
        byte[] fragment = {0x01, 0x01, 'a'};
        byte[] compressed = {(byte) 0xC1, 0x01, 'a'};
        byte[] masked = FrameEncoder.maskedFrame(FrameEncoder.TEXT, new byte[] {'a'}, 0, 1, 7);
        byte[] huge = {(byte) 0x81, 127, 0, 0, 1, 0, 0, 0, 0, 0};
        for (byte[] bytes : List.of(fragment, compressed, masked, huge)) {
            assertThatThrownBy(() -> scan(bytes, new ArrayList<>()))
                    .isInstanceOf(ProtocolException.class);
        }
    }

    /** Adds the texts found, and returns the rest. */
    private static byte[] scan(byte[] bytes, List<String> found) {
        FrameScanner scanner = new FrameScanner();
        scanner.over(bytes, 0, bytes.length);
        while (scanner.next()) {
            assertThat(scanner.opcode()).isEqualTo(FrameEncoder.TEXT);
            found.add(new String(bytes, scanner.from(), scanner.to() - scanner.from(), UTF_8));
        }
        return Arrays.copyOfRange(bytes, scanner.rest(), bytes.length);
    }
}
