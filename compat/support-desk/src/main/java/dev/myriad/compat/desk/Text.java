package dev.myriad.compat.desk;

/** What somebody says, from outside. Immutable. */
record Text(String text) {
    private static final int LENGTH_MAX = 4_000;

    Text {
        if (text == null || text.isBlank() || text.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("1 to 4000 characters are a text");
        }
    }
}
