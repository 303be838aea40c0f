package dev.myriad.process;

import org.jspecify.annotations.Nullable;

/**
 * A message that is its own mailbox node, so that sending it allocates nothing. Any object can be
 * sent to a process; one that does not extend this class is wrapped in 16 bytes.
 *
 * <p>An instance may be sent once: it lies in one mailbox at a time. From then on its links are the
 * mailbox's, and it is read by the process that handles it.
 */
public abstract class Message {
    /** Towards the older message in a mailbox, towards the newer one in a turn. */
    @Nullable Message next;

    protected Message() {}

    /**
     * The process ended before it came to this message, or while it handled it; in the latter case
     * it is still {@linkplain Process#isAlive alive}. Called once at most, by the thread that ends
     * the process or by who sends to one that has ended: it must not block. What it throws is
     * logged.
     */
    protected void dropped(Process by, ExitReason reason) {}

    /** Calls {@link #dropped}; what throws is the runtime's own, if anything does. */
    final void drop(Process by, ExitReason reason) {
        if (this instanceof Signal || this instanceof Reply) {
            dropped(by, reason);
            return;
        }
        try {
            dropped(by, reason);
        } catch (Throwable fault) { // a user's, who may be at fault, but not the caller
            CrashLog.SHARED.log(by, this, fault);
        }
    }

    /** Carries an object of any class. */
    static final class Wrapped extends Message {
        final Object value;

        Wrapped(Object value) {
            this.value = value;
        }
    }

    /** A state of the mailbox word that is no message. */
    static final class Mark extends Message {}

    /**
     * What a turn left over, oldest first; always at the bottom of the mailbox. It saves turning
     * round a long mailbox at every turn.
     */
    static final class Backlog extends Message {
        final Message first;
        final Message last;
        final int count;

        Backlog(Message first, Message last, int count) {
            this.first = first;
            this.last = last;
            this.count = count;
        }
    }
}
