package dev.myriad.process;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A child in its supervisor's books. Written by the supervisor alone, read by anyone. */
final class Child {
    final ChildSpec spec;

    /** Started after the supervisor was; it has no order among its like when they are stopped. */
    final boolean dynamic;

    /** Null while it is not started. */
    volatile @Nullable Life life;

    volatile long restarts;

    // The list's. A child that is taken out keeps its next, so that a reader who is just there gets
    // on.
    @Nullable Child previous;
    volatile @Nullable Child next;
    boolean listed;

    Child(ChildSpec spec, boolean dynamic) {
        this.spec = spec;
        this.dynamic = dynamic;
    }

    /** Unless it has ended. */
    Optional<Process> process() {
        Life lives = life;
        return lives != null && lives.process.isAlive()
                ? Optional.of(lives.process)
                : Optional.empty();
    }

    ChildInfo info() {
        return new ChildInfo(spec.name(), process(), spec.restart(), restarts);
    }
}
