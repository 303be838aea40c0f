package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuzzerTest {
    private static final List<byte[]> CORPUS =
            List.of(
                    "first input".getBytes(StandardCharsets.US_ASCII),
                    new byte[0],
                    new byte[] {1, 2, 3});
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void theSameSeedGivesTheSameInputs() {
        assertThat(inputs(7)).isEqualTo(inputs(7));
        assertThat(inputs(7)).isNotEqualTo(inputs(8));
    }

    @Test
    void stopsAtEitherBound() {
        Fuzzer fuzzer = new Fuzzer(1, CORPUS, LONG);
        assertThat(fuzzer.run(123, LONG, (_, _) -> {})).isEqualTo(123);
        assertThat(fuzzer.run(Long.MAX_VALUE, Duration.ofMillis(50), (_, _) -> {})).isPositive();
    }

    @Test
    void namesWhatItTakesToRepeatAFailure() {
        Fuzzer fuzzer = new Fuzzer(42, CORPUS, LONG);
        Fuzzer.Target target =
                (input, _) -> {
                    if (input.length > 20) {
                        throw new IllegalStateException("too long");
                    }
                };
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> fuzzer.run(100_000, LONG, target))
                .withMessageMatching(
                        "(?s)seed 42, iteration \\d+ failed: .*too long.*input [0-9a-f]+")
                .satisfies(
                        e -> {
                            String iteration =
                                    String.valueOf(e.getMessage())
                                            .replaceAll("(?s).*iteration (\\d+) .*", "$1");
                            assertThatExceptionOfType(IllegalStateException.class)
                                    .isThrownBy(
                                            () -> fuzzer.repeat(Long.parseLong(iteration), target));
                        });
    }

    @Test
    void catchesATargetThatHangs() {
        Fuzzer fuzzer = new Fuzzer(1, CORPUS, Duration.ofMillis(100));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(
                        () ->
                                fuzzer.run(
                                        10,
                                        LONG,
                                        (_, _) -> {
                                            while (!Thread.currentThread().isInterrupted()) {
                                                Thread.onSpinWait();
                                            }
                                        }))
                .withMessageContaining("hung");
    }

    private static List<String> inputs(long seed) {
        List<String> inputs = new ArrayList<>();
        new Fuzzer(seed, CORPUS, LONG)
                .run(200, LONG, (input, _) -> inputs.add(Arrays.toString(input)));
        return inputs;
    }
}
