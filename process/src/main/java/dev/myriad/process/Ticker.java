package dev.myriad.process;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that watches the clock: it fires timers, sees to it that queued processes get a
 * worker, and adds a carrier for each handler that keeps one busy. It looks every two milliseconds
 * while processes run, less often if looking takes long, and sleeps while there is nothing to
 * watch. Confined to its thread, but for what says that others call it.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
final class Ticker implements Runnable {
    private static final Line FAULT = Log.of(Process.class).error("a fault of the ticker");

    static final long TICK_NANOS = 1_000_000;
    private static final long WATCH_NANOS = 2_000_000;

    /** Watches without anything to see, after which it sleeps. */
    private static final int IDLE_WATCHES = 50;

    /**
     * A standby that has not begun to run at so many further looks finds all carriers kept busy.
     * Looks and not time, because a pause of the whole machine is nobody's fault.
     */
    private static final int STARVED_LOOKS = 2;

    /**
     * A turn that is seen to run at so many further looks in a row hogs its carrier. With each
     * carrier that has been added it takes as many looks more: the kernel then shares the same
     * processors out among more threads, and each handler takes longer.
     */
    private static final int HOG_LOOKS = 5;

    /**
     * A turn that is seen to run at so many further looks is a long one. Less than it takes to be a
     * hog: whose turn ends soon after has lost nothing but its place before those with short ones.
     */
    private static final int LONG_LOOKS = 2;

    /** The share of its time that it may watch: with very many blocked handlers it takes longer. */
    private static final int WATCH_SHARE = 10;

    private static final long WATCH_NANOS_MAX = 20_000_000;

    /** It looks so often even if nobody wakes it: that may have failed for want of memory. */
    private static final long SLEEP_NANOS_MAX = 1_000_000_000;

    private static final long AFTER_FAULT_NANOS = 10_000_000;

    private static final long LONG_TURN_NANOS = 100_000_000;
    private static final long MAIL_EVERY_NANOS = 1_000_000_000;

    private final Carriers carriers;
    private final SpareCarriers spares = new SpareCarriers();
    private final HogLog hogLog = new HogLog();
    private final List<Carriers.Worker> longTurns = new ArrayList<>();
    private final long origin = System.nanoTime();
    private final TimerWheel[] wheels;
    private volatile @Nullable Thread thread;

    /** It sleeps until then, in nanoseconds since the origin; 0 while it is awake. */
    private volatile long sleepsUntil;

    /** Whether a fault of its own was logged; one is like another. */
    private boolean faulty;

    private long saidAt = -SLEEP_NANOS_MAX;
    private int idleWatches;
    private long nextWatch;
    private int seenStandby;
    private int standbyLooks;

    /** When it last looked at all workers, in {@code System.nanoTime}. */
    private volatile long lookedAt = origin;

    Ticker(Carriers carriers) {
        this.carriers = carriers;
        int count = Integer.highestOneBit(Runtime.getRuntime().availableProcessors() * 2 - 1);
        wheels = new TimerWheel[count];
        for (int i = 0; i < count; i++) {
            wheels[i] = new TimerWheel(0);
        }
    }

    /** Called by whoever gave it something to watch, afterwards. */
    void ensureAwake() {
        if (sleepsUntil != 0 || thread == null) {
            wake();
        }
    }

    void add(Timer timer, long delayNanos) {
        long due = System.nanoTime() - origin + Math.max(0, delayNanos);
        timer.dueTick = due / TICK_NANOS + 1;
        // Those of one process are in one wheel: it gets them in the order of their time.
        wheels[timer.target().hashCode() & wheels.length - 1].add(timer);
        long sleep = sleepsUntil;
        if ((sleep != 0 && sleep > timer.dueTick * TICK_NANOS) || thread == null) {
            wake();
        }
    }

    private void wake() {
        Thread ticking = thread;
        if (ticking == null) {
            ticking = start();
        }
        sleepsUntil = 0;
        LockSupport.unpark(ticking);
    }

    private synchronized Thread start() {
        Thread ticking = thread;
        if (ticking == null) {
            ticking = Thread.ofPlatform().daemon().name("myriad-ticker").unstarted(this);
            ticking.start();
            thread = ticking; // not before: if it cannot be started now, the next to come tries
        }
        return ticking;
    }

    @Override
    public void run() {
        while (true) {
            try {
                round();
            } catch (Throwable fault) { // without it nothing would go on for long
                survive(fault);
            }
        }
    }

    private void round() {
        long now = System.nanoTime() - origin;
        long tick = now / TICK_NANOS;
        long nextTimer = Long.MAX_VALUE;
        for (TimerWheel wheel : wheels) {
            wheel.advance(tick + 1);
            nextTimer = Math.min(nextTimer, wheel.nextTick() * TICK_NANOS);
        }
        if (now >= nextWatch) {
            nextWatch = now + WATCH_NANOS; // should it throw
            watch(now);
            long took = System.nanoTime() - origin - now;
            nextWatch = now + Math.clamp(WATCH_SHARE * took, WATCH_NANOS, WATCH_NANOS_MAX);
        }
        sleep(now, nextTimer, nextWatch);
    }

    /** Most likely memory is used up: after a while it goes on where it was. */
    private void survive(Throwable fault) {
        try {
            LockSupport.parkNanos(this, AFTER_FAULT_NANOS);
            if (!faulty && !(fault instanceof OutOfMemoryError)) {
                faulty = true;
                FAULT.tell(fault);
            }
        } catch (Throwable again) {
            faulty = false; // it has not been said
        }
    }

