package dev.myriad.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * How supervisors are to be: strategy, restart intensity, children. A supervisor below another is
 * made from its {@link #build}, so that it can be started again:
 *
 * <pre>{@code
 * Supervisor.oneForOne()
 *         .child("ledger", Ledger::new)
 *         .child("workers", Supervisor.oneForAll().child("worker", Worker::new)::build)
 *         .start();
 * }</pre>
 *
 * Confined to one thread until the last call that changes it; thread-safe then.
 */
public final class Supervision {
    /** Whom a restart concerns. */
    enum Strategy {
        ONE_FOR_ONE,
        ONE_FOR_ALL,
        REST_FOR_ONE
    }

    final Strategy strategy;
    String name = "";
    int restartsMax = 3;
    Duration period = Duration.ofSeconds(5);
    private final List<ChildSpec> children = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    Supervision(Strategy strategy) {
        this.strategy = strategy;
    }

    /** What logs and listings call the supervisor. */
    public Supervision name(String name) {
        this.name = Objects.requireNonNull(name);
        return this;
    }

    /**
     * How many restarts are allowed within a period, 3 in 5 seconds unless said otherwise. At one
     * more the supervisor gives up: it stops its children and ends, and so leaves it to the
     * supervisor above.
     */
    public Supervision restarts(int max, Duration period) {
        if (max < 0 || period.toNanos() < 0) {
            throw new IllegalArgumentException(max + " restarts in " + period);
        }
        restartsMax = max;
        this.period = period;
        return this;
    }

    /** Adds a permanent child. */
    public Supervision child(String name, Supplier<? extends Process> factory) {
        return child(ChildSpec.of(name, factory));
    }

    /** Adds a child. Children are started in the order in which they are added. */
    public Supervision child(ChildSpec spec) {
        if (!spec.name().isEmpty() && !names.add(spec.name())) {
            throw new IllegalArgumentException("two children of the name " + spec.name());
        }
        children.add(spec);
        return this;
    }

    List<ChildSpec> children() {
        return List.copyOf(children);
    }

    /** A supervisor that is still to be started, by another one or by {@link Process#spawn}. */
    public Supervisor build() {
        return new Supervisor(this);
    }

    /**
     * A supervisor that has been started, and has started its children.
     *
     * @throws CallException if it gave up, or is not through in time
     */
    public Supervisor start() {
        Supervisor supervisor = Process.spawn(build());
        supervisor.call(new Supervisor.Ready());
        return supervisor;
    }
}
