package dev.myriad.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Compares what a machine allows with what a number of connections needs. The prices are measured:
 * the kernel takes about 4.2 KB for each end of a TCP connection, the server less than 1 KB for
 * each.
 *
 * @param connections the target
 * @param uringObstacle why io_uring cannot be used; empty if it can
 * @param hogsLast whether the kernel can be told to serve handlers that compute for long last
 */
record Examination(Proc proc, int connections, Optional<String> uringObstacle, boolean hogsLast) {
    private static final long NETDEV_BACKLOG = 20_000;

    private static final long KERNEL_BYTES = 4_300;
    private static final long SERVER_BYTES = 1_000;
    private static final int PAGE_BYTES = 4_096;
    private static final int EPHEMERAL_HEADROOM = 1_000;

    /** A ring and its listener, which get half of what there is. */
    private static final int FILES_A_RING = 4;

    private static final int FILES_OF_PROGRAM = 256;

    /** Of the JVM, of the shards, and carriers beyond them for handlers that are busy. */
    private static final int THREADS = 400;

    List<Check> checks() {
        List<Check> checks = new ArrayList<>();
        checks.add(uring());
        checks.add(hogs());
        openFiles().ifPresent(checks::add);
        threads().ifPresent(checks::add);
        memory().ifPresent(checks::add);
        atLeast("fs.file-max", 2L * connections + 10_000, "open files of all")
                .ifPresent(checks::add);
        tcpMemory().ifPresent(checks::add);
        // A reconnect storm: one in fifty of all at the same moment.
        long backlog = Math.clamp(connections / 50, 1_024, 65_535);
        atLeast("net.core.somaxconn", backlog, "waiting accepts").ifPresent(checks::add);
        atLeast("net.ipv4.tcp_max_syn_backlog", backlog, "half-open").ifPresent(checks::add);
        // A full one drops packets, of broadcasts on loopback first.
        atLeast("net.core.netdev_max_backlog", NETDEV_BACKLOG, "packets waiting")
                .ifPresent(checks::add);
        conntrack().ifPresent(checks::add);
        clientPorts().ifPresent(checks::add);
        return checks;
    }

    private Check uring() {
        String name = "io_uring";
        if (uringObstacle.isEmpty()) {
            return Check.ok(name, "usable", "");
        }
        long[] disabled = proc.sysctl("kernel.io_uring_disabled");
        return disabled.length > 0 && disabled[0] != 0
                ? Check.low(name, "disabled", "", "kernel.io_uring_disabled", "0")
                : Check.info(name, uringObstacle.get(), "the netty transport serves");
    }

    private Check hogs() {
        String name = "handlers that compute";
        return hogsLast
                ? Check.ok(name, "are served last", "")
                : Check.info(name, "share with all others", "SYS_NICE, or ulimit -e 20");
    }

    private Optional<Check> openFiles() {
        OptionalLong limit = proc.openFilesMax();
        if (limit.isEmpty()) {
            return Optional.empty();
        }
        String name = "open files (hard limit)";
        long files = limit.getAsLong();
        if (files >= connections + EPHEMERAL_HEADROOM) {
            return Optional.of(Check.ok(name, count(files), ""));
        }
        // A ring's table has at most as many slots as the limit; 5 % stay free, for accepts spread
        // unevenly.
        long rings = Math.ceilDiv(connections * 100L, files * 95);
        if (uringObstacle.isEmpty() && rings * FILES_A_RING > files) {
            long enough = 2 * (long) Math.sqrt(1.1 * connections) + FILES_OF_PROGRAM;
            return Optional.of(
                    Check.low(name, count(files), count(enough) + ": ulimit -Hn, LimitNOFILE="));
        }
        return Optional.of(
                uringObstacle.isEmpty()
                        ? Check.ok(
                                name, count(files), count(rings) + " rings of io_uring hold them")
                        : Check.low(
                                name,
                                count(files),
                                count(connections + EPHEMERAL_HEADROOM)
                                        + ": ulimit -Hn, LimitNOFILE="));
    }

    private Optional<Check> threads() {
        OptionalLong limit = proc.threadsMax();
        if (limit.isEmpty()) {
            return Optional.empty();
        }
        String found = count(limit.getAsLong()) + " of this user";
        return Optional.of(
                limit.getAsLong() >= THREADS
                        ? Check.ok("threads (hard limit)", found, count(THREADS))
                        : Check.low(
                                "threads (hard limit)",
                                found,
                                count(THREADS) + ": ulimit -Hu, TasksMax="));
    }

    private Optional<Check> memory() {
        OptionalLong available = proc.memoryAvailableBytes();
        if (available.isEmpty()) {
            return Optional.empty();
        }
        long oneEnd = connections * (KERNEL_BYTES + SERVER_BYTES);
        long bothEnds = oneEnd + connections * KERNEL_BYTES;
        String needed = megabytes(oneEnd) + ", with all clients here " + megabytes(bothEnds);
        String found = megabytes(available.getAsLong()) + " available";
        return Optional.of(
                available.getAsLong() >= oneEnd
                        ? Check.ok("memory", found, needed)
                        : Check.low("memory", found, needed));
    }

    /** Idle sockets hold no buffers, but 1 KB for each end was the least that carried 1,000,000. */
    private Optional<Check> tcpMemory() {
        String key = "net.ipv4.tcp_mem";
        long[] pages = proc.sysctl(key);
        if (pages.length != 3) {
            return Optional.empty();
        }
        long needed = 2L * connections * 1_024 / PAGE_BYTES;
        String wanted = count(needed) + " pages";
        String found = count(pages[2]) + " pages";
        return Optional.of(
                pages[2] >= needed
                        ? Check.ok(key, found, wanted)
                        : Check.low(
                                key,
                                found,
                                wanted,
                                key,
                                needed * 3 / 4 + " " + needed + " " + needed * 3 / 2));
    }

    private Optional<Check> conntrack() {
        long[] used = proc.sysctl("net.netfilter.nf_conntrack_count");
        if (used.length == 0 || used[0] == 0) {
            return Optional.empty();
        }
        return atLeast("net.netfilter.nf_conntrack_max", connections * 11L / 10, "tracked");
    }

    private Optional<Check> clientPorts() {
        long[] range = proc.sysctl("net.ipv4.ip_local_port_range");
        if (range.length != 2) {
            return Optional.empty();
        }
        long ports = range[1] - range[0] + 1;
        return Optional.of(
                Check.info(
                        "net.ipv4.ip_local_port_range",
                        count(ports) + " ports",
                        count(Math.ceilDiv(connections, ports))
                                + " client addresses, if clients run here"));
    }

    private Optional<Check> atLeast(String key, long needed, String unit) {
        long[] values = proc.sysctl(key);
        if (values.length == 0) {
            return Optional.empty();
        }
        String found = count(values[0]) + " " + unit;
        return Optional.of(
                values[0] >= needed
                        ? Check.ok(key, found, count(needed))
                        : Check.low(key, found, count(needed), key, Long.toString(needed)));
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String megabytes(long bytes) {
        return count(bytes >> 20) + " MB";
    }
}
