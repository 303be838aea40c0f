package dev.myriad.net.memory;

import dev.myriad.net.Application;
import dev.myriad.net.Limits;
import dev.myriad.net.engine.Command;
import dev.myriad.net.engine.Lane;
import dev.myriad.net.engine.Room;
import dev.myriad.net.engine.Shard;
import dev.myriad.net.engine.ThreadEnd;
import dev.myriad.net.engine.Wire;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A shard on a thread of its own, which is its only lane. Confined to that thread, but for {@link
 * #post}, {@link #isInside} and what the transport does to start and stop it.
 *
 * <p>The thread does what those of real transports do, over and over: run a turn, read each
 * connection that has something once, sleep if there was nothing.
 */
final class MemoryShard extends Shard implements Lane {
    private static final int SCRATCH_BYTES = 64 << 10;
    private static final int LOOK_MILLIS = 10;
    private static final byte[] NOTHING = {};

    private final Lane[] lanes = {this};
    private final byte[] scratch = new byte[SCRATCH_BYTES];
    private final Set<MemoryWire> wires = new HashSet<>();
    private final ArrayDeque<MemoryWire> readable = new ArrayDeque<>();
    private final Thread thread;
    private byte[] shared = NOTHING;
    private boolean closing;
    private boolean running = true;
    private volatile boolean held;

    MemoryShard(int index, Limits limits, Application application, Room room) {
        super(index, limits, application, room);
        thread = Thread.ofPlatform().name("memory-shard-" + index).daemon().unstarted(this::work);
    }

    void start() {
        thread.start();
    }

    private void work() {
        while (running) {
            try {
                boolean more = turn();
                more |= read();
                if (!more && running && fallAsleep()) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(sleepMillisMax()));
                    awake();
                }
            } catch (RuntimeException | Error e) {
                fault(e);
            }
        }
        List.copyOf(wires).forEach(MemoryWire::abort);
        endAll();
    }

    /** Whether there is more to read. */
    private boolean read() {
        for (int i = readable.size(); i > 0; i--) {
            MemoryWire wire = readable.remove();
            if (wire.read(scratch)) {
                readable.add(wire);
            }
        }
        return !readable.isEmpty();
    }

    void opened(MemoryWire wire) {
        wires.add(wire);
    }

    void closed(MemoryWire wire) {
        wires.remove(wire);
    }

    /** The wire has something to read. */
    void readable(MemoryWire wire) {
        readable.add(wire);
    }

    // ---- life, from any thread

    /** Closes those who come from now on. */
    void closeNewcomersSoon() {
        soon(() -> closing = true);
    }

    boolean isClosing() {
        return closing;
    }

    /** Ends the thread, and with it the connections that are left. */
    void stop() {
        soon(() -> running = false);
        ThreadEnd.await(thread);
    }

    /** Holds back what is sent to groups, or no longer. */
    void holdGroups(boolean hold) {
        held = hold;
        soon(() -> {}); // it may be asleep
    }

    /** Waits until what was posted before has been done, or the thread has ended. */
    void awaitServed() {
        CountDownLatch served = new CountDownLatch(1);
        soon(served::countDown);
        try {
            while (!served.await(LOOK_MILLIS, TimeUnit.MILLISECONDS) && thread.isAlive()) {
                // it is busy
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void soon(Runnable step) {
        post(
                new Command() {
                    @Override
                    protected void run() {
                        step.run();
                    }
                });
    }

    @Override
    protected boolean slice() {
        return !held && super.slice();
    }

    @Override
    public boolean isInside() {
        return Thread.currentThread() == thread;
    }

    @Override
    protected void wake() {
        LockSupport.unpark(thread);
    }

    // ---- the lane

    @Override
    public Lane[] lanes() {
        return lanes;
    }

    @Override
    public Shard shard() {
        return this;
    }

    @Override
    public void shareBegins(byte[] frames) {
        shared = frames;
    }

    @Override
    public void share(Wire wire) {
        ((MemoryWire) wire).transmit(shared);
    }

    @Override
    public void shareEnds() {
        shared = NOTHING;
    }
}
