package dev.myriad.longpoll;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One command at a time, in the order in which they were given: to a client that polls what a
 * shard's thread is to a WebSocket. Thread-safe.
 *
 * <p>It has no thread. Whoever gives a command while none is being run runs it, and all that come
 * meanwhile; anybody else leaves theirs and goes on. So nobody waits but in {@link #ask}, two
 * strands whose commands call each other cannot lock each other out, and commands see what those
 * before them did.
 */
final class Strand {
    private static final Line THREW = Log.of(Strand.class).error("a task of a client that polls");

    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();

    /** Commands that have not been run to their end. */
    private final AtomicInteger pending = new AtomicInteger();

    private volatile @Nullable Thread runner;

    /** Runs a command: at once if a command of this strand gives it, else after those before it. */
    void run(Runnable command) {
        if (Thread.currentThread().equals(runner)) {
            perform(command);
        } else {
            later(command);
        }
    }

    /** Runs a command after all those that were given before it, the one included that gives it. */
    void later(Runnable command) {
        commands.add(command);
        if (pending.getAndIncrement() == 0) {
            runAll();
        }
    }

    private void runAll() {
        do {
            runner = Thread.currentThread();
            Runnable next = commands.poll();
            if (next != null) { // always: it was added before it was counted
                perform(next);
            }
            runner = null; // before somebody else may be it
        } while (pending.decrementAndGet() > 0);
    }

    /** What it throws is logged and harms nobody, as on a shard. */
    private static void perform(Runnable command) {
        try {
            command.run();
        } catch (Throwable fault) {
            THREW.tell(fault);
        }
    }

    /**
     * Waits for the result of a command. Never called by a command of another strand, or two could
     * wait for each other.
     */
    <T> T ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        run(
                () -> {
                    try {
                        answer.complete(question.get());
                    } catch (Throwable fault) {
                        answer.completeExceptionally(fault);
                    }
                });
        return answer.join();
    }
}
