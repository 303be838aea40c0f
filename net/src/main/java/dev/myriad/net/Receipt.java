package dev.myriad.net;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Tells its maker when frames that it gave to connections have left, so that it can send no faster
 * than they are taken. They have parts, as the shards and members that a group has: whoever adds
 * parts ends each of them, and the maker holds one itself until it has given all. Thread-safe; for
 * one use.
 */
public abstract class Receipt {
    private static final AtomicIntegerFieldUpdater<Receipt> PARTS =
            AtomicIntegerFieldUpdater.newUpdater(Receipt.class, "parts");

    private volatile int parts = 1;
    private volatile boolean incomplete;

    protected Receipt() {}

    /** One part more is under way. */
    public final void begin() {
        PARTS.incrementAndGet(this);
    }

    /** A part has left, or has nobody to go to any more. */
    public final void end() {
        if (PARTS.decrementAndGet(this) == 0) {
            ended(!incomplete);
        }
    }

    /** A part was left out for lack of room, though there was somebody to get it. */
    public final void dropped() {
        incomplete = true;
    }

    /**
     * All parts have ended. Called once, on any thread: it must not block.
     *
     * @param complete whether none was left out; a connection that was cut off does not count
     */
    protected abstract void ended(boolean complete);
}
