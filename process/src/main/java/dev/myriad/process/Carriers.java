package dev.myriad.process;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs processes that have mail on virtual threads. Thread-safe.
 *
 * <p>Three queues hold the processes that have mail: one those with short messages; one those with
 * long ones, which gets one poll in eight while both have some; and one those of whom nothing is
 * known, as long as the {@link SlowLane} is open. Workers, which are short-lived virtual threads,
 * drain them. At most one further worker, the standby, has been started and not begun to run: when
 * a carrier is free, be it that a handler blocks or that another core has nothing to do, the JDK
 * runs the standby there. So there is no telling handlers that block from those that do not, and
 * never more workers than carriers plus blocked handlers plus one. A worker that has run for a
 * millisecond ends and leaves its carrier to whatever virtual thread waits, the standby in its turn
 * among them.
 *
 * <h2>Why no wake-up is lost</h2>
 *
 * To show: while a queue is not empty, some worker is going to poll it, whatever handlers do.
 *
 * <ol>
 *   <li>Whoever adds to a queue reads {@code standby} afterwards. If it is false the adder starts a
 *       standby, which will poll. If it is true, a standby was started that has not cleared the
 *       flag yet; it polls after clearing it, thus after the addition. All these accesses are
 *       volatile, hence in one total order.
 *   <li>What a handler added last is kept by its own worker, which takes it next: a conversation
 *       needs no second thread. Should the handler not return soon, the {@link Ticker} sees that
 *       and adds it to a queue as in 1; so does a call before it waits, and a worker before it
 *       gives another process a turn, or ends.
 *   <li>A worker that begins to handle, and might now block forever, has looked at the queues after
 *       its poll and, had they not been empty, ensured a standby as in 1.
 *   <li>A worker ends if its poll found nothing (then whoever adds later sees to it), or because
 *       its time is up (then it looks at the queues and ensures a standby like one who begins to
 *       handle).
 *   <li>The ticker sleeps only after it has said so and then found the queues empty; whoever adds
 *       reads that afterwards and wakes it.
 *   <li>Those that have to go through the slow lane are polled only while it has room. A worker
 *       that leaves it polls or looks afterwards. The ticker, which also frees, widens and closes
 *       it, looks at its next watch, and does not sleep while anybody waits for it.
 * </ol>
 */
final class Carriers extends Scheduler {
    /** The one that processes run on. */
    static final Carriers SHARED = new Carriers();

    private static final int TURN_MESSAGES = 64;
    private static final long TURN_NANOS = 100_000;

    /**
     * A process in the slow queue gets less time, so that the next comes soon, but if its messages
     * turn out to be short it may handle all of them, and leaves that queue.
     */
    private static final int SLOW_TURN_MESSAGES = 1_024;

    private static final long SLOW_TURN_NANOS = 50_000;
    private static final long WORKER_NANOS = 1_000_000;

    /**
     * Messages of one turn between two looks at the clock; each look costs as much as a message.
     */
    private static final int CLOCK_EVERY = 4;

    /** Turns of which one is timed, as long as they are short. */
    private static final int TIMED_EVERY = 16;

    private static final long LONG_NANOS = 25_000;

    /** Looks of the ticker at a turn in the slow lane, some 60 ms, that say enough. */
    private static final int HOG_LOOKS = 30;

    private static final int SLOW_POLL_EVERY = 8;

    /** Else those of whom nothing is known go before those that are known to be slow. */
    private static final int SLOW_FIRST_EVERY = 4;

    private static final long PAUSE_NANOS = 50_000;

    /**
     * Turns that a worker gives to what its handlers queue, before it looks at the queues again.
     */
    private static final int CONVERSATION_TURNS = 64;

    private static final ThreadLocal<@Nullable Worker> WORKER = new ThreadLocal<>();

