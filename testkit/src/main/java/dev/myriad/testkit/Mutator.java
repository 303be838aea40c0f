package dev.myriad.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Makes inputs nearly valid: changes bytes here and there, as neither a grammar nor a client would.
 * Thread-safe: no state, the randomness is the caller's.
 */
public final class Mutator {
    private static final int INPUT_BYTES_MAX = 16_384;
    private static final int CHANGES_MAX = 6;

    /** Lengths and bounds of every format we parse, and those of integers. */
    private static final long[] INTERESTING = {
        0,
        1,
        -1,
        2,
        15,
        16,
        31,
        32,
        63,
        64,
        100,
        124,
        125,
        126,
        127,
        128,
        255,
        256,
        257,
        1023,
        1024,
        32_767,
        32_768,
        65_535,
        65_536,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
    };

    /** Bytes that mean something in one of the formats. */
    private static final byte[] MARKS = {
        '"',
        '\\',
        '/',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '.',
        '-',
        '+',
        'e',
        'E',
        'u',
        '0',
        '1',
        '9',
        'n',
        't',
        ' ',
        '\t',
        '\r',
        '\n',
        '%',
        '&',
        '=',
        '?',
        '#',
        0,
        0x1F,
        0x7F,
        (byte) 0x80,
        (byte) 0xBF,
        (byte) 0xC0,
        (byte) 0xC3,
        (byte) 0xE0,
        (byte) 0xED,
        (byte) 0xF0,
        (byte) 0xF4,
        (byte) 0xFF,
    };

    private Mutator() {}

    /** Half of the inputs as they are, the other half with a few changes. */
    public static byte[] sometimes(byte[] input, RandomGenerator random) {
        return random.nextBoolean() ? input : mutate(input, random);
    }

    /** With a few changes; the input itself stays as it is. */
    public static byte[] mutate(byte[] input, RandomGenerator random) {
        byte[] mutated = input.clone();
        for (int i = random.nextInt(CHANGES_MAX); i >= 0; i--) {
            mutated = change(mutated, random);
        }
        return mutated;
    }

    private static byte[] change(byte[] input, RandomGenerator random) {
        int at = random.nextInt(input.length + 1);
        int end = Math.min(input.length, at + 1 + random.nextInt(1 + random.nextInt(16)));
        return switch (random.nextInt(9)) {
            case 0 -> flipBit(input, at, random);
            case 1 -> overwrite(input, at, new byte[] {MARKS[random.nextInt(MARKS.length)]});
            case 2 -> overwrite(input, at, interesting(random));
            case 3 -> join(input, at, new byte[] {MARKS[random.nextInt(MARKS.length)]}, at, input);
            case 4 -> join(input, at, randomBytes(random), at, input);
            case 5 -> join(input, at, new byte[0], end, input); // delete
            case 6 -> Arrays.copyOf(input, at); // truncate
            case 7 -> join(input, at, repeated(input, at, end, random), at, input);
            default -> splice(input, at, random);
        };
    }

    private static byte[] flipBit(byte[] input, int at, RandomGenerator random) {
        if (at < input.length) {
            input[at] ^= (byte) (1 << random.nextInt(8));
        }
        return input;
    }

    private static byte[] overwrite(byte[] input, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, input, at, Math.min(bytes.length, input.length - at));
        return input;
    }

    /** An interesting integer of one, two, four or eight bytes, in network order, or in digits. */
    private static byte[] interesting(RandomGenerator random) {
        long number = INTERESTING[random.nextInt(INTERESTING.length)];
        if (random.nextInt(4) == 0) {
            return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
        }
        byte[] bytes = new byte[1 << random.nextInt(4)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (number >>> (8 * (bytes.length - 1 - i)));
        }
        return bytes;
    }

    private static byte[] randomBytes(RandomGenerator random) {
        byte[] bytes = new byte[1 + random.nextInt(8)];
        random.nextBytes(bytes);
        return bytes;
    }

    /**
     * The range many times over, now and then hundreds of times: that is what finds limits on depth
     * and count.
     */
    private static byte[] repeated(byte[] input, int from, int to, RandomGenerator random) {
        int times = random.nextInt(8) == 0 ? 1 + random.nextInt(400) : 1 + random.nextInt(4);
        int length = to - from;
        byte[] bytes = new byte[length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(input, from, bytes, i * length, length);
        }
        return bytes;
    }

    /** What is before one place and what is behind another. */
    private static byte[] splice(byte[] input, int at, RandomGenerator random) {
        return join(input, at, new byte[0], random.nextInt(input.length + 1), input);
    }

    /**
     * {@code start} up to {@code startTo}, {@code middle}, and {@code end} from {@code endFrom} on,
     * cut to the largest input.
     */
    private static byte[] join(byte[] start, int startTo, byte[] middle, int endFrom, byte[] end) {
        byte[] whole = Arrays.copyOf(start, startTo + middle.length + end.length - endFrom);
        System.arraycopy(middle, 0, whole, startTo, middle.length);
        System.arraycopy(end, endFrom, whole, startTo + middle.length, end.length - endFrom);
        return whole.length <= INPUT_BYTES_MAX ? whole : Arrays.copyOf(whole, INPUT_BYTES_MAX);
    }
}
