package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;

/**
 * Puts an input into the middle of a larger array, so that a parser that looks or writes beyond its
 * range gives itself away. Thread-safe: no state.
 */
final class Poison {
    private static final int MARGIN_MAX = 24;

    /**
     * What would make a difference if it were read: the bytes that end, continue or break
     * something.
     */
    private static final byte[] KINDS = {
        0,
        '"',
        '\\',
        '}',
        ']',
        ',',
        ':',
        '1',
        'e',
        ' ',
        '\r',
        '\n',
        (byte) 0x80,
        (byte) 0xBF,
        (byte) 0xC3,
        (byte) 0xFF,
    };

    private Poison() {}

    /** What is under test, its result as text. */
    @FunctionalInterface
    interface Parser {
        String parse(byte[] bytes, int from, int to, Random random);
    }

    /**
     * The result of the parser, which has to be the same whatever surrounds the input, and has to
     * leave that alone.
     */
    static String outcome(byte[] input, Random random, Parser parser) {
        long parserSeed = random.nextLong();
        String first = outcome(input, random, parserSeed, parser);
        assertThat(outcome(input, random, parserSeed, parser))
                .as("with other surroundings")
                .isEqualTo(first);
        return first;
    }

    private static String outcome(byte[] input, Random random, long parserSeed, Parser parser) {
        byte before = KINDS[random.nextInt(KINDS.length)];
        byte after = KINDS[random.nextInt(KINDS.length)];
        int from = random.nextInt(MARGIN_MAX);
        int to = from + input.length;
        // Often nothing comes after: then the end of the array is the trap.
        int margin = random.nextBoolean() ? 0 : random.nextInt(MARGIN_MAX);
        byte[] bytes = new byte[to + margin];
        Arrays.fill(bytes, 0, from, before);
        System.arraycopy(input, 0, bytes, from, input.length);
        Arrays.fill(bytes, to, bytes.length, after);
        String outcome = parser.parse(bytes, from, to, new Random(parserSeed));
        for (int i = 0; i < bytes.length; i++) {
            if ((i < from && bytes[i] != before) || (i >= to && bytes[i] != after)) {
                throw new AssertionError("wrote outside of its range");
            }
        }
        return outcome;
    }
}