    /**
     * If there is no memory for a class when it is first used, it is broken for good. So those that
     * are first used when something ends, perhaps because there is no memory, are used beforehand.
     */
    private static final List<Class<?>> NEEDED_LATER =
            List.of(
                    ExitReason.class,
                    CrashLog.class,
                    CallException.Code.class,
                    Reply.class,
                    Timer.class,
                    Overflow.class,
                    Bound.class,
                    Restart.class,
                    ChildSpec.class,
                    Supervision.Strategy.class,
                    Supervisor.class,
                    Processes.class,
                    Processes.By.class,
                    KernelThreads.class);

    private static final VarHandle STANDBY;
    private static final VarHandle PROCESS;
    private static final VarHandle NEXT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STANDBY = lookup.findVarHandle(Carriers.class, "standby", boolean.class);
            PROCESS = lookup.findVarHandle(Worker.class, "process", Process.class);
            NEXT = lookup.findVarHandle(Worker.class, "next", Process.class);
            Memory.catches(VirtualMachineError.class, LinkageError.class, OutOfMemoryError.class);
            for (Class<?> each : NEEDED_LATER) {
                lookup.ensureInitialized(each);
            }
            for (Class<?> each : List.of(Bound.class, Supervisor.class)) {
                var _ = Class.forName(each.getName() + "$1"); // the compiler's, for a switch
            }
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final RunQueue quick = new RunQueue();
    private final RunQueue slow = new RunQueue();

    /** Those that nothing is known about yet, and that found the slow lane full. */
    private final RunQueue unknown = new RunQueue();

    private final Set<Worker> workers = ConcurrentHashMap.newKeySet();
    private final SlowLane slowLane = new SlowLane();
    private final Priorities priorities = new Priorities();
    private final Ticker ticker = new Ticker(this);
    private final HighWater highWater = new HighWater();
    private final ThreadFactory threads =
            Thread.ofVirtual()
                    .name("myriad-process")
                    .inheritInheritableThreadLocals(false)
                    .factory();
    private volatile boolean standby;

    /** Standbys started so far: one that stays the same for long finds no carrier. */
    private volatile int standbys;

    private Carriers() {
        standby = false; // used once, as ensureStandby may come to it at the very end of a stack
    }

    @Override
    protected void enqueue(Process process) {
        // As long as this throws the process is not queued, and its sender sees to that.
        Worker worker = WORKER.get();
        boolean isQueued = worker == null || process.isSlow();
        if (isQueued) {
            (process.isSlow() ? slow : quick).add(process);
        } else {
            worker.takeNext(process);
        }
        try {
            if (isQueued) {
                ensureStandby();
            }
            ticker.ensureAwake();
        } catch (VirtualMachineError | LinkageError e) {
            // It is queued, and must not be twice. The sender's stack is used up; the ticker sees
            // what is queued within a second.
        }
    }

    /** Queues a process. Throws nothing, if there is stack left. */
    private void add(Process process) {
        try {
            (process.isSlow() ? slow : quick).add(process);
        } catch (OutOfMemoryError e) {
            Stranded.add(process);
        }
    }

    /** Queues those that could not be queued; as many as there is memory for. */
    void addStranded() {
        Process process = Stranded.poll();
        while (process != null) {
            try {
                (process.isSlow() ? slow : quick).add(process);
            } catch (OutOfMemoryError e) {
                Stranded.add(process);
                return;
            }
            process = Stranded.poll();
        }
    }

    /** Whether some of them have not been seen to be quick or slow. */
    boolean hasUnknown() {
        return !unknown.isEmpty();
    }

    SlowLane slowLane() {
        return slowLane;
    }

    Priorities priorities() {
        return priorities;
    }

    /** Whether processes wait for a worker. */
    boolean hasQueued() {
        return !quick.isEmpty() || (hasSlow() && !slowLane.isFull());
    }

    /** Whether slow processes wait, for a worker or for the lane. */
    boolean hasSlow() {
        return !slow.isEmpty() || !unknown.isEmpty();
    }

