package dev.myriad.fuzz;

import static dev.myriad.fuzz.Surrounded.demand;

import dev.myriad.protocol.Pieces;
import dev.myriad.testkit.Mutator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Our reader of HTTP beside another: as long as both read on, they read the same requests from the
 * same stream. One may refuse what the other takes; what must not be is that a request to one is
 * two to the other, for then the second one passes by whoever was to check it (smuggling).
 */
final class AgainstTarget implements Target {
    private static final int HEAD_BYTES_MAX = 60_000;
    private static final int HEADERS_MAX = 1_000;
    private static final int BODY_BYTES_MAX = 1 << 20;
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://[^/?]*(.*)");

    private final Function<byte[], Reading> theirs;
    private final ByteText text = new ByteText();
    private final Pieces pieces = new Pieces();

    AgainstTarget(Function<byte[], Reading> theirs) {
        this.theirs = theirs;
    }

    @Override
    public byte[] make(Randomness random) {
        MadeRequests.put(text.clear(), random);
        return random.oneIn(3) ? Mutator.mutate(text.toBytes(), random) : text.toBytes();
    }

    @Override
    public void check(byte[] input, Randomness random, Meter meter) {
        Reading ours = ours(input);
        Reading other = theirs.apply(input);
        demand(
                agree(ours.requests, ours.readsOn(), other.requests, other.readsOn()),
                ours + " but " + other);
    }

    static boolean agree(
            List<String> ours, boolean readsOn, List<String> theirs, boolean theyReadOn) {
        int both = Math.min(ours.size(), theirs.size());
        return ours.subList(0, both).equals(theirs.subList(0, both))
                && (ours.size() <= both || !theyReadOn)
                && (theirs.size() <= both || !readsOn);
    }

    private Reading ours(byte[] input) {
        Reading reading = new Reading();
        OurReader reader =
                new OurReader(
                        HEAD_BYTES_MAX,
                        HEADERS_MAX,
                        BODY_BYTES_MAX,
                        pieces,
                        (head, body) ->
                                reading.requests.add(
                                        Reading.request(head.method(), head.target(), body)));
        reader.read(input, 0, input.length);
        reader.abandon();
        reading.over = reader.status() == 0 ? "" : Integer.toString(reader.status());
        reading.unfinished = reader.isUnfinished();
        return reading;
    }

    /** The target as ours tells it: without the authority (RFC 9112, section 3.2.2). */
    static String relative(String method, String target) {
        Matcher absolute = ABSOLUTE.matcher(target);
        if (!absolute.matches()) {
            return target;
        }
        String rest = absolute.group(1);
        if (rest.isEmpty() && method.toUpperCase(Locale.ROOT).equals("OPTIONS")) {
            return "*";
        }
        return rest.startsWith("/") ? rest : "/" + rest;
    }
}
