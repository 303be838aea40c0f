package dev.myriad.fuzz;

/**
 * Terms in Erlang's external format, of all kinds that a reader may meet. Thread-safe: no state.
 */
final class MadeTerms {
    private static final String[] ATOMS = {
        "true", "false", "nil", "infinity", "data", "signed", "undefined", ""
    };
    private static final long[] NUMBERS = {
        0, 1, 255, 256, -1, 1_800_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE
    };

    private MadeTerms() {}

    /** As a token has it: a tuple of data, time and age, or a map of the first two. */
    static void putToken(ByteText into, Randomness random) {
        into.add(131);
        if (random.oneIn(8)) {
            into.add(116).number(2, 4);
            atom(into, "data");
            put(into, random, 3);
            atom(into, "signed");
            integer(into, random);
            return;
        }
        boolean aged = !random.oneIn(8);
        into.add(104).add(aged ? 3 : 2);
        put(into, random, 3);
        integer(into, random);
        if (aged && random.oneIn(8)) {
            atom(into, "infinity");
        } else if (aged) {
            integer(into, random);
        }
    }

    /** As a session has it: a map of anything. */
    static void putSession(ByteText into, Randomness random) {
        into.add(131);
        map(into, random, 4);
    }

    private static void put(ByteText into, Randomness random, int depth) {
        switch (random.nextInt(depth > 0 ? 14 : 8)) {
            case 0, 1, 2 -> binary(into, random);
            case 3, 4 -> integer(into, random);
            case 5 -> atom(into, random.any(ATOMS));
            case 6 ->
                    into.add(random.oneIn(4) ? 70 : 106)
                            .number(random.nextLong(), random.oneIn(2) ? 8 : 0);
            case 7 -> {
                int count = random.nextInt(4);
                into.add(107).number(count, 2).number(random.nextInt(), count);
            }
            case 8, 9, 10 -> map(into, random, depth - 1);
            case 11 -> {
                int count = random.nextInt(4);
                into.add(108).number(count, 4);
                several(into, random, count, depth - 1);
                into.add(random.oneIn(20) ? 0 : 106);
            }
            case 12 -> {
                int count = random.nextInt(4);
                into.add(104).add(count);
                several(into, random, count, depth - 1);
            }
            default -> deep(into, random);
        }
    }

    private static void several(ByteText into, Randomness random, int count, int depth) {
        for (int i = 0; i < count; i++) {
            put(into, random, depth);
        }
    }

    private static void map(ByteText into, Randomness random, int depth) {
        int count = random.nextInt(4);
        into.add(116).number(random.oneIn(100) ? random.nextInt() : count, 4);
        for (int i = 0; i < count; i++) {
            if (random.oneIn(4)) {
                atom(into, random.any(ATOMS));
            } else if (random.oneIn(8)) {
                integer(into, random);
            } else {
                binary(into, random);
            }
            put(into, random, depth);
        }
    }

    /** Now and then deeper than anybody nests. */
    private static void deep(ByteText into, Randomness random) {
        int depth = random.oneIn(50) ? random.nextInt(5_000) : 14 + random.nextInt(4);
        for (int i = 0; i < depth; i++) {
            into.add(116).number(1, 4);
            binary(into, random);
        }
        into.add(97).add(0);
    }

    private static void binary(ByteText into, Randomness random) {
        ByteText text = new ByteText();
        MadeText.put(text, random, 3);
        if (random.oneIn(20)) {
            text.add(0xFF);
        }
        into.add(109).number(random.oneIn(200) ? random.nextInt() : text.length(), 4);
        into.add(text.toBytes());
    }

    private static void integer(ByteText into, Randomness random) {
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        switch (random.nextInt(3)) {
            case 0 -> into.add(97).add((int) number);
            case 1 -> into.add(98).number(number, 4);
            default -> {
                int count = random.oneIn(20) ? random.nextInt(12) : 8;
                into.add(110).add(count).add(number < 0 ? 1 : 0);
                long magnitude = number < 0 ? -number : number;
                for (int i = 0; i < count; i++) {
                    into.add((int) (i < 8 ? magnitude >>> (8 * i) : 0));
                }
            }
        }
    }

    private static void atom(ByteText into, String name) {
        into.add(119).add(name.length()).add(name);
    }
}
