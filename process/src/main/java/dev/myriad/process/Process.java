package dev.myriad.process;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A lightweight process: private state in the fields of a subclass, touched by {@link #handle}
 * only, which gets one message at a time, those of one sender in the order sent. {@link #send} is
 * thread-safe; everything protected is called by one thread at a time.
 *
 * <p>An idle process is this object and nothing else: 24 bytes with compact object headers. While
 * it has mail it borrows a virtual thread, so a handler may block; the thread is shared with other
 * processes, so a handler must leave no thread-locals behind. A handler that throws ends its
 * process and no other.
 *
 * <h2>The mailbox</h2>
 *
 * One word, a stack of messages with the newest on top, pushed with compare-and-set:
 *
 * <pre>
 *   null               idle, nothing to do
 *   message -> ... ->  has mail; queued in the scheduler, or running and mail came meanwhile
 *   RUN                running, nothing new
 *   DEAD               ended; what is sent is dropped
 * </pre>
 *
 * The sender whose push replaces null queues the process: it is in the scheduler's queue at most
 * once, and never while it runs. A turn swaps the stack for RUN, reverses it, handles, and goes
 * idle by swapping RUN for null; that fails if there is new mail, so none is overlooked.
 */
@SuppressWarnings("JavaLangClash") // the field's own name; java.lang.Process is an OS process
public abstract class Process {
    private static final System.Logger LOG = System.getLogger(Process.class.getName());
    private static final Message RUN = new Message.Mark();
    private static final Message DEAD = new Message.Mark();
    private static final int EXITING = 1;

    private static final VarHandle MAILBOX;

    static {
        try {
            MAILBOX = MethodHandles.lookup().findVarHandle(Process.class, "mailbox", Message.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // through MAILBOX
    private volatile @Nullable Message mailbox;

    /** What most processes do not have: now the reason to exit; later links, monitors, a name. */
    private @Nullable Object ext;

    /** Flags; later also the average time per message. */
    private int bits;

    protected Process() {}

    /** Handles one message. It may block. What it throws ends this process. */
    protected abstract void handle(Object message) throws Exception;

    /**
     * Called once, last, when this process has ended; nothing more will be handled. What it throws
     * is logged.
     */
    protected void terminated(ExitReason reason) throws Exception {}

    /** What the log calls this process. */
    protected String name() {
        return getClass().getName() + "@" + Integer.toHexString(System.identityHashCode(this));
    }

    /** Ends this process after the current message; what else is in its mailbox is dropped. */
    protected final void exit(ExitReason reason) {
        ext = reason;
        bits |= EXITING;
    }

    /** Whether it has not ended yet. */
    public final boolean alive() {
        return mailbox != DEAD;
    }

    /** A process equals itself only. */
    @Override
    public final boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public final int hashCode() {
        return System.identityHashCode(this);
    }

    /** Puts a message into the mailbox; if this process has ended the message is dropped. */
    public final void send(Object message) {
        Message node = message instanceof Message itself ? itself : new Message.Wrapped(message);
        while (true) {
            Message head = mailbox;
            if (head == DEAD) {
                return;
            }
            node.next = head == RUN ? null : head;
            if (MAILBOX.compareAndSet(this, head, node)) {
                if (head == null) {
                    Scheduler.SHARED.enqueue(this);
                }
                return;
            }
        }
    }

    /**
     * Handles mail until there is none or the worker's slice for one process is used up. Called by
     * the worker that took this process from the queue.
     *
     * @return whether there is mail left, so that it must be queued again
     */
    final boolean turn(Scheduler.Worker worker) {
        while (true) {
            Message newest = (Message) MAILBOX.getAndSet(this, RUN);
            Message message = oldestFirst(newest);
            Message last = newest instanceof Message.Backlog backlog ? backlog.last : newest;
            while (message != null) {
                Message next = message.next;
                message.next = null;
                if (!handled(message)) {
                    return false;
                }
                if (worker.sliceUsed()) {
                    return next == null ? !idle() : putBack(next, last);
                }
                message = next;
            }
            if (idle()) {
                return false;
            }
        }
    }

    private boolean idle() {
        return MAILBOX.compareAndSet(this, RUN, null);
    }

    private static @Nullable Message oldestFirst(@Nullable Message newest) {
        Message newer = null;
        Message message = newest;
        while (message != null) {
            if (message instanceof Message.Backlog backlog) {
                backlog.last.next = newer;
                return backlog.first;
            }
            Message older = message.next;
            message.next = newer;
            newer = message;
            message = older;
        }
        return newer;
    }

    /** Puts messages that are older than all in the mailbox under them. */
    private boolean putBack(Message first, Message last) {
        Message backlog = new Message.Backlog(first, last);
        Message bottom = (Message) MAILBOX.compareAndExchange(this, RUN, backlog);
        if (bottom != RUN) {
            // Senders only ever replace the top: the rest of the stack is this thread's.
            while (bottom.next != null) {
                bottom = bottom.next;
            }
            bottom.next = backlog;
        }
        return true;
    }

    @SuppressWarnings("CatchAndPrintStackTrace")
    private boolean handled(Message message) {
        Object content = message instanceof Message.Wrapped wrapped ? wrapped.value : message;
        try {
            handle(content);
        } catch (Throwable cause) { // an error of one process must not reach the next
            try {
                LOG.log(
                        Level.ERROR,
                        "Process " + name() + " crashed on " + content.getClass().getName(),
                        cause);
            } finally {
                end(new ExitReason.Crash(cause));
            }
            return false;
        }
        if ((bits & EXITING) == 0) {
            return true;
        }
        end(ext instanceof ExitReason reason ? reason : ExitReason.NORMAL);
        return false;
    }

    private void end(ExitReason reason) {
        mailbox = DEAD;
        ext = null;
        try {
            terminated(reason);
        } catch (Throwable cause) {
            LOG.log(Level.ERROR, "Process " + name() + " failed in terminated", cause);
        }
    }
}
