package dev.myriad.net.memory;

import dev.myriad.net.engine.ThreadEnd;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** One thread that carries out commands in the order in which they were asked for. Thread-safe. */
final class MemoryShard {
    private static final System.Logger LOG = System.getLogger(MemoryShard.class.getName());

    private final BlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
    private final int number;
    private final Thread thread;
    private boolean stopped; // confined to the thread

    MemoryShard(int number) {
        this.number = number;
        thread = Thread.ofPlatform().name("memory-shard-" + number).daemon().start(this::work);
    }

    int number() {
        return number;
    }

    void ask(Runnable command) {
        commands.add(command);
    }

    /** Whether the calling thread is this shard's. */
    boolean isInside() {
        return Thread.currentThread() == thread;
    }

    /** Ends the thread, after all that was asked for before. */
    void stop() {
        ask(() -> stopped = true);
        ThreadEnd.await(thread);
    }

    private void work() {
        try {
            while (!stopped) {
                run(commands.take());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(Runnable command) {
        try {
            command.run();
        } catch (RuntimeException | Error e) { // of a handler: the shard goes on, as real ones do
            LOG.log(System.Logger.Level.ERROR, "a handler or task on a memory shard", e);
        }
    }
}
