package dev.myriad.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.myriad.testkit.Mutator;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuzzerTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration BUDGET = Duration.ofMillis(5);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private interface Check {
        void accept(byte[] input);
    }

    private static Fuzzer fuzzer(long seed, Meter meter, Check check) {
        Target target =
                new Target() {
                    @Override
                    public byte[] make(Randomness random) {
                        byte[] input = "first input".getBytes(StandardCharsets.US_ASCII);
                        return Mutator.sometimes(input, random);
                    }

                    @Override
                    public void check(byte[] input, Randomness random, Meter used) {
                        used.begin();
                        check.accept(input);
                        used.end(input.length);
                    }
                };
        return new Fuzzer(target, meter, seed, BUDGET);
    }

    private static Fuzzer fuzzer(long seed, Check check) {
        return fuzzer(seed, new Meter(Long.MAX_VALUE, 0), check);
    }

    private static List<String> inputs(long seed, long first) {
        List<String> inputs = new ArrayList<>();
        long _ = fuzzer(seed, input -> inputs.add(Arrays.toString(input))).run(first, 200, LONG);
        return inputs;
    }

    @Test
    void theSameSeedGivesTheSameInputs() {
        assertThat(inputs(7, 0)).isEqualTo(inputs(7, 0)).hasSize(200);
        assertThat(inputs(7, 0)).isNotEqualTo(inputs(8, 0));
        assertThat(inputs(7, 150).subList(0, 50)).isEqualTo(inputs(7, 0).subList(150, 200));
    }

    @Test
    void stopsAtEitherBound() {
        assertThat(fuzzer(1, _ -> {}).run(0, 123, LONG)).isEqualTo(123);
        assertThat(fuzzer(1, _ -> {}).run(0, Long.MAX_VALUE, Duration.ofMillis(50))).isPositive();
    }

    @Test
    void namesWhatItTakesToRepeatAFindingAndMakesItSmall() {
        Check noExes =
                input -> {
                    for (byte b : input) {
                        assertThat(b).isNotEqualTo((byte) 0xFF);
                    }
                };
        assertThatExceptionOfType(Finding.class)
                .isThrownBy(() -> fuzzer(42, noExes).run(0, 100_000, LONG))
                .withMessageMatching("(?s)seed 42, iteration \\d+: .*input of 1 bytes: ff");
    }

    @Test
    void catchesATargetThatHangs() {
        Check endless =
                _ -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                    }
                };
        assertThatExceptionOfType(Finding.class)
                .isThrownBy(() -> fuzzer(1, endless).run(0, 10, LONG))
                .withMessageContaining("hung");
    }

    @Test
    void catchesATargetThatTakesLong() {
        Check slow =
                input -> {
                    long end = THREADS.getCurrentThreadCpuTime() + 2 * BUDGET.toNanos();
                    while (input.length > 0 && THREADS.getCurrentThreadCpuTime() < end) {
                        Thread.onSpinWait();
                    }
                };
        assertThatExceptionOfType(Finding.class)
                .isThrownBy(() -> fuzzer(1, slow).run(0, 1, LONG))
                .withMessageContaining("took");
    }

    @Test
    void catchesATargetThatAllocatesTooMuch() {
        List<byte[]> kept = new ArrayList<>();
        assertThatExceptionOfType(Finding.class)
                .isThrownBy(
                        () ->
                                fuzzer(1, new Meter(2_000, 4), input -> kept.add(new byte[10_000]))
                                        .run(0, 10, LONG))
                .withMessageContaining("allocated");
    }
}
