package dev.myriad.process;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where processes run, and what time it is there. Applications have nothing to do with it: all
 * processes run on {@link Carriers}. A test may run some in a simulation, a scheduler of its own
 * that extends this class; see the testkit. Thread-safe, but for what a simulation confines to
 * itself.
 */
public abstract class Scheduler {
    /** Whether a simulation may take turns between the steps of a mailbox too. */
    private static final boolean POINTS = Boolean.getBoolean("dev.myriad.process.points");

    private static final ScopedValue<Scheduler> SIMULATION = ScopedValue.newInstance();

    /** Whether there has ever been a simulation; else it is not looked for. */
    private static boolean simulated;

    protected Scheduler() {}

    static Scheduler current() {
        return simulated && SIMULATION.isBound() ? SIMULATION.get() : Carriers.SHARED;
    }

    /** A place where a simulation may let another process go on. */
    static void point() {
        if (POINTS) {
            current().interleave();
        }
    }

    // ---- what a scheduler does

    /** Gives a process a turn soon: it has mail, and is neither queued nor running. */
    protected abstract void enqueue(Process process);

    /** The process whose handler the calling thread runs; null outside of any. */
    protected abstract @Nullable Process running();

    /** Fires the timer after a delay, unless it is cancelled first. */
    protected abstract void schedule(Timer timer, long delayNanos);

    /** The timer was cancelled. */
    protected abstract void cancelled(Timer timer);

    /**
     * Waits until something is settled, but no longer than that; an interrupt ends the wait.
     * Whoever settles it unparks the caller's thread.
     */
    protected abstract void await(BooleanSupplier settled, long nanosMax);

    /**
     * Waits a moment, but no longer than that: the caller looks for something that nobody tells it,
     * and comes again.
     */
    protected abstract void pause(long nanosMax);

    /** The time that restarts and timers go by; its origin is arbitrary. */
    protected abstract long nanoTime();

    /**
     * Called before each step on a mailbox, by senders and by the thread that has the turn, if the
     * system property {@code dev.myriad.process.points} is true.
     */
    protected void interleave() {}

    // ---- what a simulation needs

    /** Runs a task inside this simulation. */
    protected final void inside(Runnable task) {
        simulated = true;
        ScopedValue.where(SIMULATION, this).run(task);
    }

    /** Lets a process handle one message; whether it has more mail, and is to be queued again. */
    protected static boolean step(Process process) {
        return process.turn(new OneMessage());
    }

    /** Sends a timer's message, unless it was cancelled. */
    protected static void fire(Timer timer) {
        timer.fire();
    }

    private static final class OneMessage extends Turn {
        @Override
        boolean isOver() {
            return true;
        }
    }
}
