package dev.myriad.server;

import dev.myriad.channels.Endpoint;
import dev.myriad.channels.EndpointStats;
import dev.myriad.net.NetStats;
import dev.myriad.process.Processes;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How the server is at one moment.
 *
 * @param residentBytes memory of the whole process; where the system does not say, what the JVM has
 *     committed
 * @param uptimeMillis since the JVM was started
 */
record Vitals(
        NetStats net,
        EndpointStats channels,
        Processes.Stats processes,
        long residentBytes,
        long uptimeMillis) {
    static Vitals of(Endpoint endpoint) {
        return new Vitals(
                endpoint.transport().stats(),
                endpoint.stats(),
                Processes.stats(),
                Proc.SYSTEM.residentBytes().orElseGet(Vitals::committedBytes),
                ManagementFactory.getRuntimeMXBean().getUptime());
    }

    /** How often each limit was exceeded, by its name; those that poll count with the others. */
    Map<String, Long> limits() {
        Map<String, Long> sums = new LinkedHashMap<>();
        Stream.of(net.limits(), channels.limits(), channels.longPoll().limits())
                .forEach(counts -> counts.forEach((name, n) -> sums.merge(name, n, Long::sum)));
        return sums;
    }

    private static long committedBytes() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        return memory.getHeapMemoryUsage().getCommitted()
                + memory.getNonHeapMemoryUsage().getCommitted();
    }
}
