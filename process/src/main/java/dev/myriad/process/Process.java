package dev.myriad.process;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A lightweight process: private state in the fields of a subclass, touched by {@link #handle}
 * only, which gets one message at a time, those of one sender in the order sent. Public methods are
 * thread-safe; everything protected but {@link #name} is called by, and may be used by, the process
 * itself.
 *
 * <p>An idle process is this object and nothing else: 24 bytes with compact object headers. While
 * it has mail it borrows a virtual thread, so a handler may block; the thread is shared with other
 * processes, so a handler must leave no thread-locals behind. A handler that throws ends its
 * process and no other: who monitors it, is linked to it or supervises it hears why. The mailbox is
 * {@link Mailbox}.
 */
@SuppressWarnings("JavaLangClash") // the field's own name; java.lang.Process is an OS process
public abstract non-sealed class Process extends Mailbox {
    /** How long {@link #call(Request)} waits. */
    public static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

    /** As far as the clock counts. */
    private static final Duration FOREVER = Duration.ofDays(36_500);

    private static final byte STARTED = 1;
    private static final byte EXITING = 2;
    private static final byte BOUNDED = 4;
    private static final byte TRAPPING = 8;
    private static final byte UNSTASHING = 16;
    private static final byte CRASHED = 32;

    private static final int AVERAGE_UNIT_SHIFT = 4; // 16 ns
    private static final int SAMPLE_MAX = 64_000 >> AVERAGE_UNIT_SHIFT;
    private static final int SLOW = 25_000 >> AVERAGE_UNIT_SHIFT;
    private static final int ENOUGH_MESSAGES = 16;
    private static final int KNOWN_SHIFT = 12;
    private static final int AVERAGE_MASK = (1 << KNOWN_SHIFT) - 1;
    private static final int KNOWN_QUICK = 2;
    private static final int KNOWN_MAX = 7;

    private @Nullable Extension extension;

    /** Written by the process alone. */
    private byte flags;

    /**
     * Average time of its messages, and above it how often they were short rather than long.
     * Written after a turn, when the next one may have begun already: hence not a part of the
     * flags, and a sample may be lost.
     */
    private short pace;

    protected Process() {}

    // ---- what a process is

    /** Handles one message. It may block. What it throws ends this process. */
    protected abstract void handle(Object message) throws Exception;

    /** Called once, before the first message. What it throws ends this process. */
    protected void started() throws Exception {}

    /**
     * Called once, last, when this process has ended; nothing more will be handled. What it throws
     * is logged.
     */
    protected void terminated(ExitReason reason) throws Exception {}

    /** What logs, errors and listings call this process. Called by any thread. */
    protected String name() {
        return getClass().getName() + "@" + Integer.toHexString(System.identityHashCode(this));
    }

    // ---- for everyone

    /**
     * Starts a process: {@link #started} runs now instead of before the first message. A process
     * that is not spawned costs nothing until something is sent to it.
     */
    public static <P extends Process> P spawn(P process) {
        process.push(new Signal.Start());
        return process;
    }

    /** The process whose handler calls this; null outside of any. */
    public static @Nullable Process self() {
        return Scheduler.current().running();
    }

    /**
     * Puts a message into the mailbox; if this process has ended the message is dropped. If the
     * mailbox is bounded and full, its {@link Overflow} says what happens: the message is dropped,
     * the caller waits, or this throws {@link MailboxFullException}.
     */
    public final void send(Object message) {
        Message node = message instanceof Message itself ? itself : new Message.Wrapped(message);
        if ((flags & BOUNDED) == 0) {
            push(node);
        } else {
            sendBounded(node, Long.MAX_VALUE);
        }
    }

    /** Sends a message later, from a timer. */
    public final Timer sendAfter(Duration delay, Object message) {
        Timer timer = new Timer(this, message);
        Scheduler.current().schedule(timer, nanosOf(delay));
        return timer;
    }

    /**
     * Asks, and waits for the answer for at most {@link #CALL_TIMEOUT}.
     *
     * @throws CallException if no answer comes
     */
    public final <R> R call(Request<R> request) {
        return call(request, CALL_TIMEOUT);
    }

    /**
     * Asks, and waits for the answer. A handler that does so lets other processes run meanwhile,
     * but its own process handles nothing else. If the process that is asked ends first, the call
     * fails at once, even if another one was to answer.
     *
     * @throws CallException if no answer comes
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // the answer is of the type that the request names
    public final <R> R call(Request<R> request, Duration timeout) {
        if (self() == this) {
            throw new IllegalStateException(name() + " would wait for itself");
        }
        Reply reply = new Reply(Objects.requireNonNull(request));
        Scheduler scheduler = Scheduler.current();
        long left = nanosOf(timeout);
        if ((flags & BOUNDED) == 0) {
            push(reply);
        } else {
            long begin = scheduler.nanoTime();
            sendBounded(reply, left);
            left -= scheduler.nanoTime() - begin;
        }
        scheduler.await(reply::isSettled, left);
        return (R) reply.get(this);
    }

    /**
     * Ends this process from outside, before its next message; what is in its mailbox is dropped. A
     * handler that is under way is not interrupted.
     */
    public final void stop(ExitReason reason) {
        push(new Signal.Stop(Objects.requireNonNull(reason)));
    }

    /** Whether it has not ended yet. */
    public final boolean isAlive() {
        return !isClosed();
    }

    /** What is known of this process; a snapshot. */
    public final ProcessInfo info() {
        Extension known = extension;
        Bound bound = bound();
        return new ProcessInfo(
                this,
                name(),
                isAlive(),
                length() + Carriers.SHARED.taken().getOrDefault(this, 0),
                known == null ? 0 : known.handled,
                Duration.ofNanos(known == null ? 0 : known.busyNanos),
                Duration.ofNanos(averageNanos()),
                bound == null ? 0 : bound.overflows());
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

    @Override
    public final String toString() {
        return name();
    }

    // ---- for the process itself

    /** Ends this process after the current message; what else is in its mailbox is dropped. */
    protected final void exit(ExitReason reason) {
        if (extension != null || reason != ExitReason.NORMAL) {
            extension().exiting = Objects.requireNonNull(reason);
        }
        flags |= EXITING;
    }

    /** Bounds the mailbox. To be called in the constructor, before anyone can send. */
    protected final void limit(int messages, Overflow overflow) {
        extension().bound = new Bound(messages, overflow);
        flags |= BOUNDED;
    }

    /** From now on this process gets a {@link Down} when the other ends. */
    protected final Monitor monitor(Process other) {
        Monitor monitor = new Monitor(this, other);
        extension().own(monitor);
        other.push(monitor);
        return monitor;
    }

    /** Ends a monitor; a {@link Down} of it that is under way does not come any more. */
    protected final void demonitor(Monitor monitor) {
        if (!monitor.isOwnedBy(this)) {
            throw new IllegalArgumentException(name() + " ends a monitor of another process");
        }
        extension().disown(monitor);
        monitor.cancel(monitor.target());
    }

    /**
     * Ties the ends of two processes together: when one ends for another reason than {@link
     * ExitReason#NORMAL}, so does the other, for the same reason.
     */
    protected final void link(Process other) {
        Signal.Link link = new Signal.Link(this); // first: what can fail
        if (other != this && extension().links().add(other)) {
            other.push(link);
        }
    }

    /** Undoes {@link #link}. */
    protected final void unlink(Process other) {
        Signal.Unlink unlink = new Signal.Unlink(this); // first: what can fail
        if (extension().links().contains(other)) {
            extension().unlinking(other);
            extension().links().remove(other);
            other.push(unlink);
        }
    }

    /** Spawns a process that is linked to this one. */
    protected final <P extends Process> P spawnLinked(P process) {
        link(process);
        return spawn(process);
    }

    /** Whether the end of a linked process comes as a message, {@link Exited}. */
    protected final void trapExits(boolean trap) {
        flags = (byte) (trap ? flags | TRAPPING : flags & ~TRAPPING);
    }

    /** Puts the message that is being handled away, until {@link #unstashAll}. */
    protected final void stash(Object message) {
        Bound bound = bound();
        if (bound != null) {
            bound.entered();
        }
        extension()
                .stash(
                        switch (message) {
                            case Message itself -> itself;
                            case Call(Request<?> _, Reply reply) -> reply;
                            default -> new Message.Wrapped(message);
                        });
    }

    /** What was stashed is handled next, oldest first, before the rest of the mailbox. */
    protected final void unstashAll() {
        flags |= UNSTASHING;
    }

    // ---- the mailbox

    /**
     * Handles mail until there is none or the turn is over. Called by the thread that took this
     * process from the scheduler's queue.
     *
     * @return whether there is mail left, so that it must be queued again
     */
    final boolean turn(Turn turn) {
        if ((flags & STARTED) == 0 && !start()) {
            return false;
        }
        while (true) {
            Message message = take(turn);
            if (turn.urgent != null) {
                if (!isHandledAll(turn.urgent, message, turn)) {
                    return false;
                }
                if (turn.isOver()) {
                    return message == null ? !idle() : putBack(message, turn);
                }
            }
            if ((flags & UNSTASHING) != 0) {
                message = unstashed(message, turn);
            }
            while (message != null) {
                Message next = message.next;
                message.next = null;
                if (!isHandled(message)) {
                    end(next);
                    return false;
                }
                turn.mail--;
                if ((flags & UNSTASHING) != 0) {
                    next = unstashed(next, turn);
                }
                if (turn.isOver()) {
                    return next == null ? !idle() : putBack(next, turn);
                }
                message = next;
            }
            if (idle()) {
                return false;
            }
        }
    }

    /** Handles what is urgent, all of it: it must not be overtaken in its turn. */
    private boolean isHandledAll(Message urgent, @Nullable Message rest, Turn turn) {
        turn.urgent = null;
        Message message = urgent;
        while (message != null) {
            Message next = message.next;
            message.next = null;
            if (!isHandled(message)) {
                if (next == null) {
                    end(rest);
                } else {
                    lastOf(next).next = rest;
                    end(next);
                }
                return false;
            }
            turn.mail--;
            message = next;
        }
        return true;
    }

    /** What was stashed, and {@code rest} behind it. */
    private @Nullable Message unstashed(@Nullable Message rest, Turn turn) {
        flags &= ~UNSTASHING;
        Extension known = extension;
        if (known == null) {
            return rest;
        }
        turn.mail += known.stashed();
        Message first = known.unstash(rest);
        if (rest == null && first != null) {
            turn.last = lastOf(first);
        }
        return first;
    }

    // ---- handling

    private boolean start() {
        flags |= STARTED;
        try {
            started();
        } catch (Throwable cause) { // an error of one process must not reach the next
            crash(cause, "its start");
        }
        if ((flags & EXITING) != 0) {
            end(null);
            return false;
        }
        return true;
    }

    /** Whether the process goes on. */
    private boolean isHandled(Message message) {
        try {
            if (message instanceof Message.Wrapped wrapped) {
                handle(wrapped.value);
            } else if (message instanceof Signal signal) {
                signal.act(this);
            } else if (message instanceof Reply reply) {
                handle(new Call(reply.request, reply));
                if (!reply.isSettled()) {
                    extension().keep(reply);
                }
            } else {
                handle(message);
            }
        } catch (Throwable cause) { // an error of one process must not reach the next
            crash(cause, message);
            dropInTheEnd(message, exitReason());
        }
        if ((flags & (BOUNDED | EXITING)) == 0) {
            return true;
        }
        Bound bound = bound();
        if (bound != null && !(message instanceof Signal)) {
            bound.left();
        }
        return (flags & EXITING) == 0;
    }

    /** Throws nothing, calls nothing of the cause's, and needs no memory if there is none. */
    private void crash(Throwable cause, Object message) {
        flags |= EXITING | CRASHED;
        try {
            Memory.isNeeded();
            extension().exiting = new ExitReason.Crash(cause);
        } catch (VirtualMachineError | LinkageError e) { // no memory for a class either
            Extension known = extension;
            if (known != null) {
                known.exiting = ExitReason.OUT_OF_MEMORY;
            }
        }
        CrashLog.SHARED.log(this, message, cause);
    }

    private ExitReason exitReason() {
        Extension known = extension;
        if (known != null && known.exiting != null) {
            return known.exiting;
        }
        return (flags & CRASHED) == 0 ? ExitReason.NORMAL : ExitReason.OUT_OF_MEMORY;
    }

    /** Its turn was broken off by a fault that is not its handler's. */
    final void giveUp(Throwable fault) {
        crash(fault, "its turn");
        end(null);
    }

    private void end(@Nullable Message rest) {
        ExitReason reason = exitReason();
        Message unread = closeMailbox();
        try {
            terminated(reason);
        } catch (Throwable cause) {
            CrashLog.SHARED.log(this, "its end", cause);
        }
        Extension known = extension;
        extension = null;
        dropAll(known == null ? rest : known.unstash(rest), reason);
        dropAll(unread, reason);
        if (known != null) {
            known.ended(this, reason);
        }
    }

    // ---- for the runtime

    final Extension extension() {
        Extension present = extension;
        if (present == null) {
            present = new Extension();
            extension = present;
        }
        return present;
    }

    private void sendBounded(Message node, long nanosMax) {
        Bound bound = bound();
        if (bound == null || bound.admits(this, nanosMax)) {
            push(node);
        } else if (node instanceof Reply reply && bound.drops()) {
            reply.fail(new MailboxFullException(name(), bound.limit()));
        }
    }

    private static long nanosOf(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return (duration.compareTo(FOREVER) < 0 ? duration : FOREVER).toNanos();
    }

    /** Null if there is none, or the process has ended. */
    private @Nullable Bound bound() {
        Extension known = extension;
        return known == null ? null : known.bound;
    }

    /** Sends what must not wait or be lost, however full the mailbox is. */
    final void sendAnyway(Message node) {
        Bound bound = bound();
        if (bound != null) {
            bound.entered();
        }
        push(node);
    }

    final boolean isTrapping() {
        return (flags & TRAPPING) != 0;
    }

    /** Its messages take so long that the processes with short ones go first. */
    final boolean isSlow() {
        return average() > SLOW;
    }

    /** Its messages are known to be short: more often than not they were, and twice at least. */
    final boolean isKnownQuick() {
        return pace >> KNOWN_SHIFT >= KNOWN_QUICK && !isSlow();
    }

    private int average() {
        return pace & AVERAGE_MASK;
    }

    final long averageNanos() {
        return (long) average() << AVERAGE_UNIT_SHIFT;
    }

    /**
     * Takes in how long its messages took just now. A long time may be the kernel's, which has
     * taken the processor away meanwhile: so it takes several in a row to be slow, fewer if there
     * was even more to do. A short time is always the message's own, since nothing can make one
     * look shorter than it is: so short times undo that, at once if there were enough of them.
     */
    final void sample(long nanosPerMessage, int messages, boolean more) {
        int sample = (int) Math.min(nanosPerMessage >> AVERAGE_UNIT_SHIFT, SAMPLE_MAX);
        int weight = sample > SLOW ? more ? 8 : 16 : messages >= ENOUGH_MESSAGES ? 1 : 2;
        int known = (pace >> KNOWN_SHIFT) + (sample > SLOW ? -1 : 1);
        setPace(average() + (sample - average()) / weight, Math.clamp(known, 0, KNOWN_MAX));
    }

    /** One turn was enough to tell that it is slow. */
    final void hogged() {
        setPace(SAMPLE_MAX, 0);
    }

    private void setPace(int average, int known) {
        pace = (short) (known << KNOWN_SHIFT | average);
    }

    /** Keeps count of a turn, if this process is one of those whose counts are kept. */
    final void count(int messages, long nanos) {
        Extension known = extension;
        if (known != null) {
            known.handled += messages;
            known.busyNanos += nanos;
        }
    }

    /** Time in its handler, if its counts are kept. */
    final long busyNanos() {
        Extension known = extension;
        return known == null ? 0 : known.busyNanos;
    }
}
