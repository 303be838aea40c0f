package dev.myriad.bench;

/** Does something so many times a second, until it is stopped. Confined to its client thread. */
final class Pace implements Duty {
    private static final long LATER = Long.MAX_VALUE;

    /** What is done; false if it could not be done now. */
    interface Step {
        boolean step(long number);
    }

    private final double interval;
    private final Step step;
    private final long start = System.nanoTime();
    private boolean running = true;
    private long tried;
    private long done;

    Pace(double perSecond, Step step) {
        this.interval = 1e9 / perSecond;
        this.step = step;
    }

    void stop() {
        running = false;
    }

    /** How often it could be done. */
    long done() {
        return done;
    }

    @Override
    public long turn(long now) {
        if (!running) {
            return LATER;
        }
        while (due(tried) <= now) {
            if (step.step(tried++)) {
                done++;
            }
        }
        return Math.max(0, due(tried) - now);
    }

    private long due(long number) {
        return start + (long) (number * interval);
    }
}
