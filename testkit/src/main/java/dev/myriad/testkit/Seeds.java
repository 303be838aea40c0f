package dev.myriad.testkit;

/**
 * Runs a scenario with many seeds, made by {@link Simulation#seeds}: 0, 1, 2 and so on, so that a
 * build tries the same ones each time. Immutable.
 */
public final class Seeds {
    private final long first;
    private final int count;

    Seeds(long first, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("at least one seed, not " + count);
        }
        this.first = first;
        this.count = count;
    }

    /** As many seeds from another one on. */
    public Seeds from(long seed) {
        return new Seeds(seed, count);
    }

    /**
     * Runs the scenario once with each seed.
     *
     * @throws AssertionError for the first seed with which it fails; the message names the seed
     */
    public void run(Simulation.Scenario scenario) {
        for (int i = 0; i < count; i++) {
            Simulation.run(first + i, scenario);
        }
    }
}
