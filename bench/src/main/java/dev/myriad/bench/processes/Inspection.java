package dev.myriad.bench.processes;

import dev.myriad.process.ChildSpec;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Process;
import dev.myriad.process.ProcessInfo;
import dev.myriad.process.Processes;
import dev.myriad.process.Restart;
import dev.myriad.process.Supervision;
import dev.myriad.process.Supervisor;
import java.io.PrintWriter;
import java.time.Duration;

/** A small load of each kind, and what the runtime tells about it. Confined to one thread. */
final class Inspection {
    private static final int WORKERS = 4;
    private static final int MESSAGES = 50_000;
    private static final Duration LOOKED_AT_AFTER = Duration.ofSeconds(1);

    private final PrintWriter out;

    Inspection(PrintWriter out) {
        this.out = out;
    }

    /** Sends itself the next message. */
    private static final class Busy extends Process {
        private final String name;

        Busy(String name) {
            this.name = name;
        }

        @Override
        protected void handle(Object message) {
            send(message);
        }

        @Override
        protected String name() {
            return name;
        }
    }

    private static final class Sleeper extends Process {
        @Override
        protected void handle(Object message) throws InterruptedException {
            Thread.sleep(Duration.ofMinutes(1));
        }

        @Override
        protected String name() {
            return "sleeper";
        }
    }

    private static final class Crasher extends Process {
        @Override
        protected void started() {
            sendAfter(Duration.ofMillis(100), "crash");
        }

        @Override
        protected void handle(Object message) {
            throw new IllegalStateException("crashes ten times a second");
        }
    }

    void run() throws InterruptedException {
        Supervision workers = Supervisor.oneForOne().name("workers");
        for (int i = 0; i < WORKERS; i++) {
            String name = "worker " + i;
            workers.child(name, () -> new Busy(name));
        }
        Supervisor pool = workers.build();
        Supervisor root =
                Supervisor.restForOne()
                        .name("root")
                        .restarts(1_000, Duration.ofMinutes(1))
                        .child("workers", () -> pool)
                        .child(ChildSpec.of("sleeper", Sleeper::new).restart(Restart.TRANSIENT))
                        .child("crasher", Crasher::new)
                        .start();
        pool.children().forEach(child -> child.process().orElseThrow().send("go"));
        Process sleeper = root.which("sleeper").orElseThrow();
        for (int i = 0; i < MESSAGES; i++) {
            sleeper.send("wake up");
        }
        Thread.sleep(LOOKED_AT_AFTER);
        print(root);
        root.stop(new ExitReason.Shutdown("looked at"));
    }

    private void print(Supervisor root) {
        out.println("tree");
        print(Processes.tree(root), "  ");
        out.println("handlers under way");
        Processes.running()
                .forEach(
                        running ->
                                out.printf(
                                        "  %-24s %8.1f ms  %s%n",
                                        running.name(),
                                        running.elapsed().toNanos() / 1e6,
                                        running.waits() ? "waits" : "runs"));
        out.println("top by mailbox");
        Processes.top(Processes.By.MAILBOX, 3).forEach(this::print);
        out.println("top by time");
        Processes.top(Processes.By.TIME, 3).forEach(this::print);
        out.println("counters");
        out.println("  " + Processes.stats());
    }

    private void print(Processes.Tree tree, String indent) {
        out.printf(
                "%s%s%s%n",
                indent,
                tree.name(),
                tree.restarts() == 0 ? "" : ", restarted %,d times".formatted(tree.restarts()));
        tree.children().forEach(child -> print(child, indent + "  "));
    }

    private void print(ProcessInfo info) {
        out.printf(
                "  %-24s %,10d waiting  %,12d handled  %8.1f ms busy  %6.2f us each%n",
                info.name(),
                info.mailbox(),
                info.handled(),
                info.busy().toNanos() / 1e6,
                info.average().toNanos() / 1e3);
    }
}
