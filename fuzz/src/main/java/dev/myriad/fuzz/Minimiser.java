package dev.myriad.fuzz;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Makes an input that fails smaller: leaves out ever shorter pieces as long as it still fails
 * (Zeller's delta debugging, without its complements). Thread-safe: no state.
 */
final class Minimiser {
    private static final int TRIES_MAX = 20_000;

    private Minimiser() {}

    static byte[] minimise(byte[] input, Predicate<byte[]> fails) {
        byte[] smallest = input;
        if (!fails.test(smallest)) {
            return input; // it needs more than the input, such as a pool that was used before
        }
        int tries = 0;
        for (int piece = Math.max(1, input.length / 2); piece > 0; piece /= 2) {
            int at = 0;
            while (at < smallest.length && tries++ < TRIES_MAX) {
                byte[] smaller = without(smallest, at, Math.min(smallest.length, at + piece));
                if (fails.test(smaller)) {
                    smallest = smaller;
                } else {
                    at += piece;
                }
            }
        }
        return smallest;
    }

    private static byte[] without(byte[] input, int from, int to) {
        byte[] rest = Arrays.copyOf(input, input.length - (to - from));
        System.arraycopy(input, to, rest, from, input.length - to);
        return rest;
    }
}
