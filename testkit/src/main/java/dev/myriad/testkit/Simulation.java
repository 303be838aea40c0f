package dev.myriad.testkit;

import dev.myriad.process.Process;
import dev.myriad.process.Scheduler;
import dev.myriad.process.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Processes under a scheduler with a seed and a clock of its own: one thing happens at a time, and
 * what happens next is chosen by a generator. The same seed makes the same choices, so a failure,
 * whose message names the seed, is repeated with that seed.
 *
 * <pre>{@code
 * Simulation.seeds(100).run(sim -> {
 *     Account account = Process.spawn(new Account());
 *     account.send(new Deposit(3));
 *     sim.runUntilIdle();
 *     sim.advance(Duration.ofSeconds(5));
 *     assertThat(account.call(new Balance())).isEqualTo(3);
 * });
 * }</pre>
 *
 * <p>The scenario runs in the calling thread; what it sends to, spawns and schedules belongs to the
 * simulation, and so does what those processes do. They run while the scenario waits: in {@link
 * #runUntilIdle}, in {@link #advance}, or in a call. A handler runs undisturbed until it waits for
 * an answer or for room in a mailbox; then others go on.
 *
 * <p>Time passes in {@link #advance}; and if the scenario itself waits for an answer and nothing
 * else is left to do, to the next timer or the end of a wait. {@link System#nanoTime} and the like
 * know nothing of it. A handler must not wait for anything outside of the simulation (a lock, a
 * socket, {@link Thread#sleep}), nor send from a thread of its own; instead of such threads there
 * is {@link #fork}.
 *
 * <p>What still waits when the scenario ends is left where it is. With the system property {@code
 * dev.myriad.process.points} set to true others may go on between any two steps on a mailbox as
 * well; that is for tests of the runtime itself.
 *
 * <p>Confined to the scenario's thread, but for {@link #fork}, {@link #letOthersRun}, {@link
 * #elapsed} and {@link #random}, which handlers and forked tasks may use too.
 */
public final class Simulation extends Scheduler {
    private static final long STEPS_MAX = 1_000_000;
    private static final long STUCK_NANOS = 60_000_000_000L;

    /** What is played: it sends, lets the processes run, and looks at what has become of them. */
    @FunctionalInterface
    public interface Scenario {
        void run(Simulation sim) throws Exception;
    }

    /**
     * One choice.
     *
     * @param time since the simulation began
     * @param name of the process or the forked task that began or went on; "scenario" for itself
     */
    public record Step(Duration time, String name) {
        @Override
        public String toString() {
            return name + " at " + time;
        }
    }

    private final long seed;
    private final SplittableRandom choices;
    private final RandomGenerator scenarioRandom;
    private final VirtualClock clock = new VirtualClock();
    private final Trace trace = new Trace();

    /** May run now; in the order of their numbers. */
    private final List<Work> ready = new ArrayList<>();

    /** Wait for something to be settled. */
    private final List<Coroutine> waiting = new ArrayList<>();

    /** Have nothing to do. */
    private final Deque<Coroutine> spare = new ArrayDeque<>();

    /** Their threads; when nothing refers to it any more, nothing keeps those that wait forever. */
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("simulation-", 0).factory());

    private final Coroutine main = new Coroutine();

    /** Who holds the baton. */
    private volatile Coroutine current = main;

    /** The scenario waits until all else has nothing to do. */
    private boolean mainIdles;

    /** Inside of {@link #choose}: nobody is to be taken away from there. */
    private boolean choosing;

    private long stepsMax = STEPS_MAX;
    private long stuckNanos = STUCK_NANOS;
    private volatile long steps;

    /** Counts what those that pause might be waiting for. */
    private long progress;

    private volatile boolean over;
    private @Nullable AssertionError failure;

    private Simulation(long seed) {
        this.seed = seed;
        this.choices = new SplittableRandom(seed);
        this.scenarioRandom = choices.split();
        main.thread = Thread.currentThread();
    }

    // ---- for tests

    /**
     * Plays a scenario with one seed.
     *
     * @throws AssertionError if it fails in any way, with the seed, the last steps and the cause
     */
    public static void run(long seed, Scenario scenario) {
        Simulation sim = new Simulation(seed);
        sim.inside(() -> sim.play(scenario));
    }

    /** The seeds 0 to {@code count} - 1. */
    public static Seeds seeds(int count) {
        return new Seeds(0, count);
    }

    /**
     * Lets processes run until none has mail and no timer is due now.
     *
     * @throws AssertionError if some wait for what will never come; if there were too many steps
     */
    public void runUntilIdle() {
        checkScenario();
        idle();
        if (!waiting.isEmpty() && nextEvent() == Coroutine.NEVER) {
            fail("a deadlock: " + waiting() + " wait for what will never come", null);
            throwFailure();
        }
    }

    /** Lets time pass: runs until idle, fires the next timer, and so on until the time is up. */
    public void advance(Duration time) {
        checkScenario();
        long end = clock.in(time.toNanos());
        while (true) {
            runUntilIdle();
            long next = nextEvent();
            if (next > end || next == Coroutine.NEVER) {
                clock.passTo(end);
                return;
            }
            clock.passTo(next);
            fireDue();
        }
    }

    /** The time since the simulation began. */
    public Duration elapsed() {
        return Duration.ofNanos(clock.now());
    }

    /**
     * Runs a task beside the processes, as another thread would: it may send and call. What it
     * throws fails the simulation.
     */
    public void fork(Runnable task) {
        checkInside();
        makeReady(trace.fork(task));
    }

    /** Something else may happen here, as if another thread were faster. */
    public void letOthersRun() {
        checkInside();
        yieldBaton();
    }

    /** The names of processes whose handler waits, and of forked tasks that wait. */
    public List<String> waiting() {
        return waiting.stream().map(Coroutine::name).toList();
    }

    /** What happened so far. */
    public List<Step> trace() {
        return trace.steps();
    }

    public long seed() {
        return seed;
    }

    /** Numbers that depend on the seed only: a scenario is to use no others. */
    public RandomGenerator random() {
        return scenarioRandom;
    }

    /** Fails the simulation when it has taken more steps; without this, a million. */
    public void limitSteps(long max) {
        stepsMax = max;
    }

    /** Fails the simulation if one step takes longer in real time; without this, a minute. */
    public void limitStep(Duration realTime) {
        stuckNanos = realTime.toNanos();
    }

    // ---- the scenario

    private void play(Scenario scenario) {
        try {
            scenario.run(this);
            throwFailure();
        } catch (Throwable cause) { // errors too: a failed assertion is one
            throw new AssertionError(
                    "seed %d: %s%nThe last of %d steps:%s"
                            .formatted(seed, describe(cause), steps, trace.tail()),
                    cause);
        } finally {
            over = true;
            for (Coroutine coroutine : spare) {
                coroutine.job = null;
                coroutine.give();
            }
            threads.shutdown();
        }
    }

    private static String describe(Throwable cause) {
        return cause instanceof AssertionError
                ? String.valueOf(cause.getMessage())
                : cause.toString();
    }

    private void idle() {
        throwFailure();
        progress++;
        mainIdles = true;
        giveUpBaton(main);
        mainIdles = false;
    }

    private void checkScenario() {
        if (Thread.currentThread() != main.thread) {
            throw new IllegalStateException("only the scenario itself can let others run");
        }
    }

    private void checkInside() {
        if (Thread.currentThread() != current.thread) {
            throw new IllegalStateException(
                    "a thread that is not part of the simulation: use Simulation.fork");
        }
    }

    private void fail(String what, @Nullable Throwable cause) {
        if (failure == null) {
            failure = new AssertionError(what, cause);
        }
    }

    private void throwFailure() {
        AssertionError present = failure;
        if (present != null) {
            throw present;
        }
    }

    // ---- taking turns

    /** The caller might go on, but somebody else may do so first. */
    private void yieldBaton() {
        Coroutine me = current;
        makeReady(me);
        giveUpBaton(me);
    }

    /** Lets another coroutine run, and returns when this one may go on. */
    private void giveUpBaton(Coroutine me) {
        Work next = choose();
        if (next != me) {
            hand(next);
            if (me == main) {
                awaitBaton();
            } else {
                me.take();
            }
            current = me;
        }
        if (me == main) {
            throwFailure();
        }
    }

    private void hand(Work next) {
        switch (next) {
            case Coroutine coroutine -> coroutine.give();
            case Work.Job job -> {
                Coroutine coroutine = spare.pollLast();
                if (coroutine == null) {
                    Coroutine fresh = new Coroutine();
                    fresh.job = job;
                    threads.execute(() -> inside(() -> live(fresh)));
                } else {
                    coroutine.job = job;
                    coroutine.give();
                }
            }
        }
    }

    /** The life of a coroutine: it does jobs, and lies spare between them. */
    private void live(Coroutine me) {
        me.thread = Thread.currentThread();
        Work.Job job;
        while ((job = me.job) != null) {
            current = me;
            Work next;
            try {
                perform(job);
                next = choose();
            } catch (Throwable cause) { // of the runtime or a forked task, not of a handler
                fail(me.name() + " failed: " + cause, cause);
                next = main;
            }
            if (next instanceof Work.Job another) {
                me.job = another;
            } else {
                spare.add(me);
                hand(next);
                me.take();
            }
        }
    }

    private void perform(Work.Job job) {
        progress++;
        switch (job) {
            case Work.Turn(String _, int _, Process process) -> {
                if (step(process)) {
                    makeReady(job);
                }
            }
            case Work.Fork(String _, int _, Runnable task) -> task.run();
        }
        progress++;
    }

    /** The scenario waits for its turn, and sees to it that something happens meanwhile. */
    private void awaitBaton() {
        long seen;
        do {
            seen = steps;
            if (main.take(stuckNanos)) {
                return;
            }
        } while (steps != seen && !Thread.currentThread().isInterrupted());
        over = true;
        Coroutine hung = current;
        AssertionError error =
                new AssertionError(
                        hung.name() + " does not end, or waits outside of the simulation");
        Thread thread = hung.thread;
        if (thread != null) {
            error.setStackTrace(thread.getStackTrace());
        }
        throw error;
    }

    // ---- choosing

    /** What happens next. The scenario, if the simulation has failed. */
    private Work choose() {
        choosing = true;
        try {
            while (failure == null && !over) {
                wake();
                if (!ready.isEmpty()) {
                    return take(choices.nextInt(ready.size()));
                }
                if (mainIdles) {
                    return main;
                }
                long next = nextEvent();
                if (next == Coroutine.NEVER) {
                    fail("a deadlock: " + waiting() + " wait for what will never come", null);
                } else {
                    clock.passTo(next);
                    fireDue();
                }
            }
            return main;
        } finally {
            choosing = false;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // who holds the baton writes
    private Work take(int index) {
        if (++steps > stepsMax) {
            fail("no end after %d steps".formatted(stepsMax), null);
            return main;
        }
        Work work = ready.remove(index);
        trace.add(clock.now(), work.name());
        return work;
    }

    private void makeReady(Work work) {
        int index = ready.size();
        while (index > 0 && ready.get(index - 1).number() > work.number()) {
            index--;
        }
        ready.add(index, work);
    }

    /** Those that need not wait any longer. */
    private void wake() {
        waiting.removeIf(
                coroutine -> {
                    if (!coroutine.mayGoOn(clock.now())) {
                        return false;
                    }
                    if (!coroutine.isPausing()) {
                        progress++;
                    }
                    makeReady(coroutine);
                    return true;
                });
    }

    private long nextEvent() {
        long next = clock.nextDue();
        for (Coroutine coroutine : waiting) {
            next = Math.min(next, coroutine.deadline());
        }
        return next;
    }

    private void fireDue() {
        progress++;
        Optional<Timer> due = clock.takeDue();
        while (due.isPresent()) {
            fire(due.get());
            due = clock.takeDue();
        }
    }

    // ---- the scheduler of its processes

    @Override
    protected void enqueue(Process process) {
        checkInside();
        progress++;
        makeReady(trace.turnOf(process));
    }

    @Override
    protected @Nullable Process running() {
        Coroutine me = current;
        return Thread.currentThread() == me.thread && me.job instanceof Work.Turn turn
                ? turn.process()
                : null;
    }

    @Override
    protected void schedule(Timer timer, long delayNanos) {
        checkInside();
        clock.schedule(timer, delayNanos);
    }

    @Override
    protected void cancelled(Timer timer) {
        clock.cancelled(timer);
    }

    @Override
    protected void await(BooleanSupplier settled, long nanosMax) {
        checkInside();
        if (!settled.getAsBoolean() && nanosMax > 0 && !Thread.currentThread().isInterrupted()) {
            waitFor(settled, clock.in(nanosMax), false);
        }
    }

    @Override
    protected void pause(long nanosMax) {
        checkInside();
        long seen = progress;
        waitFor(() -> progress != seen, clock.in(nanosMax), true);
    }

    private void waitFor(BooleanSupplier settled, long deadline, boolean pause) {
        Coroutine me = current;
        me.waitFor(settled, deadline, pause);
        waiting.add(me);
        giveUpBaton(me);
    }

    @Override
    protected long nanoTime() {
        return clock.now();
    }

    @Override
    protected void interleave() {
        if (!choosing && Thread.currentThread() == current.thread) {
            yieldBaton();
        }
    }
}
