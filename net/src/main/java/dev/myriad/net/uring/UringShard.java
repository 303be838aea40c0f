package dev.myriad.net.uring;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Application;
import dev.myriad.net.Limits;
import dev.myriad.net.engine.Command;
import dev.myriad.net.engine.Room;
import dev.myriad.net.engine.Shard;
import dev.myriad.net.engine.ThreadEnd;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A shard thread with its rings. It sleeps in the first ring; the others, and other threads, wake
 * it through an eventfd that the first ring reads. Confined to that thread, but for {@link #post},
 * {@link #isInside} and what the transport does to start and stop it.
 */
final class UringShard extends Shard {
    private static final Line BROKEN =
            Log.of(UringShard.class)
                    .error(
                            "shard {} has lost a ring ({}): its {} connections end, and it takes no"
                                    + " more");

    private final Kernel.Errno errno = new Kernel.Errno();
    private final Thread thread = Thread.currentThread();
    private final int eventfd = Kernel.eventfd(errno);
    private final NativeBytes counter = new NativeBytes(8);
    private final UringLane[] lanes;
    private boolean running = true;

    /**
     * What broke a ring, and so ended all that this shard had; it only runs commands since then.
     */
    private volatile @Nullable UringException broken;

    private UringShard(
            int index,
            Limits limits,
            Application application,
            Room room,
            List<Listener> listeners,
            LaneSize size) {
        super(index, limits, application, room);
        this.lanes = new UringLane[listeners.size()];
        byte[] scratch = new byte[size.bufferBytes()];
        try {
            for (int i = 0; i < lanes.length; i++) {
                int number = index * lanes.length + i;
                lanes[i] = new UringLane(number, this, listeners.get(i), size, scratch);
            }
            listen();
        } catch (RuntimeException | Error e) {
            free();
            closeSignal();
            throw e;
        }
    }

    /** Starts the thread, on which the rings have to be made; returns when it listens. */
    static UringShard start(
            int index,
            Limits limits,
            Application application,
            Room room,
            List<Listener> listeners,
            LaneSize size) {
        CompletableFuture<UringShard> started = new CompletableFuture<>();
        Thread.ofPlatform()
                .name("myriad-shard-" + index)
                .start(
                        () -> {
                            UringShard shard;
                            try {
                                shard =
                                        new UringShard(
                                                index, limits, application, room, listeners, size);
                            } catch (Throwable e) {
                                started.completeExceptionally(e);
                                return;
                            }
                            started.complete(shard);
                            shard.run();
                        });
        return started.join();
    }

    private void listen() {
        for (int i = 0; i < lanes.length; i++) {
            if (i > 0) {
                lanes[i].ring().signalTo(eventfd);
                lanes[i].ring().muteSignals(true);
            }
            lanes[i].startAccepting();
        }
        awaitSignal();
        for (UringLane lane : lanes) {
            lane.ring().flush(); // what the kernel forbids is better known now
        }
    }

    private void awaitSignal() {
        long sqe =
                lanes[0].ring()
                        .next(Ring.OP_READ, 0, eventfd, counter.address(), 8, Op.of(Op.WAKE, 0, 0));
        Ring.offset(sqe, -1);
    }

    /** The eventfd was signalled. */
    void signalled() {
        awaitSignal();
    }

    private void run() {
        while (running && broken == null) {
            try {
                workOrSleep();
            } catch (UringException e) {
                broken = e;
                BROKEN.tell(index(), e.getMessage(), wireCount());
            } catch (Throwable e) {
                fault(e);
            }
        }
        endAll();
        free();
        while (running) {
            runCommandsOnly();
        }
        endAll();
        closeSignal();
    }

    private void closeSignal() {
        counter.close();
        Kernel.close(errno, eventfd);
    }

    /** What other threads want of a broken shard, such as a broadcast, still has its end. */
    private void runCommandsOnly() {
        try {
            if (!turn() && running && fallAsleep()) {
                LockSupport.park(this);
                awake();
            }
        } catch (RuntimeException | Error e) {
            fault(e);
        }
    }

    private void free() {
        for (UringLane lane : lanes) {
            if (lane != null) {
                lane.free();
            }
        }
    }

    /** What broke it; empty if it serves. */
    Optional<UringException> broken() {
        return Optional.ofNullable(broken);
    }

    private void workOrSleep() {
        boolean more = turn();
        for (UringLane lane : lanes) {
            more |= lane.work();
        }
        if (!more && running) {
            sleep();
        }
    }

    private void sleep() {
        muteOthers(false);
        Kernel.fullFence();
        boolean work = false;
        for (UringLane lane : lanes) {
            work |= lane.ring().hasWork();
        }
        if (!work && fallAsleep()) {
            lanes[0].ring().await(sleepMillisMax());
            awake();
        }
        muteOthers(true);
    }

    private void muteOthers(boolean muted) {
        for (int i = 1; i < lanes.length; i++) {
            lanes[i].ring().muteSignals(muted);
        }
    }

    @Override
    public UringLane[] lanes() {
        return lanes;
    }

    @Override
    public boolean isInside() {
        return Thread.currentThread() == thread;
    }

    @Override
    protected void wake() {
        if (broken == null) {
            Kernel.signal(eventfd);
        } else {
            LockSupport.unpark(thread);
        }
    }

    /** From any thread: stops listening. */
    void stopAcceptingSoon() {
        post(
                new Command() {
                    @Override
                    protected void run() {
                        for (UringLane lane : lanes) {
                            lane.stopAccepting();
                        }
                    }
                });
    }

    /** The kernel, or a lane, turned a connection away: the table of sockets is full. */
    void tableIsFull() {
        full();
    }

    /**
     * From any thread: ends the thread and waits until it has ended; connections that are left are
     * cut off.
     */
    void stop() {
        post(
                new Command() {
                    @Override
                    protected void run() {
                        running = false;
                    }
                });
        ThreadEnd.await(thread);
    }
}
