package dev.myriad.process;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;

/**
 * Runs processes that have mail on virtual threads. Thread-safe.
 *
 * <p>One queue holds the processes that have mail; workers, which are short-lived virtual threads,
 * drain it. At most one further worker, the standby, has been started and not begun to run: when a
 * carrier is free, be it that a handler blocks or that another core has nothing to do, the JDK runs
 * the standby there. So there is no telling handlers that block from those that do not, and never
 * more workers than carriers plus blocked handlers plus one. A worker that has run for a
 * millisecond ends and leaves its carrier to whatever virtual thread waits, the standby in its turn
 * among them.
 *
 * <h2>Why no wake-up is lost</h2>
 *
 * To show: while the queue is not empty, some worker is going to poll it, whatever handlers do.
 *
 * <ol>
 *   <li>Whoever adds to the queue reads {@code standby} afterwards. If it is false the adder starts
 *       a standby, which will poll. If it is true, a standby was started that has not cleared the
 *       flag yet; it polls after clearing it, thus after the addition. All these accesses are
 *       volatile, hence in one total order.
 *   <li>A worker that begins to handle, and might now block forever, has looked at the queue after
 *       its poll and, had it not been empty, ensured a standby as in 1. What is added later has its
 *       own adder see to it.
 *   <li>A worker ends if its poll found nothing (then whoever adds later sees to it), or because
 *       its time is up (then it looks at the queue and ensures a standby like one who begins to
 *       handle).
 *   <li>A worker that queues a process again is an adder that polls, or whose time is up, next.
 * </ol>
 */
final class Scheduler {
    /** The one that processes run on. */
    static final Scheduler SHARED = new Scheduler();

    private static final int SLICE_MESSAGES = 64;
    private static final long SLICE_NANOS = 100_000;
    private static final long WORKER_NANOS = 1_000_000;
    private static final int CLOCK_EVERY = 4; // messages; reading it each time costs too much

    private static final VarHandle STANDBY;

    static {
        try {
            STANDBY =
                    MethodHandles.lookup().findVarHandle(Scheduler.class, "standby", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Queue<Process> queue = new ConcurrentLinkedQueue<>();
    private final ThreadFactory threads =
            Thread.ofVirtual()
                    .name("myriad-process")
                    .inheritInheritableThreadLocals(false)
                    .factory();
    private volatile boolean standby;

    /** Queues a process that has mail and is neither queued nor running. */
    void enqueue(Process process) {
        queue.add(process);
        ensureStandby();
    }

    private void ensureStandby() {
        if (!standby && STANDBY.compareAndSet(this, false, true)) {
            boolean started = false;
            try {
                threads.newThread(new Worker()).start();
                started = true;
            } finally {
                if (!started) {
                    standby = false; // no memory for a thread now: the next adder tries again
                }
            }
        }
    }

    /** Takes processes from the queue and lets each handle some mail. Confined to its thread. */
    final class Worker implements Runnable {
        private long now;
        private long turnStart;
        private int turnMessages;
        private int messages;

        @Override
        public void run() {
            standby = false;
            now = System.nanoTime();
            long end = now + WORKER_NANOS;
            Process process;
            while ((process = queue.poll()) != null) {
                if (!queue.isEmpty()) {
                    ensureStandby();
                }
                turnStart = now;
                turnMessages = 0;
                if (process.turn(this)) {
                    queue.add(process);
                }
                if (Thread.interrupted()) {
                    continue; // a handler's interrupt must not reach the next process
                }
                if (now - end > 0) {
                    if (!queue.isEmpty()) {
                        ensureStandby();
                    }
                    return;
                }
            }
        }

        /** Counts one handled message; whether the process must let others run. */
        boolean sliceUsed() {
            if (++messages % CLOCK_EVERY == 0) {
                now = System.nanoTime();
            }
            return ++turnMessages >= SLICE_MESSAGES || now - turnStart > SLICE_NANOS;
        }
    }
}
