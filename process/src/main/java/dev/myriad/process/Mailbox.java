package dev.myriad.process;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The part of a process that others touch: one word, a stack of messages with the newest on top,
 * pushed with compare-and-set. {@link #push}, {@link #isClosed} and {@link #length} are
 * thread-safe; all else is called by the one thread that runs the process.
 *
 * <pre>
 *   null               idle, nothing to do
 *   message -> ... ->  has mail; queued in the scheduler, or running and mail came meanwhile
 *   RUN                running, nothing new
 *   DEAD               ended; what is sent is dropped
 * </pre>
 *
 * The sender whose push replaces null queues the process: it is in the scheduler's queue at most
 * once, and never while it runs. A turn swaps the stack for RUN, turns it round, handles, and goes
 * idle by swapping RUN for null; that fails if there is new mail, so none is overlooked.
 *
 * <p>It is the process's superclass instead of a field of it: so they are one object.
 */
abstract sealed class Mailbox permits Process {
    private static final Message RUN = new Message.Mark();
    private static final Message DEAD = new Message.Mark();
    private static final int LENGTH_MAX = 1_000_000;

    private static final VarHandle MAILBOX;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MAILBOX = lookup.findVarHandle(Mailbox.class, "mailbox", Message.class);
            Memory.catches(VirtualMachineError.class, LinkageError.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
        // To use a field for the first time takes stack: so each that push falls back on is used.
        synchronized (Stranded.LOCK) {
            Stranded.PROCESSES[Stranded.count] = null;
            Stranded.count = 0;
        }
    }

    @SuppressWarnings("UnusedVariable") // through MAILBOX
    private volatile @Nullable Message mailbox;

    private Process owner() {
        return (Process) this;
    }

    /** Puts a node into the mailbox, whatever its bound. */
    final void push(Message node) {
        while (true) {
            Message head = mailbox;
            if (head == DEAD) {
                node.drop(owner(), ExitReason.NO_PROCESS);
                return;
            }
            node.next = head == RUN ? null : head;
            Scheduler.point();
            if (MAILBOX.compareAndSet(this, head, node)) {
                if (head == null) {
                    try {
                        Scheduler.point();
                        Scheduler.current().enqueue(owner());
                    } catch (VirtualMachineError | LinkageError e) {
                        // The sender's stack, or all memory, is used up: nothing is called here.
                        boolean kept = false;
                        while (!kept) {
                            synchronized (Stranded.LOCK) {
                                int index;
                                try {
                                    index = Stranded.count;
                                } catch (VirtualMachineError entering) {
                                    // The interpreter looks at the stack when it has the lock.
                                    index = Stranded.count;
                                }
                                if (index < Stranded.PROCESSES.length) {
                                    Stranded.PROCESSES[index] = (Process) this;
                                    Stranded.count = index + 1;
                                    kept = true;
                                }
                            }
                        }
                    }
                }
                return;
            }
        }
    }

    /** Whether the process has ended. */
    final boolean isClosed() {
        return mailbox == DEAD;
    }

    /** Messages that wait; an estimate, since it is counted while they come and go. */
    final int length() {
        int count = 0;
        Message message = mailbox;
        if (message == RUN || message == DEAD) {
            return 0;
        }
        while (message != null && count < LENGTH_MAX) {
            count += message instanceof Message.Backlog backlog ? backlog.count : 1;
            message = message.next;
        }
        return message == null ? count : LENGTH_MAX;
    }

    // ---- for the thread that runs the process

    /** All that has come, oldest first, but what is urgent, which is in the turn. */
    final @Nullable Message take(Turn turn) {
        Scheduler.point();
        return oldestFirst((Message) MAILBOX.getAndSet(this, RUN), turn);
    }

    /** Whether nothing has come meanwhile: then the process is idle. */
    final boolean idle() {
        Scheduler.point();
        return MAILBOX.compareAndSet(this, RUN, null);
    }

    /** Puts messages that are older than all in the mailbox under them. */
    final boolean putBack(Message first, Turn turn) {
        Message older = packed(first, turn);
        Scheduler.point();
        Message bottom = (Message) MAILBOX.compareAndExchange(this, RUN, older);
        if (bottom != RUN) {
            // Senders only ever replace the top: the rest of the stack is this thread's.
            while (bottom.next != null) {
                bottom = bottom.next;
            }
            bottom.next = older;
        }
        return true;
    }

    /** As one node, or as a stack like any if there is no memory for that. */
    private static Message packed(Message first, Turn turn) {
        try {
            Memory.isNeeded();
            return new Message.Backlog(first, Objects.requireNonNull(turn.last), turn.mail);
        } catch (OutOfMemoryError e) {
            return Objects.requireNonNull(reversed(first));
        }
    }

    private static @Nullable Message reversed(@Nullable Message first) {
        Message before = null;
        Message message = first;
        while (message != null) {
            Message after = message.next;
            message.next = before;
            before = message;
            message = after;
        }
        return before;
    }

    /** From now on nothing comes any more; returns what has come last, oldest first. */
    final @Nullable Message closeMailbox() {
        Message newest = (Message) MAILBOX.getAndSet(this, DEAD);
        return newest == RUN || newest == DEAD ? null : reversed(newest);
    }

    /** The process has ended before it came to these. */
    final void dropAll(@Nullable Message first, ExitReason reason) {
        Message message = first;
        while (message != null) {
            Message next = message.next;
            message.next = null;
            if (message instanceof Message.Backlog backlog) {
                dropAll(backlog.first, reason);
            } else {
                dropInTheEnd(message, reason);
            }
            message = next;
        }
    }

    /** Others may wait for this: it is done as soon as there is memory for it. */
    final void dropInTheEnd(Message message, ExitReason reason) {
        while (true) {
            try {
                message.drop(owner(), reason);
                return;
            } catch (OutOfMemoryError e) {
                Memory.await();
            } catch (Throwable fault) {
                CrashLog.SHARED.log(owner(), "a message that it did not come to", fault);
                return;
            }
        }
    }

    /** Turns the stack round, and takes out what is urgent. */
    private @Nullable Message oldestFirst(@Nullable Message newest, Turn turn) {
        Message newer = null;
        Message last = null;
        Message urgent = null;
        Message message = newest;
        int count = 0;
        while (message != null) {
            if (message instanceof Message.Backlog backlog) {
                backlog.last.next = newer;
                last = newer == null ? backlog.last : last;
                newer = backlog.first;
                count += backlog.count;
                break;
            }
            count++;
            Message older = message.next;
            if (message instanceof Signal signal && signal.isUrgent(owner())) {
                message.next = urgent;
                urgent = message;
            } else {
                last = newer == null ? message : last;
                message.next = newer;
                newer = message;
            }
            message = older;
        }
        turn.mail = count;
        turn.last = last;
        turn.urgent = urgent;
        return newer;
    }

    static Message lastOf(Message message) {
        Message last = message;
        while (last.next != null) {
            last = last.next;
        }
        return last;
    }
}
