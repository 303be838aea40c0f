package dev.myriad.fuzz;

import static dev.myriad.fuzz.Surrounded.demand;

import dev.myriad.testkit.Mutator;
import dev.myriad.tokens.Terms;
import java.util.Arrays;

/** The terms in tokens and sessions, as whoever has the secret may sign them. */
final class TermTarget implements Target {
    private final ByteText text = new ByteText();

    @Override
    public byte[] make(Randomness random) {
        text.clear();
        if (random.nextBoolean()) {
            MadeTerms.putToken(text, random);
        } else {
            MadeTerms.putSession(text, random);
        }
        return Mutator.sometimes(text.toBytes(), random);
    }

    @Override
    public void check(byte[] input, Randomness random, Meter meter) {
        meter.begin();
        boolean isToken = Terms.readToken(input);
        boolean isSession = Terms.readSession(input).isPresent();
        meter.end(input.length);
        demand(!isToken || Terms.staysSame(input), "written again it is another");
        if (isToken || isSession) {
            byte[] longer = Arrays.copyOf(input, input.length + 1);
            demand(
                    !Terms.readToken(longer) && Terms.readSession(longer).isEmpty(),
                    "something may follow");
        }
    }
}
