package dev.myriad.process;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * How a {@link Supervisor} starts and stops a child. Immutable.
 *
 * <pre>{@code
 * ChildSpec.of("ledger", Ledger::new).restart(Restart.TRANSIENT).shutdown(Duration.ofSeconds(30))
 * }</pre>
 *
 * @param name what {@link Supervisor#which} finds it by; empty if it has none
 * @param factory makes a new process at each start. The supervisor calls it, and does nothing else
 *     meanwhile; what takes long belongs in {@link Process#started}
 * @param restart which of its ends make it start again
 * @param shutdown how long it may take to end when it is told to. A child that is a supervisor may
 *     take an hour in any case: its own children have timeouts
 */
public record ChildSpec(
        String name, Supplier<? extends Process> factory, Restart restart, Duration shutdown) {
    /** How long a child may take to end unless its spec says otherwise. */
    public static final Duration SHUTDOWN = Duration.ofSeconds(5);

    public ChildSpec {
        Objects.requireNonNull(name);
        Objects.requireNonNull(factory);
        Objects.requireNonNull(restart);
        if (shutdown.toNanos() < 0) {
            throw new IllegalArgumentException("a shutdown timeout of " + shutdown);
        }
    }

    /** A permanent child. */
    public static ChildSpec of(String name, Supplier<? extends Process> factory) {
        return new ChildSpec(name, factory, Restart.PERMANENT, SHUTDOWN);
    }

    /** A permanent child without a name. */
    public static ChildSpec of(Supplier<? extends Process> factory) {
        return of("", factory);
    }

    /** The same with another restart type. */
    public ChildSpec restart(Restart type) {
        return new ChildSpec(name, factory, type, shutdown);
    }

    /** The same with another time to end in. */
    public ChildSpec shutdown(Duration timeout) {
        return new ChildSpec(name, factory, restart, timeout);
    }
}
