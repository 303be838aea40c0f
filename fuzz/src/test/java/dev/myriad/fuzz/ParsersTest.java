package dev.myriad.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every parser for a moment; {@code ./myriad fuzz} does the same for as long as you like. {@code
 * -Dmyriad.fuzz.millis=60000} gives each a minute, {@code -Dmyriad.fuzz.seed=...} repeats.
 */
class ParsersTest {
    private static final long SEED = Long.getLong("myriad.fuzz.seed", System.nanoTime());
    private static final Duration TIME =
            Duration.ofMillis(Long.getLong("myriad.fuzz.millis", 1_000));

    @ParameterizedTest
    @EnumSource
    void misbehavesOnNoInput(Parser parser) throws IOException {
        Target target = parser.target();
        assumeTrue(target != null || "true".equals(System.getenv("CI")), "Node is missing");
        assertThat(target).as("CI=true leaves no test out: is Node there?").isNotNull();
        if (target != null) {
            long inputs = new Fuzzer(target, parser.meter(), SEED).run(0, Long.MAX_VALUE, TIME);
            assertThat(inputs).isPositive();
            System.out.println("ParsersTest: " + parser + ", " + inputs + " inputs, seed " + SEED);
        }
    }
}
