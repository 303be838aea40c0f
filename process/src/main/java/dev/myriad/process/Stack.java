package dev.myriad.process;

/**
 * Whether there is stack enough for what must not be broken off: the JDK's scheduler of virtual
 * threads does not expect its callers to be at the end of their stacks, and a {@link
 * StackOverflowError} within it can leave it locked for good. Thread-safe.
 */
final class Stack {
    /**
     * 10 kB if they are compiled, more if not. What needs it may be interpreted all the same:
     * starting a virtual thread takes 2 kB then, and 6 if the JDK starts a carrier for it.
     */
    private static final int FRAMES = 128;

    private Stack() {}

    /** Throws a {@link StackOverflowError}, before anything has begun, if there is little left. */
    static void isNeeded() {
        if (descend(FRAMES, 1, 2, 3, 4, 5, 6) == 0) {
            throw new AssertionError("it is what was added up");
        }
    }

    /** All numbers are needed after the call, so they take their place in the frame. */
    private static long descend(int left, long a, long b, long c, long d, long e, long f) {
        return left == 0
                ? a
                : descend(left - 1, b, c, d, e, f, a) + (a ^ b) + (c ^ d) + (e ^ f) + left;
    }
}
