package dev.myriad.compat.desk;

/** What somebody says, from outside. Immutable. */
record Text(String text) {
    private static final int LENGTH_MAX = 4_000;

    Text {
        check(text);
    }

    /** Throws what the readers of JSON make a refusal of: a PayloadException, status 400. */
    static void check(String text) {
        if (text == null || text.isBlank() || text.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("a text has 1 to " + LENGTH_MAX + " characters");
        }
    }
}
