package dev.myriad.bench.processes;

/**
 * How much to do.
 *
 * @param live processes to hold at a time
 * @param rounds of each trial in its JVM, of which the best counts: the first ones warm it up
 */
record Scale(int live, int rounds) {}
