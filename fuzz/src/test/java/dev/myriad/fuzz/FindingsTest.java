package dev.myriad.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was found once: the inputs, as small as the fuzzer made them. */
class FindingsTest {
    @ParameterizedTest
    @CsvSource({
        // a long key with escapes was unescaped for each key that it might have been
        "TEXT_V1, 7b22223a372c225c75303037345c75303037345c75303037345c753734303037346f705c75303037346f70"
                + "5c75303037346f705c75303037346f705c75303037346f705c75303037346f705c75303037346f705c7530"
                + "3037346f705c75303037346f705c75303037346f705c75303037346f705c75303037346f705c75303037346"
                + "f705c7530303763223a",
        // Jackson takes a letter beyond ASCII for a hexadecimal digit: its fault, and tolerated
        "JSON, 7b22f09f9880223a22f09f98805c753065d58439227d",
    })
    void staysFixed(Parser parser, String input) throws IOException {
        Target found = Objects.requireNonNull(parser.target());
        Target again =
                new Target() {
                    @Override
                    public byte[] make(Randomness random) {
                        return HexFormat.of().parseHex(input);
                    }

                    @Override
                    public void check(byte[] bytes, Randomness random, Meter meter) {
                        found.check(bytes, random, meter);
                    }
                };
        assertThat(new Fuzzer(again, parser.meter(), 1).run(0, 200, Duration.ofMinutes(1)))
                .isEqualTo(200);
    }
}
