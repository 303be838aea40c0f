package dev.myriad.fuzz;

/**
 * A parser, how inputs for it are made up, and what is demanded of it. Used by one thread at a
 * time.
 */
interface Target {
    /** An input, mostly right or nearly so. */
    byte[] make(Randomness random);

    /**
     * Returns if the parser accepts or refuses as it should, and throws if it misbehaves.
     *
     * @param random further choices, the same ones whenever the input is tried
     * @param meter is told where the parser itself is at work
     */
    void check(byte[] input, Randomness random, Meter meter);
}
