package dev.myriad.process;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** A message to be sent later, made by {@link Process#sendAfter}. Thread-safe. */
public final class Timer implements Alarm {
    private static final int PENDING = 0;
    private static final int FIRED = 1;
    private static final int CANCELLED = 2;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Timer.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Process target;
    private final Object message;
    private final Scheduler scheduler = Scheduler.current();

    @SuppressWarnings("UnusedVariable") // through STATE
    private volatile int state;

    // The wheel's.
    @Nullable TimerWheel wheel;
    long dueTick;
    @Nullable Timer previous;
    @Nullable Timer next;
    @Nullable Timer nextIncoming;
    @Nullable Timer nextRemoved;
    int bucket = -1;

    Timer(Process target, Object message) {
        this.target = target;
        this.message = message;
    }

    /** Whether the message will not be sent; false if it has been, or was cancelled before. */
    @Override
    public boolean cancel() {
        if (!STATE.compareAndSet(this, PENDING, CANCELLED)) {
            return false;
        }
        scheduler.cancelled(this);
        return true;
    }

    /** Whether the message is still to be sent. */
    public boolean isPending() {
        return state == PENDING;
    }

    Process target() {
        return target;
    }

    /** Sends it. If it throws because there is no memory, it has not been sent and may be again. */
    void fire() {
        if (state != PENDING) {
            return;
        }
        Memory.isNeeded();
        Message node = message instanceof Message itself ? itself : new Message.Wrapped(message);
        if (STATE.compareAndSet(this, PENDING, FIRED)) {
            target.sendAnyway(node);
        }
    }
}
