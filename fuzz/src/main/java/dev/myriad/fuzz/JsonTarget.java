package dev.myriad.fuzz;

import static dev.myriad.fuzz.Surrounded.demand;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.JsonScanner;
import dev.myriad.protocol.ProtocolException;
import dev.myriad.protocol.Utf8;
import dev.myriad.testkit.Mutator;
import java.util.regex.Pattern;

/** The scanner takes for JSON what Jackson takes for it, but half a pair of surrogates. */
final class JsonTarget implements Target {
    /**
     * Half a pair of surrogates, of which ours demands the other; and a digit that is none: of a
     * character beyond ASCII Jackson looks at the last byte only.
     */
    private static final Pattern ODD_ESCAPE =
            Pattern.compile("\\\\u(?:[dD][89a-fA-F]|[0-9a-fA-F]{0,3}[^\\x00-\\x7f])");

    private static final int REFUSED = -1;

    private final ByteText text = new ByteText();

    @Override
    public byte[] make(Randomness random) {
        text.clear();
        if (random.oneIn(100)) {
            MadeJson.putDeep(text, random);
        } else {
            MadeJson.put(text, random, 4);
        }
        return Mutator.sometimes(text.toBytes(), random);
    }

    @Override
    public void check(byte[] input, Randomness random, Meter meter) {
        Surrounded first = new Surrounded(input, random);
        meter.begin();
        int end = end(first);
        meter.end(input.length);
        demand(end(new Surrounded(input, random)) == end, "depends on its surroundings");
        if (!Utf8.valid(input, 0, input.length)) {
            return; // only has to be harmless: such bytes never get that far
        }
        String whole = new String(input, UTF_8);
        boolean accepted = end != REFUSED && isBlank(input, end);
        if (accepted) {
            demand(Jackson.accepts(whole), "Jackson refuses it");
        } else if (Jackson.accepts(whole)) {
            demand(mayRefuse(whole), "Jackson accepts it");
        }
    }

    private static int end(Surrounded in) {
        int end;
        try {
            end = JsonScanner.skipValue(in.bytes, in.from, in.to) - in.from;
        } catch (ProtocolException _) {
            end = REFUSED;
        }
        in.check();
        return end;
    }

    private static boolean isBlank(byte[] input, int from) {
        for (int at = from; at < input.length; at++) {
            if (" \t\r\n".indexOf(input[at]) < 0) {
                return false;
            }
        }
        return true;
    }

    /** What ours refuses though it is JSON. Of the depth an upper bound will do. */
    static boolean mayRefuse(String text) {
        int brackets = 0;
        for (int i = 0; i < text.length(); i++) {
            brackets += text.charAt(i) == '[' || text.charAt(i) == '{' ? 1 : 0;
        }
        return brackets > JsonScanner.DEPTH_MAX
                || (text.contains("\\u") && ODD_ESCAPE.matcher(text).find());
    }
}
