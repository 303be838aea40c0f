package dev.myriad.process;

/** Something that is to happen at a time, unless it is cancelled before. Thread-safe. */
public interface Alarm {
    /** Whether it will not happen; false if it has, or was cancelled before. */
    boolean cancel();
}
