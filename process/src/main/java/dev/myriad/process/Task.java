package dev.myriad.process;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Something that is computed in a process of its own, and waited for. Thread-safe; handlers and
 * plain threads alike may wait, as many as like, and again after a timeout.
 *
 * <pre>{@code
 * Task<Price> price = Task.async(() -> exchange.price("MYR"));
 * ...
 * price.await();
 * }</pre>
 *
 * <p>A task that nobody awaits any more goes on; {@link Process#monitor} or stop its {@link
 * #process} like any.
 *
 * @param <T> of the result
 */
public final class Task<T extends @Nullable Object> {
    private record Done(@Nullable Object value) {}

    private final String name;
    private final Runner runner;
    private final List<Thread> waiters = new CopyOnWriteArrayList<>();

    /** A {@link Done}, or the reason why there is no result. */
    private volatile @Nullable Object outcome;

    private Task(String name, Callable<T> work) {
        this.name = name;
        runner = new Runner(work);
    }

    /** Starts a task. */
    public static <T extends @Nullable Object> Task<T> async(Callable<T> work) {
        return async("", work);
    }

    /**
     * Starts a task with a name.
     *
     * @param name what logs, errors and listings call it, such as {@code price of MYR}; the class
     *     of the work if it is empty
     */
    public static <T extends @Nullable Object> Task<T> async(String name, Callable<T> work) {
        Task<T> task = new Task<>(name, work);
        Process.spawn(task.runner);
        return task;
    }

    /**
     * Starts a task that is a temporary child of a supervisor: it is stopped with it. The work
     * itself is not interrupted.
     *
     * @throws CallException if the supervisor has ended, or does not answer in time
     */
    public static <T extends @Nullable Object> Task<T> async(
            Supervisor supervisor, Callable<T> work) {
        return async(supervisor, "", work);
    }

    /** The same with a name, which {@link Supervisor#which} does not find it by. */
    public static <T extends @Nullable Object> Task<T> async(
            Supervisor supervisor, String name, Callable<T> work) {
        Task<T> task = new Task<>(name, work);
        supervisor.startChild(ChildSpec.of(() -> task.runner).restart(Restart.TEMPORARY));
        return task;
    }

    /**
     * The result, waited for at most {@link Process#CALL_TIMEOUT}.
     *
     * @throws CallException if there is none: the work threw, which is the cause, its process was
     *     stopped, or the time is over
     */
    public T await() {
        return await(Process.CALL_TIMEOUT);
    }

    /**
     * The result.
     *
     * @throws CallException if there is none: the work threw, which is the cause, its process was
     *     stopped, or the time is over
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // the value is what the work returned
    public T await(Duration timeout) {
        if (Process.self() == runner) {
            throw new IllegalStateException(runner.name() + " would wait for itself");
        }
        if (outcome == null) {
            Thread waiter = Thread.currentThread();
            waiters.add(waiter);
            try {
                Scheduler.current().await(this::isDone, timeout.toNanos());
            } finally {
                waiters.remove(waiter);
            }
        }
        return switch (outcome) {
            case Done(Object value) -> (T) value;
            case ExitReason.Crash(Throwable cause) ->
                    throw new CallException(
                            CallException.Code.FAILED,
                            runner.name() + " failed: " + CrashLog.shown(cause),
                            cause,
                            null);
            case ExitReason reason ->
                    throw new CallException(
                            CallException.Code.EXITED,
                            runner.name() + " ended without a result: " + CrashLog.shown(reason),
                            null,
                            reason);
            case null -> throw unfinished();
            default -> throw new AssertionError(outcome);
        };
    }

    private CallException unfinished() {
        boolean interrupted = Thread.currentThread().isInterrupted();
        return new CallException(
                interrupted ? CallException.Code.INTERRUPTED : CallException.Code.TIMEOUT,
                runner.name() + (interrupted ? ": interrupted" : " is not done in time"),
                null,
                null);
    }

    /** Whether there is a result, or will be none. */
    public boolean isDone() {
        return outcome != null;
    }

    /** Where it is computed. */
    public Process process() {
        return runner;
    }

    /** Its name. */
    @Override
    public String toString() {
        return runner.name();
    }

    private void settle(Object result) {
        outcome = result;
        // Who adds itself from now on sees the outcome before it waits.
        waiters.forEach(LockSupport::unpark);
    }

    /** Computes it in its start, and ends. */
    private final class Runner extends Process {
        private final Callable<T> work;
        private @Nullable Done done;

        Runner(Callable<T> work) {
            this.work = Objects.requireNonNull(work);
        }

        @Override
        protected void started() throws Exception {
            done = new Done(work.call());
            exit(ExitReason.NORMAL);
        }

        @Override
        protected void handle(Object message) {}

        @Override
        protected void terminated(ExitReason reason) {
            settle(done == null ? reason : done);
        }

        @Override
        protected String name() {
            return name.isEmpty() ? "task " + work.getClass().getName() : name;
        }
    }
}
