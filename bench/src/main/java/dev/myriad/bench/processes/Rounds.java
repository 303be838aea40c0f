package dev.myriad.bench.processes;

/** Repeats a measurement and keeps the best. Stateless. */
final class Rounds {
    /** Something that can be timed. */
    @FunctionalInterface
    interface Timed {
        void run() throws Exception;
    }

    private Rounds() {}

    static double bestSeconds(Scale scale, Timed timed) throws Exception {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < scale.rounds(); round++) {
            long start = System.nanoTime();
            timed.run();
            best = Math.min(best, (System.nanoTime() - start) / 1e9);
        }
        return best;
    }
}
