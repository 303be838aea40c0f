package dev.myriad.pubsub;

import dev.myriad.net.Budget;
import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A process that bounds what of its topics waits for it, and is charged with it. {@link PubSub}
 * asks it on the sender's thread, so {@link #admits} is thread-safe and does not block; what it
 * admits comes as {@link Admitted}.
 *
 * <p>Any thread may charge it; only the process itself takes the charge off, for what it comes to,
 * and for all that is left when it ends. From then on it is charged with nothing.
 */
public abstract class Subscriber extends Process {
    /** In place of the bytes that wait for one that is over: too low for any sum to reach zero. */
    private static final int OVER = Integer.MIN_VALUE / 2;

    private static final AtomicIntegerFieldUpdater<Subscriber> WAITING =
            AtomicIntegerFieldUpdater.newUpdater(Subscriber.class, "waitingBytes");

    private volatile int waitingBytes;

    protected Subscriber() {}

    /** Whether one more message may wait; if not it is dropped, see {@link PubSub#dropped}. */
    protected abstract boolean admits(Payload payload);

    /** What it is charged to. */
    protected abstract Budget mail();

    /** What waits for it, in bytes as they were charged; below zero once it is over. */
    protected final int waitingBytes() {
        return waitingBytes;
    }

    /** Charges what is about to be sent to it; false if the budget is short of it. */
    protected final boolean charge(int bytes) {
        int before = waitingBytes;
        if (before >= 0) {
            if (!mail().move(before, before + bytes)) {
                return false;
            }
            if (WAITING.addAndGet(this, bytes) < 0) {
                uncharge(bytes); // it has ended meanwhile
            }
        }
        return true;
    }

    /** Takes off what was charged for something that the process has come to. */
    protected final void uncharge(int bytes) {
        WAITING.addAndGet(this, -bytes);
        boolean _ = mail().move(bytes, 0);
    }

    /** Takes off all that is left. To be called by each subscriber as it ends. */
    protected final void unchargeAll() {
        int left = WAITING.getAndSet(this, OVER);
        if (left > 0) {
            boolean _ = mail().move(left, 0);
        }
    }
}
