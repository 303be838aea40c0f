package dev.myriad.log;

import java.lang.System.Logger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes. It is started by the first line, outlives whatever lines and loggers
 * throw, and keeps no program running. Confined to its thread, but for what says that others call
 * it.
 *
 * <p>What waits is bounded without a count of its own: each {@link Line} has so many places, and
 * whoever finds none is left out.
 */
final class Scribe implements Runnable {
    static final Scribe SHARED = shared();

    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final long LOOK_NANOS = 500_000_000;

    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();

    /** Those who have begun to owe a count, the youngest first. */
    private final AtomicReference<@Nullable Line> newlyOwing = new AtomicReference<>();

    private final AtomicLong dropped = new AtomicLong();
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile @Nullable Thread thread;
    private volatile boolean asleep;

    private final List<Line> owing = new ArrayList<>();

    /** Its last words are heard, if hearing them takes no second. */
    private static Scribe shared() {
        Scribe scribe = new Scribe();
        try {
            Runtime.getRuntime()
                    .addShutdownHook(
                            Thread.ofPlatform()
                                    .name("myriad-log-flush")
                                    .unstarted(() -> scribe.flush(LAST_WORDS)));
        } catch (IllegalStateException _) {
            // The program ends already.
        }
        return scribe;
    }

    // ---- called by anybody

    /** Takes what is to be written; false if too much of its kind waits already. Never blocks. */
    boolean offer(Entry entry) {
        if (!entry.line().enter()) {
            return false;
        }
        try {
            queue.add(entry);
        } catch (Throwable noMemory) {
            entry.line().leave();
            throw noMemory;
        }
        wake();
        return true;
    }

    /** A line has left something out, for the first time since it owed nothing. */
    void owes(Line line) {
        Line next;
        do {
            next = newlyOwing.get();
            line.nextOwing = next;
        } while (!newlyOwing.compareAndSet(next, line));
        wake();
    }

    void dropped(long count) {
        dropped.addAndGet(count);
    }

    long dropped() {
        return dropped.get();
    }

    /** Waits until what was offered before is written; false if that takes too long. */
    boolean flush(Duration atMost) {
        if (Thread.currentThread().equals(thread)) {
            return false; // it would wait for itself
        }
        if (thread == null && queue.isEmpty() && newlyOwing.get() == null) {
            return true;
        }
        var mark = new Waiting.Mark(new CountDownLatch(1));
        queue.add(mark);
        wake();
        try {
            if (mark.reached().await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                return true;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        queue.remove(mark);
        return false;
    }

    private void wake() {
        Thread writing = thread;
        if (writing == null) {
            start();
        } else if (asleep) {
            asleep = false;
            LockSupport.unpark(writing);
        }
    }

    /** If it cannot be started now, the next to come tries. */
    private void start() {
        if (started.get() || !started.compareAndSet(false, true)) {
            return;
        }
        try {
            Thread writing =
                    Thread.ofPlatform()
                            .daemon()
                            .name("myriad-log")
                            .inheritInheritableThreadLocals(false)
                            .unstarted(this);
            writing.setContextClassLoader(Scribe.class.getClassLoader());
            writing.start();
        } catch (Throwable _) { // no memory, no threads
            started.set(false);
        }
    }

    // ---- the thread

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (true) {
            try {
                Waiting next = queue.poll();
                if (next == null) {
                    tellOwed(false);
                    sleep();
                } else {
                    serve(next);
                }
            } catch (Throwable _) {
                dropped.incrementAndGet(); // the log's own fault: there is nowhere to tell it
            }
        }
    }

    private void sleep() {
        boolean _ = Thread.interrupted(); // or it could not
        asleep = true;
        if (queue.isEmpty() && newlyOwing.get() == null) {
            if (owing.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, LOOK_NANOS);
            }
        }
        asleep = false;
    }

    private void serve(Waiting next) {
        switch (next) {
            case Entry entry -> write(entry);
            case Waiting.Mark(CountDownLatch reached) -> {
                try {
                    tellOwed(true);
                } finally {
                    reached.countDown();
                }
            }
        }
    }

    private void write(Entry entry) {
        Line line = entry.line();
        line.leave();
        try {
            String text = Text.of(line.format(), entry.arguments());
            line.last = text;
            String words = entry.more() == 0 ? text : text + " (" + entry.more() + " more like it)";
            write(line, words, entry.cause());
        } catch (Throwable _) { // of the logger, or there is no memory
            failed(line, entry.more() + 1);
        }
    }

    /** Tells for the silent lines, or for all, how many they have left out. */
    private void tellOwed(boolean all) {
        Line line = newlyOwing.getAndSet(null);
        while (line != null) {
            Line next = line.nextOwing;
            line.nextOwing = null;
            owing.add(line);
            line = next;
        }
        long now = System.nanoTime();
        Iterator<Line> lines = owing.iterator();
        while (lines.hasNext()) {
            Line owed = lines.next();
            if (all || (owed.isSilent(now) && owed.takeTurn(now))) {
                lines.remove();
                owed.owesNoMore();
                tellOwed(owed, owed.takeLeftOut());
            }
        }
    }

    private void tellOwed(Line line, long more) {
        try {
            if (more > 0) {
                write(line, more + " more like it: " + line.last, null);
            }
        } catch (Throwable _) { // as above
            failed(line, more);
        }
    }

    private static void write(Line line, String words, @Nullable Throwable cause) {
        Logger logger = line.log().logger();
        if (logger.isLoggable(line.level())) {
            // With a throwable or none: so no backend takes the words for a format.
            logger.log(line.level(), words, cause == null ? null : Shown.of(cause));
        }
    }

    /** It is told again later, by its number. */
    private void failed(Line line, long told) {
        dropped.incrementAndGet();
        line.leaveOut(told);
    }
}
