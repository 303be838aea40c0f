package dev.myriad.examples;

import dev.myriad.process.Call;
import dev.myriad.process.Caller;
import dev.myriad.process.Process;
import dev.myriad.process.Request;
import dev.myriad.process.Supervisor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Workers that take turns. One that crashes fails its own job only, and is started again. */
public final class WorkerPool {
    /** Asks for the length of a page; it may take a while, so a worker of its own waits for it. */
    record Measure(String page) implements Request<Integer> {}

    /** Does one job at a time. */
    static final class Worker extends Process {
        @Override
        protected void handle(Object message) {
            if (message instanceof Call(Measure(String page), Caller caller)) {
                caller.reply(fetch(page).length());
            }
        }

        private static String fetch(String page) {
            if (page.isEmpty()) {
                throw new IllegalArgumentException("no page");
            }
            return "contents of " + page; // here a real one would wait for the network
        }
    }

    private final Supervisor supervisor;
    private final int size;
    private final AtomicInteger turn = new AtomicInteger();

    WorkerPool(int size) {
        var workers = Supervisor.oneForOne().name("workers").restarts(100, Duration.ofSeconds(1));
        for (int i = 0; i < size; i++) {
            workers.child("worker " + i, Worker::new);
        }
        this.supervisor = workers.start();
        this.size = size;
    }

    int measure(String page) {
        String next = "worker " + Math.floorMod(turn.getAndIncrement(), size);
        return supervisor.which(next).orElseThrow().call(new Measure(page));
    }

    static void main() {
        WorkerPool pool = new WorkerPool(4);
        IO.println(pool.measure("/index.html"));
    }
}
