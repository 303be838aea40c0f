package dev.myriad.testkit;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A coroutine of a simulation: a thread that runs while it holds the baton. Only the coroutine that
 * holds the baton touches this or another coroutine, or anything of the simulation.
 */
final class Coroutine implements Work {
    /** It waits without a limit. */
    static final long NEVER = Long.MAX_VALUE;

    /** Set by the coroutine itself before it gives the baton away for the first time. */
    @Nullable Thread thread;

    /**
     * What it does, or is to do when it gets the baton; null if it is to end, and in the scenario's
     * own.
     */
    @Nullable Job job;

    private @Nullable BooleanSupplier settled;
    private long deadline = NEVER;
    private boolean pausing;
    private volatile boolean baton;

    @Override
    public String name() {
        Job present = job;
        return present == null ? "scenario" : present.name();
    }

    @Override
    public int number() {
        Job present = job;
        return present == null ? 0 : present.number();
    }

    // ---- the baton

    /** Lets this coroutine run; the caller stops doing so. */
    void give() {
        baton = true;
        LockSupport.unpark(thread);
    }

    /** Waits for the baton. An interrupt is kept for whom it is meant: the handler. */
    void take() {
        boolean interrupted = false;
        while (!baton) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        baton = false;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the baton came in time, and before an interrupt. */
    boolean take(long nanosMax) {
        long end = System.nanoTime() + nanosMax;
        while (!baton) {
            long left = end - System.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(this, left);
        }
        baton = false;
        return true;
    }

    // ---- waiting

    /** It is not to run until something is settled or the time has come. */
    void waitFor(BooleanSupplier condition, long until, boolean pause) {
        settled = condition;
        deadline = until;
        pausing = pause;
    }

    boolean mayGoOn(long now) {
        BooleanSupplier condition = settled;
        return condition == null || now >= deadline || condition.getAsBoolean();
    }

    long deadline() {
        return deadline;
    }

    /** It looks again and again for something that it cannot say. */
    boolean isPausing() {
        return pausing;
    }
}
