package dev.myriad.fuzz;

import java.util.random.RandomGenerator;

/**
 * Random numbers that a seed and a number of an iteration decide on, and nothing else. Confined to
 * one thread; reset for each iteration, so that none costs an object.
 */
final class Randomness implements RandomGenerator {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /** Begins the numbers of an iteration. */
    Randomness reset(long seed, long iteration) {
        state = mix(seed) + mix(iteration * GAMMA);
        return this;
    }

    @Override
    public long nextLong() {
        state += GAMMA; // as SplittableRandom
        return mix(state);
    }

    /** Close enough to even for what is made up here, and quicker. */
    @Override
    public int nextInt(int bound) {
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    @Override
    public boolean nextBoolean() {
        return nextLong() < 0;
    }

    /** True once in so many times. */
    boolean oneIn(int times) {
        return nextInt(times) == 0;
    }

    <T> T any(T[] things) {
        return things[nextInt(things.length)];
    }

    private static long mix(long number) {
        long mixed = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
