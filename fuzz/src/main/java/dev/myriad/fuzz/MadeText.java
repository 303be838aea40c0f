package dev.myriad.fuzz;

/** Text in UTF-8 with characters of every length. Used by one thread at a time. */
final class MadeText {
    private static final String[] PARTS = {
        "a",
        "room:",
        "lobby",
        "hello",
        " ",
        "é",
        "߿",
        "ࠀ",
        "☕",
        "퟿",
        "\uffff",
        "😀",
        "\udbff\udfff",
        "0",
        "phx_join",
        "eight chars",
        "ß",
    };

    private MadeText() {}

    static void put(ByteText into, Randomness random, int partsMax) {
        for (int i = random.nextInt(partsMax + 1); i > 0; i--) {
            into.utf8(random.any(PARTS));
        }
    }

    static String of(Randomness random, int partsMax) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(partsMax + 1); i > 0; i--) {
            text.append(random.any(PARTS));
        }
        return text.toString();
    }
}
