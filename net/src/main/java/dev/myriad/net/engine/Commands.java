package dev.myriad.net.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * An unbounded queue of commands: many threads offer, one polls. It is Vyukov's intrusive MPSC
 * queue: an offer costs one atomic exchange, a poll usually none.
 */
final class Commands {
    private static final VarHandle NEWEST;

    static {
        try {
            NEWEST = MethodHandles.lookup().findVarHandle(Commands.class, "newest", Command.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final class Stub extends Command {
        @Override
        protected void run() {
            throw new AssertionError("the stub is never handed out");
        }
    }

    private final Command stub = new Stub();
    private Command oldest = stub;

    @SuppressWarnings("UnusedVariable") // through NEWEST
    private volatile Command newest = stub;

    void offer(Command command) {
        command.next = null;
        Command before = (Command) NEWEST.getAndSet(this, command);
        before.next = command;
    }

    /** The oldest command; null if there is none, or if an offer is half done. */
    @Nullable Command poll() {
        Command first = oldest;
        Command second = first.next;
        if (first == stub) {
            if (second == null) {
                return null;
            }
            oldest = second;
            first = second;
            second = second.next;
        }
        if (second != null) {
            oldest = second;
            return first;
        }
        if (first != newest) {
            return null;
        }
        offer(stub);
        second = first.next;
        if (second == null) {
            return null;
        }
        oldest = second;
        return first;
    }

    boolean isEmpty() {
        return oldest == stub && newest == stub;
    }
}
