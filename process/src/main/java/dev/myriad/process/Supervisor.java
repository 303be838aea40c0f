package dev.myriad.process;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A process that starts other processes, its children, and starts them again when they end.
 * Thread-safe: all methods may be called from anywhere, but not by its own factories.
 *
 * <pre>{@code
 * Supervisor bank = Supervisor.oneForOne()
 *         .restarts(3, Duration.ofSeconds(5))
 *         .child("ledger", Ledger::new)
 *         .start();
 * }</pre>
 *
 * <p>Factories run one after the other, in the supervisor. A child counts as started once its
 * factory has returned; its {@link Process#started} runs in the child, at the same time as those of
 * others. A factory or a {@code started} that throws is a crash of the child like any, and is tried
 * again within the restart intensity.
 *
 * <p>When a supervisor ends, for whatever reason, it stops its children: those that were started
 * with {@link #startChild} all at once, then the others one after the other, the last one first.
 * One that does not end in its time is logged and left.
 *
 * <p>A {@link ChildSpec} that is sent to a supervisor starts a child as {@link #startChild} does,
 * but nobody waits for it.
 */
public final class Supervisor extends Process {
    /** Why children end that their supervisor stops. */
    private static final ExitReason STOPPED = new ExitReason.Shutdown("stopped by its supervisor");

    private static final ExitReason TOO_MANY = new ExitReason.Shutdown("too many restarts");

    /** For children that are supervisors: their children have timeouts of their own. */
    private static final Duration SUPERVISOR_SHUTDOWN = Duration.ofHours(1);

    private static final Log LOG = Log.of(Process.class);
    private static final Line GOT = LOG.debug("Supervisor {} got a message: {}");

    private static final Line GAVE_UP =
            LOG.error("Supervisor {} gives up: too many restarts, the last one for an end of {}");

    private static final Line LATE =
            LOG.warning("{} children of supervisor {} did not end in time, {} among them");

    private record StartChild<P extends Process>(ChildSpec spec) implements Request<P> {}

    /** Answered when the first children have been started. */
    record Ready() implements Request<Boolean> {}

    private record StopChild(Process process) implements Request<Optional<Child>> {}

    private final String name;
    private final Supervision.Strategy strategy;
    private final Intensity intensity;
    private List<ChildSpec> specs;
    private final ChildList children = new ChildList();
    private final Map<String, Child> named = new ConcurrentHashMap<>();
    private final Map<Process, Child> byProcess = new HashMap<>();
    private volatile @Nullable Supervisor parent;

    Supervisor(Supervision supervision) {
        name = supervision.name;
        strategy = supervision.strategy;
        intensity = new Intensity(supervision.restartsMax, supervision.period.toNanos());
        specs = supervision.children();
    }

    // ---- to make one

    /** A child that ends is started again, and no other. */
    public static Supervision oneForOne() {
        return new Supervision(Supervision.Strategy.ONE_FOR_ONE);
    }

    /** If one child is to be started again, all others are stopped, and all are started again. */
    public static Supervision oneForAll() {
        return new Supervision(Supervision.Strategy.ONE_FOR_ALL);
    }

    /**
     * If one child is to be started again, those started after it are stopped, and it and they are
     * started again.
     */
    public static Supervision restForOne() {
        return new Supervision(Supervision.Strategy.REST_FOR_ONE);
    }

    // ---- for everyone

    /**
     * Starts a permanent child without a name.
     *
     * @throws CallException if the factory throws, which is the cause, and there is no child then;
     *     if the supervisor has ended, or does not answer in time
     */
    public <P extends Process> P startChild(Supplier<P> factory) {
        return call(new StartChild<>(ChildSpec.of(factory)));
    }

    /**
     * Starts a child.
     *
     * @throws CallException if the factory throws or the name is taken, and there is no child then;
     *     if the supervisor has ended, or does not answer in time
     */
    public Process startChild(ChildSpec spec) {
        return call(new StartChild<>(spec));
    }

    /**
     * Stops a child, which then is none any more, and waits for its end as long as its spec says. A
     * child that stops itself in this way does not wait, and gets false.
     *
     * @return whether it has ended; false if it is no child of this supervisor too
     * @throws CallException if the supervisor has ended, or does not answer in time
     */
    public boolean stopChild(Process process) {
        Optional<Child> stopped = call(new StopChild(process));
        if (stopped.isEmpty()) {
            return false;
        }
        Child child = stopped.get();
        Life life = child.life;
        return life == null
                || (self() != process && life.await(shutdownNanos(child, life.process)));
    }

    /** The children, in the order in which they were first started; a snapshot. */
    public List<ChildInfo> children() {
        List<ChildInfo> infos = new ArrayList<>();
        for (Child child = children.first(); child != null; child = child.next) {
            infos.add(child.info());
        }
        return infos;
    }

    /** The child of that name; empty if there is none, or it has just ended. */
    public Optional<Process> which(String child) {
        return Optional.ofNullable(named.get(child)).flatMap(Child::process);
    }

    @Override
    protected String name() {
        return name.isEmpty() ? super.name() : name;
    }

    // ---- the process

    @Override
    protected void started() {
        Processes.started(this);
        List<ChildSpec> first = specs;
        specs = List.of();
        for (ChildSpec spec : first) {
            Child child = new Child(spec, false);
            add(child);
            start(child);
        }
    }

    @Override
    protected void handle(Object message) {
        switch (message) {
            case Call(StartChild<?>(ChildSpec spec), Caller caller) -> {
                try {
                    caller.reply(startDynamic(spec));
                } catch (Throwable cause) { // the caller's, whatever it is
                    fail(caller, cause);
                }
            }
            case Call(Ready(), Caller caller) -> caller.reply(true);
            case Call(StopChild(Process process), Caller caller) ->
                    caller.reply(Optional.ofNullable(stop(process)));
            case ChildSpec spec -> {
                try {
                    startDynamic(spec);
                } catch (Throwable cause) { // of the child, not of its supervisor
                    CrashLog.SHARED.log(this, spec, cause);
                }
            }
            case Call(Request<?> request, Caller caller) ->
                    caller.fail(new IllegalArgumentException("not for a supervisor: " + request));
            default -> GOT.tell(this, message);
        }
    }

    @Override
    protected void terminated(ExitReason reason) {
        Processes.ended(this);
        stopBackTo(children.first());
    }

    // ---- starts

    private Process startDynamic(ChildSpec spec) {
        if (named.containsKey(spec.name())) {
            throw new IllegalArgumentException("there is a child of the name " + spec.name());
        }
        Process process = make(spec);
        Child child = new Child(spec, true);
        Life life = new Life(this, child, process);
        add(child);
        try {
            begin(child, life);
        } catch (Throwable cause) {
            remove(child);
            throw cause;
        }
        return process;
    }

    private void start(Child child) {
        try {
            begin(child, new Life(this, child, make(child.spec)));
        } catch (Throwable cause) { // of the child, not of its supervisor
            CrashLog.SHARED.log(this, child.spec, cause);
            failed(child, cause);
        }
    }

    /** It is tried again like one that has ended, when there is memory for that. */
    private void failed(Child child, Throwable cause) {
        while (true) {
            try {
                Memory.isNeeded();
                push(new Life.Ended(child, null, new ExitReason.Crash(cause)));
                return;
            } catch (OutOfMemoryError e) {
                Memory.await();
            }
        }
    }

    private static void fail(Caller caller, Throwable cause) {
        while (true) {
            try {
                Memory.isNeeded();
                caller.fail(cause);
                return;
            } catch (OutOfMemoryError e) {
                Memory.await();
            }
        }
    }

    private static Process make(ChildSpec spec) {
        return Objects.requireNonNull(spec.factory().get(), "a factory made no process");
    }

    private void begin(Child child, Life life) {
        Process process = life.process;
        if (process instanceof Supervisor below) {
            below.parent = this;
        }
        Memory.isNeeded();
        byProcess.put(process, child); // first: what can fail
        child.life = life;
        process.push(life); // which starts it
    }

    private void add(Child child) {
        if (!child.spec.name().isEmpty()) {
            named.put(child.spec.name(), child); // first: what can fail
        }
        children.add(child);
    }

    private void remove(Child child) {
        children.remove(child);
        if (!child.spec.name().isEmpty()) {
            named.remove(child.spec.name(), child);
        }
    }

    // ---- ends

    /** A life is over, or could not begin. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void ended(Child child, @Nullable Life life, ExitReason reason) {
        if (child.life != life || !child.listed) {
            return; // it was stopped meanwhile
        }
        forgetLife(child);
        if (!child.spec.restart().isDueAfter(reason)) {
            if (child.dynamic || child.spec.restart() == Restart.TEMPORARY) {
                remove(child);
            }
            return;
        }
        if (!isRestartAdmitted()) {
            Supplier<String> last = () -> nameOf(child, life);
            GAVE_UP.tell(this, last);
            exit(TOO_MANY);
            return;
        }
        child.restarts++;
        switch (strategy) {
            case ONE_FOR_ONE -> start(child);
            case ONE_FOR_ALL -> restartFrom(children.first());
            case REST_FOR_ONE -> restartFrom(child);
        }
    }

    private boolean isRestartAdmitted() {
        while (true) {
            try {
                return intensity.admits(Scheduler.current().nanoTime());
            } catch (OutOfMemoryError e) {
                Memory.await();
            }
        }
    }

    private void restartFrom(@Nullable Child first) {
        stopBackTo(first);
        for (Child child = first; child != null; child = child.next) {
            if (child.listed) {
                start(child);
            }
        }
    }

    private @Nullable Child stop(Process process) {
        Child child = byProcess.remove(process);
        if (child != null) {
            remove(child);
            process.stop(STOPPED);
        }
        return child;
    }

    /** Stops the children from the last one back to this one; those without an order at once. */
    private void stopBackTo(@Nullable Child first) {
        while (true) {
            try {
                tryToStopBackTo(first);
                return;
            } catch (OutOfMemoryError e) {
                Memory.await(); // those that are stopped already are not stopped again
            }
        }
    }

    private void tryToStopBackTo(@Nullable Child first) {
        if (first == null) {
            return;
        }
        Memory.isNeeded();
        List<Child> together = new ArrayList<>();
        Child child = children.last();
        while (child != null) {
            Child before = child == first ? null : child.previous;
            if (child.life != null) {
                together.add(child);
            }
            if (before == null || !before.dynamic) {
                stop(together);
                together.clear();
            }
            child = before;
        }
    }

    /** Stops children, and waits for the end of each. */
    private void stop(List<Child> stopped) {
        for (Child child : stopped) {
            Life life = child.life;
            if (life != null) {
                life.process.stop(STOPPED);
            }
        }
        Thread.interrupted(); // a factory's interrupt is no reason not to wait
        Scheduler scheduler = Scheduler.current();
        long since = scheduler.nanoTime();
        int late = 0;
        Child firstLate = null;
        Life firstLateLife = null;
        for (Child child : stopped) {
            Life life = child.life;
            if (life != null) {
                long left = shutdownNanos(child, life.process) - (scheduler.nanoTime() - since);
                if (!life.await(Math.max(0, left)) && late++ == 0) {
                    firstLate = child;
                    firstLateLife = life;
                }
                forgetLife(child);
            }
            if (child.spec.restart() == Restart.TEMPORARY) {
                remove(child);
            }
        }
        if (firstLate != null) {
            Child first = firstLate;
            Life firstLife = firstLateLife;
            Supplier<String> name = () -> nameOf(first, firstLife);
            LATE.tell(late, this, name);
        }
    }

    private void forgetLife(Child child) {
        Life life = child.life;
        if (life != null) {
            child.life = null;
            byProcess.remove(life.process, child);
        }
    }

    private static long shutdownNanos(Child child, Process process) {
        Duration shutdown = child.spec.shutdown();
        return process instanceof Supervisor && shutdown.compareTo(SUPERVISOR_SHUTDOWN) < 0
                ? SUPERVISOR_SHUTDOWN.toNanos()
                : shutdown.toNanos();
    }

    private static String nameOf(Child child, @Nullable Life life) {
        if (!child.spec.name().isEmpty() || life == null) {
            return child.spec.name();
        }
        return CrashLog.nameOf(life.process);
    }

    // ---- for the runtime

    /** The first of its children; the others follow it. */
    @Nullable Child firstChild() {
        return children.first();
    }

    /** Whether no other supervisor started it. */
    boolean isRoot() {
        return parent == null;
    }
}
