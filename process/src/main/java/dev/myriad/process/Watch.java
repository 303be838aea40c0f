package dev.myriad.process;

import org.jspecify.annotations.Nullable;

/**
 * Somebody's interest in the end of a process: sent to it as a signal, then kept by it in a list.
 * Monitors, registries and supervisors are built on it. Its links are confined to the watched
 * process; it may be cancelled by any thread.
 */
abstract class Watch extends Signal {
    @Nullable Watch previousWatch;
    @Nullable Watch nextWatch;
    boolean listed;

    /** Nobody is interested any more. */
    volatile boolean cancelled;

    /** The process has ended. Called once, by the thread that ended it or by who sent this. */
    abstract void ended(Process process, ExitReason reason);

    /** Its {@link Signal.Notice} has come to who is interested. Called there. */
    void delivered() {}

    @Override
    final void act(Process process) {
        if (!cancelled) {
            process.extension().add(this);
        }
    }

    @Override
    protected final void dropped(Process by, ExitReason reason) {
        if (!cancelled) {
            ended(by, reason);
        }
    }

    /** Ends the interest of whoever watches {@code process}. */
    final void cancel(Process process) {
        Signal.Unwatch unwatch = new Signal.Unwatch(this); // first: what can fail
        cancelled = true;
        process.push(unwatch);
    }
}
