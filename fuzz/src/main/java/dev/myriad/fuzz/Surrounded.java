package dev.myriad.fuzz;

import java.util.Arrays;

/**
 * An input in the middle of a larger array, so that a parser that looks or writes beyond its range
 * gives itself away. Used by one thread at a time.
 */
final class Surrounded {
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

    final byte[] bytes;
    final int from;
    final int to;
    private final byte before;
    private final byte after;

    Surrounded(byte[] input, Randomness random) {
        before = KINDS[random.nextInt(KINDS.length)];
        after = KINDS[random.nextInt(KINDS.length)];
        from = random.nextInt(MARGIN_MAX);
        to = from + input.length;
        // Often nothing comes after: then the end of the array is the trap.
        int margin = random.nextBoolean() ? 0 : random.nextInt(MARGIN_MAX);
        bytes = new byte[to + margin];
        Arrays.fill(bytes, 0, from, before);
        System.arraycopy(input, 0, bytes, from, input.length);
        Arrays.fill(bytes, to, bytes.length, after);
    }

    /** Nothing beside the input may have been written to. */
    void check() {
        for (int i = 0; i < from; i++) {
            demand(bytes[i] == before, "wrote before its range");
        }
        for (int i = to; i < bytes.length; i++) {
            demand(bytes[i] == after, "wrote behind its range");
        }
    }

    static void demand(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
