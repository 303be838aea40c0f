package dev.myriad.bench;

import java.util.HashMap;
import java.util.Map;

/**
 * What was used until a moment, or between two: CPU seconds, and packets that were lost. Immutable.
 *
 * @param nanos when, or how long
 * @param machine everything that ran, interrupts included
 * @param server 0 if its process is not known
 * @param dropped packets for which the kernel's receive backlog had no room
 * @param retransmitted TCP segments
 * @param others by process: all but these two and the kernel's threads
 */
record Usage(
        long nanos,
        double machine,
        double softirq,
        double stolen,
        double generator,
        double server,
        long dropped,
        long retransmitted,
        Map<Long, Double> others) {
    /** What has been used until now; {@code serverPid} 0 for none that can be looked at. */
    static Usage now(long serverPid) {
        Proc.Machine machine = Proc.machine();
        long nanos = System.nanoTime();
        long self = ProcessHandle.current().pid();
        return new Usage(
                nanos,
                machine.busy(),
                machine.softirq(),
                machine.stolen(),
                Proc.cpuSeconds(self),
                serverPid == 0 ? 0 : Proc.cpuSeconds(serverPid),
                Proc.droppedPackets(),
                Proc.retransmittedSegments(),
                Proc.cpuSecondsOfOthers(self, serverPid));
    }

    Usage minus(Usage earlier) {
        return new Usage(
                nanos - earlier.nanos,
                machine - earlier.machine,
                softirq - earlier.softirq,
                stolen - earlier.stolen,
                generator - earlier.generator,
                server - earlier.server,
                dropped - earlier.dropped,
                retransmitted - earlier.retransmitted,
                differences(earlier.others, others));
    }

    private static Map<Long, Double> differences(
            Map<Long, Double> before, Map<Long, Double> after) {
        Map<Long, Double> differences = new HashMap<>();
        after.forEach(
                (pid, seconds) ->
                        differences.put(pid, Math.max(0, seconds - before.getOrDefault(pid, 0.0))));
        return differences;
    }

    /** What processes used that are neither server nor generator and lived until the end. */
    double elsewhere() {
        return others.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    double seconds() {
        return nanos / 1e9;
    }

    /** What serving cost, without what other processes did meanwhile. */
    double servingAlone() {
        return serving() - elsewhere();
    }

    /**
     * What serving cost the machine: all but the generator. The server's own figure misses the
     * kernel's work for it in other contexts.
     */
    double serving() {
        return machine - generator;
    }
}
