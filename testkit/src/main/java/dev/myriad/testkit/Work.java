package dev.myriad.testkit;

import dev.myriad.process.Process;

/**
 * What a simulation may do next. The choice depends on the numbers, and not on the order in which
 * things became ready: that may be the order of a hash table of processes, which differs from run
 * to run. Immutable, but for {@link Coroutine}.
 */
sealed interface Work permits Coroutine, Work.Job {
    /** In the trace. */
    String name();

    /** In the order of first sight; 0 is the scenario. */
    int number();

    /** Something that begins, on a coroutine that has nothing to do. */
    sealed interface Job extends Work {}

    /** A process handles its next message. */
    record Turn(String name, int number, Process process) implements Job {}

    /** A task beside the processes. */
    record Fork(String name, int number, Runnable task) implements Job {}
}
