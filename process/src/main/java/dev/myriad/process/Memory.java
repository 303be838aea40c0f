package dev.myriad.process;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the runtime does when there is no memory, or no stack, for what it must not leave undone, as
 * for telling a link: it waits until there is some again. Thread-safe.
 */
final class Memory {
    private static final long WAIT_NANOS = 10_000_000;

    /** A test's: called before allocations of that kind, and may throw. */
    static volatile @Nullable Runnable scarcity;

    private Memory() {}

    /**
     * The caller catches these at the very end of a stack, where a class that is named for the
     * first time cannot be found any more: so it names them here beforehand.
     */
    static void catches(Class<?>... caught) {
        Objects.checkIndex(0, caught.length);
    }

    /** The caller allocates next, and can begin again should that fail. */
    static void isNeeded() {
        Runnable scarce = scarcity;
        if (scarce != null) {
            scarce.run();
        }
    }

    /**
     * Waits a moment, others go on meanwhile. Throws nothing. It does not park: to be woken by the
     * clock a virtual thread needs memory, and without any it would sleep for ever.
     */
    @SuppressWarnings("ThreadPriorityCheck") // a yield needs no memory
    static void await() {
        try {
            Carriers.SHARED.giveNext();
            long end = System.nanoTime() + WAIT_NANOS;
            while (System.nanoTime() - end < 0) {
                Thread.yield();
            }
        } catch (Throwable noMemoryToWait) {
            Thread.onSpinWait();
        }
    }
}