    /** Throws nothing but that there is no stack left. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only who won the standby comes to it
    void ensureStandby() {
        if (!standby && STANDBY.compareAndSet(this, false, true)) {
            try {
                standbys++;
                Memory.isNeeded();
                Stack.isNeeded();
                threads.newThread(new Worker()).start();
            } catch (Throwable noRoom) { // for a thread now: the next adder tries again
                standby = false;
            }
        }
    }

    /** The caller may not go on for long: others take what its worker was to take next. */
    void giveNext() {
        Worker worker = WORKER.get();
        if (worker != null) {
            worker.leaveLane();
            worker.giveNext();
        }
    }

    /** The number of the standby that waits for a carrier; 0 if none does. */
    int waitingStandby() {
        return standby ? standbys : 0;
    }

    Collection<Worker> workers() {
        return workers;
    }

    Ticker ticker() {
        return ticker;
    }

    HighWater highWater() {
        return highWater;
    }

    /** What each running process has taken out of its mailbox and not begun with; a snapshot. */
    Map<Process, Integer> taken() {
        Map<Process, Integer> taken = new HashMap<>();
        for (Worker worker : workers) {
            Process process = worker.process();
            if (process != null) {
                taken.put(process, Math.max(0, worker.mail - 1)); // one is under way
            }
        }
        return taken;
    }

    void forEachQueued(Consumer<Process> action) {
        quick.forEach(action);
        unknown.forEach(action);
        slow.forEach(action);
    }

    @Override
    protected @Nullable Process running() {
        Worker worker = WORKER.get();
        return worker == null ? null : worker.process;
    }

    @Override
    protected void schedule(Timer timer, long delayNanos) {
        ticker.add(timer, delayNanos);
    }

    @Override
    protected void cancelled(Timer timer) {
        TimerWheel wheel = timer.wheel;
        if (wheel != null) {
            wheel.remove(timer);
            ticker.ensureAwake(); // else those cancelled while it sleeps would stay
        }
    }

