package dev.myriad.process;

import org.jspecify.annotations.Nullable;

/**
 * A monitor of one process by another, made by {@link Process#monitor}: when the process ends, its
 * monitor's owner gets one {@link Down}. For others than these two it is opaque; thread-safe.
 */
public final class Monitor extends Watch {
    private final Process owner;
    private final Process target;

    // The owner's list of its monitors.
    @Nullable Monitor previousOwned;
    @Nullable Monitor nextOwned;
    boolean owned;

    Monitor(Process owner, Process target) {
        this.owner = owner;
        this.target = target;
    }

    /** The process that is monitored. */
    public Process target() {
        return target;
    }

    boolean isOwnedBy(Process process) {
        return process == owner;
    }

    @Override
    void delivered() {
        owner.extension().disown(this);
    }

    @Override
    void ended(Process process, ExitReason reason) {
        owner.push(new Signal.Notice(this, new Down(this, process, reason)));
    }
}