    private void sleep(long now, long nextTimer, long nextWatch) {
        boolean idle = idleWatches >= IDLE_WATCHES;
        long until = Math.min(nextTimer, idle ? now + SLEEP_NANOS_MAX : nextWatch);
        if (until <= now) {
            return;
        }
        sleepsUntil = idle ? until : 0;
        // Whoever adds something from now on wakes it; what was added before is seen here.
        boolean missed =
                idle
                        && (carriers.hasQueued()
                                || carriers.hasSlow()
                                || Stranded.count > 0
                                || hasIncoming());
        if (!missed) {
            LockSupport.parkNanos(this, until - now);
        }
        if (idle && (missed || sleepsUntil == 0)) {
            idleWatches = 0;
        }
        sleepsUntil = 0;
    }

    private boolean hasIncoming() {
        for (TimerWheel wheel : wheels) {
            if (wheel.hasIncoming()) {
                return true;
            }
        }
        return false;
    }

    // ---- processes

    private void watch(long now) {
        carriers.addStranded();
        if (now - saidAt >= SLEEP_NANOS_MAX) {
            saidAt = now;
            CrashLog.SHARED.sayUnsaid();
        }
        boolean queued = carriers.hasQueued();
        if (queued) {
            carriers.ensureStandby();
        }
        boolean slow = carriers.hasSlow();
        boolean busy = queued || slow || !carriers.workers().isEmpty() || spares.added() > 0;
        idleWatches = busy ? 0 : idleWatches + 1;
        int standby = carriers.waitingStandby();
        if (standby == 0 || standby != seenStandby) {
            seenStandby = standby;
            standbyLooks = 0;
        } else {
            standbyLooks++;
        }
        int hogs = lookAtWorkers(now);
        int crowded = lookAtLane(slow, standby != 0, now);
        // One more than there are hogs: who came to be one since the last look is not known yet.
        boolean starved = standby != 0 && standbyLooks >= STARVED_LOOKS;
        int needed = Math.max(starved ? hogs + 1 : hogs, crowded);
        // Hogs that look as if they waited, because threads of others do, starve it all the same.
        if (standbyLooks >= STARVED_LOOKS * (2 + spares.added()) && spares.areAllTaken()) {
            needed = Math.max(needed, spares.added() + 1);
            standbyLooks = STARVED_LOOKS;
        }
        spares.need(needed, now);
        if (starved || (crowded > 0 && standbyLooks > 0)) {
            spares.start();
        }
    }

    /** Counts the handlers that hog a carrier, and lets others have what handlers queued. */
    private int lookAtWorkers(long now) {
        int count = 0;
        int hogLooks = HOG_LOOKS * (1 + spares.added());
        longTurns.clear();
        for (Carriers.Worker worker : carriers.workers()) {
            Process process = worker.process();
            int turn = worker.turns();
            if (process == null || worker.seenTurn != turn) {
                worker.seenTurn = turn;
                worker.seenSince = now;
                worker.named = false;
                worker.seenToWait();
                continue;
            }
            worker.giveNext();
            lookAtMail(worker, process, now);
            if (!worker.isRunnable()) {
                worker.leaveLane();
                worker.seenToWait();
                continue;
            }
            worker.looks++;
            if (worker.looks < LONG_LOOKS && !worker.isInLane()) {
                continue;
            }
            if (worker.looks >= HOG_LOOKS) {
                hogLog.look(worker, now);
            }
            String carrier = worker.carrier();
            if (carrier.isEmpty()) {
                continue;
            }
            worker.seenCarrier = carrier;
            longTurns.add(worker);
            if (worker.looks >= hogLooks || worker.isInLane()) {
                count++;
            }
        }
        hogLog.report(carriers.workers());
        lookedAt = origin + now;
        return count;
    }

    /** Lets others go before the long turns; how many carriers there are to be for that. */
    private int lookAtLane(boolean waiting, boolean standbyWaits, long now) {
        SlowLane lane = carriers.slowLane();
        Priorities priorities = carriers.priorities();
        priorities.look(!longTurns.isEmpty(), now);
        int outside = 0;
        for (Carriers.Worker worker : longTurns) {
            if (worker.isInLane()) {
                worker.stayInLane(worker.seenCarrier);
            } else if (lane.isOpen()) {
                worker.enterLane(worker.seenCarrier);
            } else {
                outside++;
            }
        }
        boolean wasOpen = lane.isOpen();
        int wanted =
                lane.look(
                        longTurns.size(),
                        outside,
                        spares.added(),
                        waiting,
                        carriers.hasUnknown(),
                        standbyWaits,
                        priorities.areObeyed(),
                        now);
        if (wasOpen && !lane.isOpen()) {
            priorities.restoreAll();
        }
        return wanted;
    }

    private void lookAtMail(Carriers.Worker worker, Process process, long now) {
        if (now - worker.seenSince >= LONG_TURN_NANOS
                && now - worker.mailSeenAt >= MAIL_EVERY_NANOS) {
            worker.mailSeenAt = now;
            int mail = process.length() + worker.mail;
            if (mail > HighWater.MARK) {
                carriers.highWater().passedBy(process, mail);
            }
        }
    }

    /**
     * Since when a worker's present turn lasts, in {@code System.nanoTime}, to within a few
     * milliseconds. The worker itself looks at the clock now and then only.
     */
    long since(Carriers.Worker worker) {
        return worker.seenTurn == worker.turns()
                ? origin + worker.seenSince
                : lookedAt + Math.max(0, worker.turnStart() - lookedAt);
    }

    /** Handlers that were named because they kept a carrier busy for long. */
    long hogs() {
        return hogLog.named();
    }

    boolean isAsleep() {
        return sleepsUntil != 0;
    }

    /** Carriers added at present because handlers keep the others busy. */
    int spareCarriers() {
        return spares.added();
    }
}
