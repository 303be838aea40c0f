package dev.myriad.server;

import dev.myriad.channels.Endpoint;
import dev.myriad.channels.EndpointStats;
import dev.myriad.net.NetStats;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/**
 * How the server is at one moment.
 *
 * @param residentBytes memory of the whole process; where the system does not say, what the JVM has
 *     committed
 * @param uptimeMillis since the JVM was started
 */
record Vitals(NetStats net, EndpointStats channels, long residentBytes, long uptimeMillis) {
    static Vitals of(Endpoint endpoint) {
        return new Vitals(
                endpoint.transport().stats(),
                endpoint.stats(),
                memoryBytes(),
                ManagementFactory.getRuntimeMXBean().getUptime());
    }

    static long memoryBytes() {
        return Proc.SYSTEM.residentBytes().orElseGet(Vitals::committedBytes);
    }

    private static long committedBytes() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        return memory.getHeapMemoryUsage().getCommitted()
                + memory.getNonHeapMemoryUsage().getCommitted();
    }
}
