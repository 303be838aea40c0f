package dev.myriad.process;

/**
 * A linked process ended: the message that a process gets which traps exits. Immutable.
 *
 * @param process who ended
 * @param reason why
 */
public record Exited(Process process, ExitReason reason) {}