    @Override
    protected void await(BooleanSupplier settled, long nanosMax) {
        giveNext();
        long deadline = System.nanoTime() + nanosMax;
        while (!settled.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return;
            }
            LockSupport.parkNanos(settled, left);
        }
    }

    @Override
    protected void pause(long nanosMax) {
        giveNext();
        LockSupport.parkNanos(Math.min(PAUSE_NANOS, nanosMax));
    }

    @Override
    protected long nanoTime() {
        return System.nanoTime();
    }

    /**
     * Takes processes from the queues and gives each a turn. Confined to its thread, but where
     * said.
     */
    final class Worker extends Turn implements Runnable {
        static {
            Memory.catches(VirtualMachineError.class, LinkageError.class);
        }

        private static final int OUTSIDE = -1;

        /**
         * No {@link VarHandle}: it is first used when memory may be short already, and linking one
         * takes some.
         */
        private static final AtomicIntegerFieldUpdater<Worker> LOWERED =
                AtomicIntegerFieldUpdater.newUpdater(Worker.class, "lowered");

        /** Whose turn it is; others read it. */
        @SuppressWarnings("UnusedVariable") // written through PROCESS
        private @Nullable Process process;

        /** Others read it. */
        private @Nullable Thread thread;

        /** Turns so far; others read it to see whether one lasts. */
        private int turns;

        /** The ticker's: the turn that it saw, and since when. */
        int seenTurn = -1;

        long seenSince;

        /** The ticker's: looks in a row at which the turn ran, or could have. */
        int looks;

        /** The ticker's: the carrier that it was seen on at the last look. */
        String seenCarrier = "";

        /** The hog log's: the carrier that it was seen on, since when, and at how many looks. */
        String keptCarrier = "";

        long keptSince;
        int keptLooks;
        volatile boolean named;

        /** When the ticker last looked at the mailbox of a process with a long turn. */
        long mailSeenAt = Long.MIN_VALUE / 2;

        /** What the handler queued last, which this worker takes next; others take it away. */
        @SuppressWarnings("UnusedVariable") // through NEXT
        private volatile @Nullable Process next;

        /**
         * The carrier that the kernel serves last, because this turn is in the slow lane: 0 if the
         * kernel cannot be told, {@link #OUTSIDE} if the turn is not in it.
         */
        private volatile int lowered = OUTSIDE;

        /** Turns in a row that came from there. */
        private int conversation;

        private long now;
        private long turnStart;
        private int turnMessages;
        private boolean slowTurn;
        private int untimed;

        @Override
        public void run() {
            standby = false;
            try {
                thread = Thread.currentThread();
                WORKER.set(this);
                workers.add(this);
                priorities.learn(this, slowLane.isOpen());
                work();
            } catch (Throwable fault) { // not a handler's: those end their processes in turn()
                survive(fault);
            } finally {
                turns++;
                VarHandle.fullFence(); // before it looks: see enterLane()
                leaveLane();
                giveNext();
                if (hasQueued()) {
                    ensureStandby();
                }
                workers.remove(this);
            }
        }

        /** The process in hand must not stay as it is for ever, and all others go on. */
        private void survive(Throwable fault) {
            Process broken = process();
            if (broken != null) {
                try {
                    broken.giveUp(fault);
                } catch (Throwable again) {
                    CrashLog.SHARED.log(broken, "its end", again);
                }
            }
        }

        private void work() {
            now = System.nanoTime();
            long end = now + WORKER_NANOS;
            Process due;
            while ((due = poll()) != null) {
                if (hasQueued()) {
                    ensureStandby();
                }
                if (slowLane.isOpen() && !due.isKnownQuick()) {
                    if (!slowLane.isEntered()) {
                        putAside(due);
                        continue;
                    }
                    slowTurn = true;
                    if (isPutInLane(0)) {
                        lowered = priorities.lowerCurrent();
                    }
                }
                PROCESS.setRelease(this, due);
                boolean timed = untimed == 0 || slowTurn || !due.isKnownQuick();
                if (timed) {
                    now = System.nanoTime();
                }
                turnStart = now;
                turnMessages = 0;
                boolean more = due.turn(this);
                if (timed || turnMessages >= CLOCK_EVERY || isInLane()) {
                    now = System.nanoTime();
                    measured(due, now - turnStart, more);
                    if (isInLane() && seenTurn == turns && looks >= HOG_LOOKS) {
                        due.hogged();
                    }
                } else {
                    untimed--;
                    due.count(turnMessages, due.averageNanos() * turnMessages);
                }
                PROCESS.setRelease(this, null);
                leaveLane();
                if (more) {
                    int left = mail;
                    add(due);
                    if (left > HighWater.MARK) {
                        highWater.passedBy(due, left);
                    }
                }
                boolean _ = Thread.interrupted(); // a handler's must not reach the next process
                if (now - end > 0) {
                    return;
                }
            }
        }

        private void putAside(Process due) {
            try {
                (due.isSlow() ? slow : unknown).add(due);
            } catch (OutOfMemoryError e) {
                Stranded.add(due);
            }
        }

        /** The ticker's: all others come before the present turn. */
        void enterLane(String carrier) {
            slowLane.enterAnyway();
            int number = priorities.number(carrier);
            if (isPutInLane(number)) {
                lower(number);
            }
        }

        /**
         * The ticker's: its handler may have waited, and gone on on another carrier, or another's
         * may have waited on this one.
         */
        void stayInLane(String carrier) {
            int number = lowered;
            if (number != priorities.number(carrier)) {
                leaveLane();
                enterLane(carrier);
            } else {
                lower(number);
            }
        }

        /** If the turn has ended meanwhile, one of both sees it, and the carrier is as before. */
        private void lower(int number) {
            priorities.lower(number);
            if (turns != seenTurn || lowered != number) {
                leaveLane();
                priorities.restore(number);
            }
        }

        private boolean isPutInLane(int carrier) {
            if (LOWERED.compareAndSet(this, OUTSIDE, carrier)) {
                return true;
            }
            slowLane.leave(); // it is in it already
            return false;
        }

        /** Its turn is over, or it waits for something: its carrier is like any again. */
        void leaveLane() {
            int number = lowered;
            if (number != OUTSIDE && LOWERED.compareAndSet(this, number, OUTSIDE)) {
                slowLane.leave();
                priorities.restore(number);
            }
        }

        boolean isInLane() {
            return lowered != OUTSIDE;
        }

        private @Nullable Process poll() {
            turns++;
            slowTurn = false;
            if (turns % SLOW_POLL_EVERY == 0) {
                Process due = pollSlow();
                if (due != null) {
                    return due;
                }
            }
            if (next != null && conversation++ < CONVERSATION_TURNS) {
                Process due = (Process) NEXT.getAndSet(this, null);
                if (due != null) {
                    return due;
                }
            }
            conversation = 0;
            giveNext();
            Process due = quick.poll();
            return due == null ? pollSlow() : due;
        }

        private @Nullable Process pollSlow() {
            if (slowLane.isFull()) {
                return null;
            }
            boolean slowFirst = turns % SLOW_FIRST_EVERY == 0;
            Process due = (slowFirst ? slow : unknown).poll();
            if (due == null) {
                due = (slowFirst ? unknown : slow).poll();
            }
            slowTurn = due != null;
            return due;
        }

        /** Its handler queued a process; an earlier one goes to whoever is free. */
        void takeNext(Process process) {
            giveNext();
            next = process; // only this worker's thread puts something there
        }

        /**
         * Lets others take what this worker was to take next: it may not come to it soon. If it
         * throws because there is no stack left, it is still there.
         */
        void giveNext() {
            Process before = next;
            // No getAndSet: it calls something else when it has done its work.
            if (before == null || !NEXT.compareAndSet(this, before, null)) {
                return;
            }
            try {
                add(before);
            } catch (VirtualMachineError | LinkageError e) { // of a handler: in this thread
                next = before;
                throw e;
            }
            ensureStandby();
        }

        private void measured(Process process, long nanos, boolean more) {
            long each = nanos / Math.max(1, turnMessages);
            process.sample(each, turnMessages, more);
            process.count(turnMessages, nanos);
            untimed = each > LONG_NANOS ? 0 : TIMED_EVERY;
        }

        @Override
        boolean isOver() {
            turnMessages++;
            if (slowTurn) {
                now = System.nanoTime();
                return turnMessages >= SLOW_TURN_MESSAGES || now - turnStart >= SLOW_TURN_NANOS;
            }
            if (turnMessages % CLOCK_EVERY == 0) {
                now = System.nanoTime();
            }
            return turnMessages >= TURN_MESSAGES || now - turnStart > TURN_NANOS;
        }

        // ---- for others

        @Nullable Process process() {
            return (Process) PROCESS.getAcquire(this);
        }

        int turns() {
            return turns;
        }

        /** When its turn began; early by what some short turns before it took. */
        long turnStart() {
            return turnStart;
        }

        /** The ticker's: what it saw so far of a handler that runs is over. */
        void seenToWait() {
            looks = 0;
            keptCarrier = "";
        }

        /** Whether its handler has a carrier or wants one, rather than waits for something. */
        boolean isRunnable() {
            Thread runs = thread;
            return runs != null && runs.getState() == Thread.State.RUNNABLE;
        }

        /**
         * The name of the carrier that it is on; empty if it has none. No method of a thread says
         * it, but its text does.
         */
        String carrier() {
            String text = String.valueOf(thread);
            int at = text.indexOf('@');
            return at < 0 ? "" : text.substring(at + 1);
        }

        /** What its handler does; empty if it has ended. */
        StackTraceElement[] stackTrace() {
            Thread runs = thread;
            return runs == null ? new StackTraceElement[0] : runs.getStackTrace();
        }
    }
}
