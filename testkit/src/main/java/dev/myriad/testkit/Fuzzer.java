package dev.myriad.testkit;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs a parser on mutations of valid inputs. Used by one thread at a time; the target runs on a
 * thread of its own, so that one that never returns is caught.
 *
 * <p>Deterministic: the input of an iteration depends on the seed and the number of the iteration
 * and on nothing else, so a failure, which names both, is repeated with {@link #repeat}.
 */
public final class Fuzzer {
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(20);

    private final long seed;
    private final Mutator mutator;
    private final Duration inputBudget;

    /**
     * @param seed of all randomness
     * @param corpus valid inputs, at least one
     * @param inputBudget how long the target may take for one input
     */
    public Fuzzer(long seed, List<byte[]> corpus, Duration inputBudget) {
        this.seed = seed;
        this.mutator = new Mutator(corpus);
        this.inputBudget = inputBudget;
    }

    /**
     * What is fuzzed: throws if the parser misbehaves, and returns if it accepts or refuses as it
     * should.
     */
    @FunctionalInterface
    public interface Target {
        /** The random numbers belong to the iteration: use no others. */
        void accept(byte[] input, Random random);
    }

    /**
     * Runs until one of both bounds is reached and returns the number of iterations.
     *
     * @throws AssertionError for the first input on which the target throws or takes too long, with
     *     all it needs to repeat it
     */
    public long run(long iterationsMax, Duration timeMax, Target target) {
        Run run = new Run(iterationsMax, timeMax, target);
        Thread worker = Thread.ofPlatform().name("fuzzer").daemon().start(run);
        try {
            while (!worker.join(WATCH_INTERVAL)) {
                run.watch(worker);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            run.stopped = true;
            worker.interrupt();
        }
        Throwable failure = run.failure.get();
        if (failure != null) {
            throw failure(run.iteration, "failed", failure);
        }
        return run.iteration;
    }

    /** Runs the target on one iteration's input, in this thread. */
    public void repeat(long iteration, Target target) {
        Random random = random(iteration);
        target.accept(mutator.mutate(random), random);
    }

    private Random random(long iteration) {
        long mixed = seed + iteration * 0x9E3779B97F4A7C15L; // as in SplittableRandom
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return new Random(mixed ^ (mixed >>> 31));
    }

    private AssertionError failure(long iteration, String what, Throwable cause) {
        String input = HexFormat.of().formatHex(mutator.mutate(random(iteration)));
        String message =
                "seed %d, iteration %d %s: %s%ninput %s"
                        .formatted(seed, iteration, what, cause, input);
        return new AssertionError(message, cause);
    }

    /** One run: written by the worker, watched by the caller. */
    private final class Run implements Runnable {
        private final long iterationsMax;
        private final long deadlineNanos;
        private final Target target;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private volatile long iteration;
        private volatile long inputStartedNanos = System.nanoTime();
        private volatile boolean stopped;

        Run(long iterationsMax, Duration timeMax, Target target) {
            this.iterationsMax = iterationsMax;
            this.deadlineNanos = System.nanoTime() + timeMax.toNanos();
            this.target = target;
        }

        @Override
        public void run() {
            long next = 0;
            while (next < iterationsMax && !stopped) {
                long now = System.nanoTime();
                if (next > 0 && now - deadlineNanos >= 0) {
                    return;
                }
                inputStartedNanos = now;
                try {
                    repeat(next, target);
                } catch (Throwable e) { // errors too: a stack overflow is a finding
                    failure.set(e);
                    return;
                }
                iteration = ++next;
            }
        }

        void watch(Thread worker) {
            if (System.nanoTime() - inputStartedNanos > inputBudget.toNanos() && worker.isAlive()) {
                AssertionError hung = new AssertionError("over " + inputBudget);
                hung.setStackTrace(worker.getStackTrace());
                throw failure(iteration, "hung", hung);
            }
        }
    }
}
