package dev.myriad.process;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One life of a child, from its start to its end: the watch that tells the supervisor. Thread-safe;
 * one thread may wait for the end.
 */
final class Life extends Watch {
    final Process process;
    private final Supervisor supervisor;
    private final Child child;
    private volatile boolean over;
    private volatile @Nullable Thread waiter;

    Life(Supervisor supervisor, Child child, Process process) {
        this.supervisor = supervisor;
        this.child = child;
        this.process = process;
    }

    @Override
    void ended(Process ended, ExitReason reason) {
        over = true;
        Thread waits = waiter;
        if (waits != null) {
            LockSupport.unpark(waits);
        }
        supervisor.push(new Ended(child, this, reason));
    }

    private boolean isOver() {
        return over;
    }

    /** Waits for the end; whether it has come. */
    boolean await(long nanosMax) {
        if (!over) {
            waiter = Thread.currentThread();
            Scheduler.current().await(this::isOver, nanosMax);
            waiter = null;
        }
        return over;
    }

    /** Tells the supervisor; without a life if none began because the factory failed. */
    static final class Ended extends Signal {
        private final Child child;
        private final @Nullable Life life;
        private final ExitReason reason;

        Ended(Child child, @Nullable Life life, ExitReason reason) {
            this.child = child;
            this.life = life;
            this.reason = reason;
        }

        @Override
        void act(Process process) {
            ((Supervisor) process).ended(child, life, reason);
        }
    }
}
