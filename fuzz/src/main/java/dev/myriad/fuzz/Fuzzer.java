package dev.myriad.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tries a target on one input after the other. Used by one thread at a time; the target runs on a
 * thread of its own, so that one that never returns is caught.
 *
 * <p>Deterministic: the input of an iteration depends on the seed and the number of the iteration
 * and on nothing else, so a finding, which names both, is repeated with a run from there on.
 */
final class Fuzzer {
    /** An input that keeps the processor busy for longer is a finding. */
    static final Duration INPUT_BUDGET = Duration.ofMillis(100);

    /** A single check that goes on for so many budgets will not end. */
    private static final int HANG_BUDGETS = 50;

    private static final Duration WATCH_INTERVAL = Duration.ofMillis(200);
    private static final long CHECK_SALT = 0x5DEECE66DL;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Target target;
    private final Meter meter;
    private final long seed;
    private final long budgetNanos;
    private final Randomness random = new Randomness();

    /** Checks begun, of which an iteration takes many once its input is doubtful. */
    private final AtomicLong checks = new AtomicLong();

    private volatile long cpuNanos;

    Fuzzer(Target target, Meter meter, long seed) {
        this(target, meter, seed, INPUT_BUDGET);
    }

    Fuzzer(Target target, Meter meter, long seed, Duration inputBudget) {
        this.target = target;
        this.meter = meter;
        this.seed = seed;
        this.budgetNanos = inputBudget.toNanos();
    }

    /**
     * Runs from an iteration on until one of both bounds is reached and returns the number of
     * inputs.
     *
     * @throws Finding for the first input that is one, as small as it could be made
     */
    long run(long first, long inputs, Duration timeMax) {
        Run run = new Run(first, inputs, timeMax);
        Thread worker = Thread.ofPlatform().name("fuzzer").daemon().start(run);
        long seen = -1;
        long cpuThen = 0;
        try {
            while (!worker.join(WATCH_INTERVAL)) {
                long now = checks.get();
                long cpu = THREADS.getThreadCpuTime(worker.threadId());
                if (now != seen) {
                    seen = now;
                    cpuThen = cpu;
                } else if (cpu - cpuThen > HANG_BUDGETS * budgetNanos) {
                    AssertionError hung = new AssertionError("hung");
                    hung.setStackTrace(worker.getStackTrace());
                    long at = run.iteration.get();
                    throw new Finding(
                            seed, at, target.make(new Randomness().reset(seed, at)), hung);
                }
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
            throw failure(run.iteration.get(), failure);
        }
        return run.iteration.get() - first;
    }

    /** What the run took of a processor, whatever else the machine did. */
    Duration cpu() {
        return Duration.ofNanos(cpuNanos);
    }

    /** The input of an iteration. */
    byte[] input(long iteration) {
        return target.make(random.reset(seed, iteration));
    }

    private void check(long iteration, byte[] input) {
        checks.lazySet(checks.getPlain() + 1);
        Randomness choices = random.reset(seed + CHECK_SALT, iteration);
        target.check(input.clone(), choices, meter);
    }

    private Finding failure(long iteration, Throwable first) {
        byte[] input = input(iteration);
        byte[] small = Minimiser.minimise(input, smaller -> fault(iteration, smaller) != null);
        Throwable fault = fault(iteration, small);
        return new Finding(seed, iteration, small, fault == null ? first : fault);
    }

    private @Nullable Throwable fault(long iteration, byte[] input) {
        try {
            long fastest = Long.MAX_VALUE;
            for (int i = 0; i < 3 && fastest > budgetNanos; i++) {
                long begun = THREADS.getCurrentThreadCpuTime();
                check(iteration, input);
                fastest = Math.min(fastest, THREADS.getCurrentThreadCpuTime() - begun);
            }
            return fastest > budgetNanos
                    ? new AssertionError("took " + Duration.ofNanos(fastest))
                    : null;
        } catch (Throwable e) { // errors too: a stack overflow is a finding
            return e;
        }
    }

    /** One run: written by the worker, watched by the caller. */
    private final class Run implements Runnable {
        private final long end;
        private final long deadlineNanos;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private final AtomicLong iteration;
        private volatile boolean stopped;

        Run(long first, long inputs, Duration timeMax) {
            this.iteration = new AtomicLong(first);
            this.end = first + inputs;
            this.deadlineNanos = System.nanoTime() + timeMax.toNanos();
        }

        @Override
        public void run() {
            tryAll();
            cpuNanos = THREADS.getCurrentThreadCpuTime();
        }

        private void tryAll() {
            long now = System.nanoTime();
            for (long next = iteration.get(); next < end && !stopped; next++) {
                iteration.lazySet(next);
                Throwable fault = null;
                try {
                    check(next, input(next));
                } catch (Throwable e) { // errors too: a stack overflow is a finding
                    fault = e;
                }
                long then = System.nanoTime();
                boolean doubtful =
                        fault instanceof Meter.AllocatedTooMuch || then - now > budgetNanos;
                if (doubtful) { // the machine may have been elsewhere meanwhile
                    fault = fault(next, input(next));
                    then = System.nanoTime();
                }
                if (fault != null) {
                    failure.set(fault);
                    return;
                }
                now = then;
                if (now - deadlineNanos >= 0) {
                    iteration.set(next + 1);
                    return;
                }
            }
            iteration.set(end);
        }
    }
}
