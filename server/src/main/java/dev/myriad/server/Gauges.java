package dev.myriad.server;

import com.sun.management.OperatingSystemMXBean;
import dev.myriad.channels.Endpoint;
import dev.myriad.process.Processes;
import dev.myriad.pubsub.MemoryStats;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the dashboard shows of the server, by name. Called by one thread at a time. */
final class Gauges {
    private final Endpoint endpoint;
    private long lastNanos = System.nanoTime();
    private long lastIn;
    private long lastOut;
    private long lastBytesOut;
    private long lastCpuNanos = cpuNanos();

    Gauges(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** All are whole numbers; those per second are over the time since the last call. */
    Map<String, Long> read() {
        Vitals vitals = Vitals.of(endpoint);
        Map<String, Long> now = new LinkedHashMap<>();
        rates(vitals, now);
        now.put("connections", vitals.net().open());
        now.put("channels", vitals.channels().channels());
        now.put("topics", (long) vitals.channels().topics());
        now.put("joins", vitals.channels().joins());
        now.put("joins_refused", vitals.channels().joinsRefused());
        now.put("messages_in", vitals.net().messagesIn());
        now.put("messages_out", vitals.net().framesOut());
        now.put("broadcasts", vitals.channels().broadcasts());
        now.put("dropped", vitals.channels().dropped());
        now.put("closed_slow", vitals.net().closedSlow());
        now.put("crashes", Processes.stats().crashes());
        now.put("memory_bytes", vitals.residentBytes());
        now.put("heap_bytes", heapBytes());
        now.put("gc_millis", gcMillis());
        now.put("threads", (long) ManagementFactory.getThreadMXBean().getThreadCount());
        now.put("uptime_millis", vitals.uptimeMillis());
        MemoryStats memory = endpoint.pubSub().memoryStats();
        now.put("remembering_topics", (long) memory.topics());
        now.put("remembered_bytes", memory.bytes());
        now.put("recovered", memory.recovered());
        return now;
    }

    private void rates(Vitals vitals, Map<String, Long> now) {
        long nanos = System.nanoTime();
        long passed = Math.max(1, nanos - lastNanos);
        long cpuNanos = cpuNanos();
        now.put("in_per_second", perSecond(vitals.net().messagesIn() - lastIn, passed));
        now.put("out_per_second", perSecond(vitals.net().framesOut() - lastOut, passed));
        now.put("bytes_out_per_second", perSecond(vitals.net().bytesOut() - lastBytesOut, passed));
        now.put("cpu_permille", (cpuNanos - lastCpuNanos) * 1_000 / passed);
        lastNanos = nanos;
        lastIn = vitals.net().messagesIn();
        lastOut = vitals.net().framesOut();
        lastBytesOut = vitals.net().bytesOut();
        lastCpuNanos = cpuNanos;
    }

    private static long perSecond(long count, long nanos) {
        return Math.round(count * (double) TimeUnit.SECONDS.toNanos(1) / nanos);
    }

    /** Of all threads, since the start; above 1,000 permille if several cores are busy. */
    private static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    private static long heapBytes() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long gcMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }
}
