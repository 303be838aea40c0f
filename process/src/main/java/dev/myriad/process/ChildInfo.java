package dev.myriad.process;

import java.util.Optional;

/**
 * What is known of a supervisor's child; a snapshot.
 *
 * @param name as its spec says; empty if it has none
 * @param process that it is now; empty if it has ended and not been started again
 * @param restart which of its ends make it start again
 * @param restarts how often it was started again because of its own ends
 */
public record ChildInfo(String name, Optional<Process> process, Restart restart, long restarts) {}
