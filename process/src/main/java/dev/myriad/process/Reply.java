package dev.myriad.process;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An answer that one thread waits for. It is the mailbox node of the request as well as the place
 * where answer and thread meet. Thread-safe.
 */
final class Reply extends Message implements Caller {
    /** An answer that has come. */
    private record Answer(@Nullable Object value) {}

    private record Failure(Throwable cause) {}

    private static final VarHandle RESULT;

    static {
        try {
            RESULT = MethodHandles.lookup().findVarHandle(Reply.class, "result", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Request<?> request;
    private volatile @Nullable Object result;
    private final Thread waiter = Thread.currentThread();

    Reply(Request<?> request) {
        this.request = request;
    }

    @Override
    public void reply(@Nullable Object answer) {
        settle(new Answer(answer));
    }

    @Override
    public void fail(Throwable cause) {
        settle(new Failure(cause));
    }

    @Override
    protected void dropped(Process by, ExitReason reason) {
        settle(reason);
    }

    private void settle(Object outcome) {
        Stack.isNeeded(); // else it may be settled, and nobody woken
        if (RESULT.compareAndSet(this, null, outcome)) {
            LockSupport.unpark(waiter);
        }
    }

    boolean isSettled() {
        return result != null;
    }

    /** The answer, or why there is none; an answer that comes later is dropped. */
    @Nullable Object get(Process target) {
        Object outcome = result;
        if (outcome == null) {
            boolean interrupted = Thread.currentThread().isInterrupted();
            CallException.Code code =
                    interrupted ? CallException.Code.INTERRUPTED : CallException.Code.TIMEOUT;
            outcome = RESULT.compareAndExchange(this, null, code);
            if (outcome == null) {
                throw new CallException(
                        code,
                        CrashLog.nameOf(target)
                                + (interrupted ? ": interrupted" : " did not answer in time"),
                        null,
                        null);
            }
        }
        return switch (outcome) {
            case Answer answer -> answer.value;
            case Failure(Throwable cause) ->
                    throw new CallException(
                            CallException.Code.FAILED,
                            CrashLog.nameOf(target)
                                    + " answered with a failure: "
                                    + CrashLog.shown(cause),
                            cause,
                            null);
            case ExitReason reason ->
                    throw new CallException(
                            CallException.Code.EXITED,
                            CrashLog.nameOf(target)
                                    + " ended before it answered: "
                                    + CrashLog.shown(reason),
                            reason instanceof ExitReason.Crash(Throwable cause) ? cause : null,
                            reason);
            default -> throw new AssertionError(outcome);
        };
    }
}
