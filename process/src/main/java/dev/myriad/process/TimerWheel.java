package dev.myriad.process;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Timers in a hierarchy of wheels: 256 buckets of one tick, then four levels of 64, each bucket as
 * long as the level below. Adding and cancelling are O(1), and a timer moves down at most four
 * times. {@link #add} and {@link #remove} are thread-safe; all else is confined to the ticker.
 */
final class TimerWheel {
    private static final int FIRST_BITS = 8;
    private static final int LEVEL_BITS = 6;
    private static final int LEVELS = 4;
    private static final int FIRST = 1 << FIRST_BITS;
    private static final int LEVEL = 1 << LEVEL_BITS;
    private static final long SPAN = 1L << (FIRST_BITS + LEVELS * LEVEL_BITS);

    private final @Nullable Timer[] buckets = new Timer[FIRST + LEVELS * LEVEL];

    /** Added and not placed in a bucket yet, newest first. */
    private final AtomicReference<@Nullable Timer> incoming = new AtomicReference<>();

    /** Cancelled and perhaps still in a bucket, or among those that come. */
    private final AtomicReference<@Nullable Timer> removals = new AtomicReference<>();

    /** All before this tick have fired. */
    private long now;

    private int size;

    TimerWheel(long now) {
        this.now = now;
    }

    void add(Timer timer) {
        timer.wheel = this;
        Timer head;
        do {
            head = incoming.get();
            timer.nextIncoming = head;
        } while (!incoming.compareAndSet(head, timer));
    }

    /** The timer was cancelled: nothing is to refer to it any more. */
    void remove(Timer timer) {
        Timer head;
        do {
            head = removals.get();
            timer.nextRemoved = head;
        } while (!removals.compareAndSet(head, timer));
    }

    boolean hasIncoming() {
        return incoming.get() != null || removals.get() != null;
    }

    /** When to look again at the latest, if nothing is added meanwhile. */
    long nextTick() {
        if (size == 0) {
            return Long.MAX_VALUE / Ticker.TICK_NANOS;
        }
        long tick = now;
        while (buckets[(int) tick & FIRST - 1] == null) {
            tick++;
            if ((tick & FIRST - 1) == 0) {
                break; // the levels above come down then
            }
        }
        return tick;
    }

    /** Fires what is due before {@code tick}. */
    void advance(long tick) {
        Timer removed = removals.getAndSet(null);
        while (removed != null) {
            takeIncoming(); // it may be among those
            if (removed.bucket >= 0) {
                unlink(removed);
            }
            Timer next = removed.nextRemoved;
            removed.nextRemoved = null;
            removed = next;
        }
        takeIncoming();
        if (size == 0) {
            now = Math.max(now, tick);
            return;
        }
        while (now < tick) {
            fire((int) now & FIRST - 1);
            now++;
            cascade();
        }
    }

    private void takeIncoming() {
        Timer timer = incoming.getAndSet(null);
        while (timer != null) {
            Timer next = timer.nextIncoming;
            timer.nextIncoming = null;
            if (timer.isPending()) {
                place(timer);
            }
            timer = next;
        }
    }

    private void place(Timer timer) {
        long due = Math.max(timer.dueTick, now);
        long away = due - now;
        int bucket;
        if (away < FIRST) {
            bucket = (int) due & FIRST - 1;
        } else {
            due = Math.min(due, now + SPAN - 1); // beyond all wheels: it is looked at again then
            int level = 0;
            int shift = FIRST_BITS;
            while (due - now >= 1L << (shift + LEVEL_BITS)) {
                level++;
                shift += LEVEL_BITS;
            }
            bucket = FIRST + level * LEVEL + ((int) (due >>> shift) & LEVEL - 1);
        }
        Timer first = buckets[bucket];
        timer.bucket = bucket;
        timer.next = first;
        if (first != null) {
            first.previous = timer;
        }
        buckets[bucket] = timer;
        size++;
    }

    private void unlink(Timer timer) {
        Timer before = timer.previous;
        Timer after = timer.next;
        if (before == null) {
            buckets[timer.bucket] = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        timer.previous = null;
        timer.next = null;
        timer.bucket = -1;
        size--;
    }

    private void fire(int bucket) {
        Timer timer;
        while ((timer = buckets[bucket]) != null) {
            timer.fire(); // first: if it cannot be sent now, it is still there
            unlink(timer);
        }
    }

    /** A wheel has come round: the next bucket of the level above is spread over it. */
    private void cascade() {
        int shift = FIRST_BITS;
        for (int level = 0; level < LEVELS; level++) {
            if ((now & (1L << shift) - 1) != 0) {
                return;
            }
            int bucket = FIRST + level * LEVEL + ((int) (now >>> shift) & LEVEL - 1);
            Timer timer = buckets[bucket];
            buckets[bucket] = null;
            while (timer != null) {
                Timer next = timer.next;
                timer.previous = null;
                timer.next = null;
                size--;
                place(timer);
                timer = next;
            }
            shift += LEVEL_BITS;
        }
    }
}
