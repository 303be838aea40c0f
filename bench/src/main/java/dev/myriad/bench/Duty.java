package dev.myriad.bench;

/** Something that a client thread does again and again, besides reading. Called by that thread. */
@FunctionalInterface
interface Duty {
    /** Does what is due and returns after how many nanoseconds it wants to be called again. */
    long turn(long nanoTime);
}
