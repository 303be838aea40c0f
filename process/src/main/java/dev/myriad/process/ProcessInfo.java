package dev.myriad.process;

import java.time.Duration;

/**
 * What is known of a process; a snapshot.
 *
 * @param name what it calls itself
 * @param alive whether it had not ended
 * @param mailbox messages that wait, counted up to a million
 * @param handled messages handled; 0 for a process that is not supervised, named, monitored, linked
 *     or bounded: of those no count is kept
 * @param busy time in its handler, of the same messages
 * @param average time that a message takes lately
 * @param overflows messages that found the mailbox full, if it is bounded
 */
public record ProcessInfo(
        Process process,
        String name,
        boolean alive,
        int mailbox,
        long handled,
        Duration busy,
        Duration average,
        long overflows) {}
