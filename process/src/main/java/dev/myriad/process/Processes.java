package dev.myriad.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the processes of this JVM are doing; snapshots, which stop and delay none of them.
 * Thread-safe.
 *
 * <p>No list of all processes is kept, for that would cost each of them more than it weighs. Known
 * are those that run or have mail, and those below a supervisor.
 */
public final class Processes {
    /** How many processes {@link #top} looks at. */
    private static final int LOOKED_AT_MAX = 1_000_000;

    /** Supervisors that are alive; those below others among them, while they are being started. */
    private static final Set<Supervisor> ROOTS = ConcurrentHashMap.newKeySet();

    private Processes() {}

    /** What to compare processes by. */
    public enum By {
        /** Messages that wait. */
        MAILBOX,
        /** Time in the handler, as far as it is kept; see {@link ProcessInfo}. */
        TIME
    }

    /**
     * A handler that is under way.
     *
     * @param process whose it is
     * @param name what that calls itself
     * @param elapsed how long its turn lasts, to within a few milliseconds; a turn of many messages
     *     ends after a tenth of one, so what is longer is one message
     * @param waits whether it waits for something, rather than computes
     */
    public record Running(Process process, String name, Duration elapsed, boolean waits) {}

    /**
     * A supervisor and what is below it, or a child that is none.
     *
     * @param name that its spec gives it, else what the process calls itself
     * @param process that it is now; empty if it has ended and not been started again
     * @param restarts how often it was started again because of its own ends
     * @param children in the order in which they were first started
     */
    public record Tree(
            String name, Optional<Process> process, long restarts, List<Tree> children) {}

    /**
     * A mailbox that held very many messages once.
     *
     * @param name of its process
     * @param messages that it held when that was noticed
     */
    public record LongMailbox(String name, int messages) {}

    /**
     * Counters since the start, but where said.
     *
     * @param crashes handlers, starts and ends that threw
     * @param outOfMemory those among them that threw an {@link OutOfMemoryError}
     * @param hogs handlers that were logged because they kept a carrier busy for long
     * @param spareCarriers carriers that are added at present because of such handlers
     * @param overflows messages that found a bounded mailbox full
     * @param longMailboxes processes that left more than 10,000 messages for their next turn, each
     *     counted once, as long as not hundreds do so at the same time
     * @param lastLongMailboxes the last of them, oldest first
     */
    public record Stats(
            long crashes,
            long outOfMemory,
            long hogs,
            int spareCarriers,
            long overflows,
            long longMailboxes,
            List<LongMailbox> lastLongMailboxes) {}

    /** What handlers are under way. */
    public static List<Running> running() {
        Carriers carriers = Carriers.SHARED;
        List<Running> running = new ArrayList<>();
        for (Carriers.Worker worker : carriers.workers()) {
            Process process = worker.process();
            if (process != null) {
                long elapsed = System.nanoTime() - carriers.ticker().since(worker);
                running.add(
                        new Running(
                                process,
                                CrashLog.nameOf(process),
                                Duration.ofNanos(Math.max(0, elapsed)),
                                !worker.isRunnable()));
            }
        }
        return running;
    }

    /** The {@code n} known processes with most of that, first the one with most. */
    public static List<ProcessInfo> top(By by, int n) {
        if (n < 0) {
            throw new IllegalArgumentException("the top " + n);
        }
        Top top = new Top(by, n);
        for (Carriers.Worker worker : Carriers.SHARED.workers()) {
            Process process = worker.process();
            if (process != null) {
                top.lookAt(process);
            }
        }
        for (Supervisor root : roots()) {
            top.lookBelow(root);
        }
        Carriers.SHARED.forEachQueued(top::lookAt);
        return top.best();
    }

    /** The supervisors that are alive and have no other above them. */
    public static List<Supervisor> roots() {
        return ROOTS.stream().filter(Supervisor::isRoot).toList();
    }

    /** A supervisor and all below it. */
    public static Tree tree(Supervisor supervisor) {
        return new Tree(
                CrashLog.nameOf(supervisor), Optional.of(supervisor), 0, branches(supervisor));
    }

    /**
     * Whether this program may have the kernel serve handlers that compute for long after all
     * others: see {@code docs/guides/processes.md}, "Fairness". Tries it.
     */
    public static boolean canServeHogsLast() {
        return KernelThreads.find().isPresent();
    }

    /** Counters. */
    public static Stats stats() {
        Carriers carriers = Carriers.SHARED;
        return new Stats(
                CrashLog.SHARED.total(),
                CrashLog.SHARED.outOfMemory(),
                carriers.ticker().hogs(),
                carriers.ticker().spareCarriers(),
                Bound.totalOverflows(),
                carriers.highWater().total(),
                carriers.highWater().last());
    }

    private static List<Tree> branches(Supervisor supervisor) {
        List<Tree> branches = new ArrayList<>();
        for (Child child = supervisor.firstChild(); child != null; child = child.next) {
            Optional<Process> process = child.process();
            String name = child.spec.name();
            branches.add(
                    new Tree(
                            name.isEmpty() ? process.map(CrashLog::nameOf).orElse("") : name,
                            process,
                            child.restarts,
                            process.orElse(null) instanceof Supervisor below
                                    ? branches(below)
                                    : List.of()));
        }
        return List.copyOf(branches);
    }

    // ---- for supervisors

    static void started(Supervisor supervisor) {
        // A simulation's are its own.
        if (supervisor.isRoot() && Scheduler.current() == Carriers.SHARED) {
            ROOTS.add(supervisor);
        }
    }

    static void ended(Supervisor supervisor) {
        ROOTS.remove(supervisor);
    }

    /** Looks at processes, at each once, and keeps the best. Confined to one thread. */
    private static final class Top {
        private record Entry(Process process, long value) {}

        private final By by;
        private final int n;
        private final Set<Process> seen = new HashSet<>();
        private final Map<Process, Integer> taken = Carriers.SHARED.taken();
        private final PriorityQueue<Entry> best =
                new PriorityQueue<>(Comparator.comparingLong(Entry::value));

        Top(By by, int n) {
            this.by = by;
            this.n = n;
        }

        /** Whether it may go on. */
        boolean lookAt(Process process) {
            if (seen.size() >= LOOKED_AT_MAX) {
                return false;
            }
            if (seen.add(process)) {
                long value =
                        switch (by) {
                            case MAILBOX -> process.length() + taken.getOrDefault(process, 0);
                            case TIME -> process.busyNanos();
                        };
                best.add(new Entry(process, value));
                if (best.size() > n) {
                    best.remove();
                }
            }
            return true;
        }

        boolean lookBelow(Supervisor supervisor) {
            if (!lookAt(supervisor)) {
                return false;
            }
            for (Child child = supervisor.firstChild(); child != null; child = child.next) {
                Life life = child.life;
                if (life == null) {
                    continue;
                }
                boolean more =
                        life.process instanceof Supervisor below
                                ? lookBelow(below)
                                : lookAt(life.process);
                if (!more) {
                    return false;
                }
            }
            return true;
        }

        List<ProcessInfo> best() {
            List<ProcessInfo> infos = new ArrayList<>(best.size());
            while (!best.isEmpty()) {
                infos.addFirst(best.remove().process.info());
            }
            return infos;
        }
    }
}
