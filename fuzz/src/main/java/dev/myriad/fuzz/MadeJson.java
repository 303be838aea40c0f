package dev.myriad.fuzz;

/** JSON values of every kind, with space where it may be. Used by one thread at a time. */
final class MadeJson {
    private static final String[] NUMBERS = {
        "0",
        "-0",
        "1",
        "12",
        "1023",
        "-1",
        "0.5",
        "-2.5e+3",
        "1e5",
        "0E-2",
        "1.0",
        "9007199254740993",
        "1e400",
        "123456789012345678901234567890",
    };
    private static final String[] ESCAPES = {
        "\\n",
        "\\\"",
        "\\\\",
        "\\/",
        "\\b\\f\\r\\t",
        "\\u00e9",
        "\\ud83d\\ude00",
        "\\uD83D\\uDE00",
        "\\u0000",
        "\\uFFFF",
        "\\u0022",
    };

    /** What only some take, or nobody. */
    private static final String[] ODD = {
        "",
        "01",
        "+1",
        ".5",
        "1.",
        "1e",
        "-",
        "NaN",
        "Infinity",
        "nul",
        "tru",
        "undefined",
        "'a'",
        "\"\\ud800\"",
        "\"\\ude00\\ud83d\"",
        "\"\\u12\"",
        "\"\\x\"",
        "\"\n\"",
        "\"a",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{\"a\":1,}",
        "[1 2]",
        "/**/1",
        "[",
        "{",
        "]",
        "}",
        "\u00a01",
        "\ufeff1",
        "0x1",
        "\u0000",
    };

    private MadeJson() {}

    static void put(ByteText into, Randomness random, int depth) {
        space(into, random);
        switch (random.nextInt(depth > 0 ? 10 : 6)) {
            case 0 -> into.add(random.any(NUMBERS));
            case 1 -> into.add(Integer.toString(random.nextInt(2_000)));
            case 2 -> into.add(random.nextBoolean() ? "true" : "false");
            case 3 -> into.add("null");
            case 4, 5 -> putString(into, random);
            case 6, 7 -> {
                into.add('[');
                for (int i = random.nextInt(4); i > 0; i--) {
                    put(into, random, depth - 1);
                    space(into, random);
                    into.add(i == 1 ? "" : ",");
                }
                into.add(']');
            }
            default -> putObject(into, random, depth - 1);
        }
        if (random.oneIn(64)) {
            into.utf8(random.any(ODD));
        }
        space(into, random);
    }

    static void putObject(ByteText into, Randomness random, int depth) {
        into.add('{');
        for (int i = random.nextInt(4); i > 0; i--) {
            space(into, random);
            putString(into, random);
            space(into, random);
            into.add(':');
            put(into, random, depth);
            into.add(i == 1 ? "" : ",");
        }
        space(into, random);
        into.add('}');
    }

    static void putString(ByteText into, Randomness random) {
        into.add('"');
        MadeText.put(into, random, 3);
        if (random.oneIn(4)) {
            into.add(random.any(ESCAPES));
            MadeText.put(into, random, 2);
        }
        into.add('"');
    }

    /** Brackets in brackets, about as many as are allowed, now and then many more. */
    static void putDeep(ByteText into, Randomness random) {
        int depth = random.oneIn(8) ? random.nextInt(4_000) : 120 + random.nextInt(16);
        boolean[] objects = new boolean[depth];
        for (int i = 0; i < depth; i++) {
            objects[i] = random.nextBoolean();
            into.add(objects[i] ? "{\"a\":" : "[");
        }
        into.add("0");
        for (int i = depth - 1; i >= 0; i--) {
            into.add(objects[i] ? '}' : ']');
        }
    }

    static void space(ByteText into, Randomness random) {
        if (random.oneIn(8)) {
            into.add(" \t\r\n".charAt(random.nextInt(4)));
        }
    }
}
