package dev.myriad.process;

/**
 * A monitored process ended. Immutable.
 *
 * @param monitor what {@link Process#monitor} returned
 * @param process who ended
 * @param reason why; {@link ExitReason#NO_PROCESS} if it had ended before it was monitored
 */
public record Down(Monitor monitor, Process process, ExitReason reason) {}
