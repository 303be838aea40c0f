package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what Linux tells about processes and the machine. Stateless. */
final class Proc {
    private static final double TICKS_PER_SECOND = 100;
    private static final long KERNEL_THREAD = 0x0020_0000;

    private Proc() {}

    static boolean isAlive(long pid) {
        return Files.exists(Path.of("/proc/" + pid + "/stat"));
    }

    /** CPU seconds that a process has used, in user and kernel mode; 0 if it is gone. */
    static double cpuSeconds(long pid) {
        return cpuSeconds(stat(pid));
    }

    private static double cpuSeconds(String[] stat) {
        return stat.length == 0
                ? 0
                : (Long.parseLong(stat[11]) + Long.parseLong(stat[12])) / TICKS_PER_SECOND;
    }

    /** CPU seconds of each process that lives, but of these two; the kernel's threads are none. */
    static Map<Long, Double> cpuSecondsOfOthers(long first, long second) {
        Map<Long, Double> seconds = new HashMap<>();
        ProcessHandle.allProcesses()
                .mapToLong(ProcessHandle::pid)
                .filter(pid -> pid != first && pid != second)
                .forEach(
                        pid -> {
                            String[] stat = stat(pid);
                            if (stat.length > 0 && (Long.parseLong(stat[6]) & KERNEL_THREAD) == 0) {
                                seconds.put(pid, cpuSeconds(stat));
                            }
                        });
        return seconds;
    }

    /** The fields of a process's stat after its name; none if it is gone. */
    private static String[] stat(long pid) {
        try {
            String stat = text(Path.of("/proc/" + pid + "/stat"));
            return words(stat.substring(stat.lastIndexOf(')') + 2));
        } catch (UncheckedIOException _) {
            return new String[0];
        }
    }

    /** The words with which a process was started; none if it is gone. */
    static List<String> commandLine(long pid) {
        Path file = Path.of("/proc/" + pid + "/cmdline");
        return Files.exists(file) ? List.of(text(file).split("\0", -1)) : List.of();
    }

    /** Resident memory of a process in bytes; 0 if it is gone. */
    static long residentBytes(long pid) {
        return bytes(Path.of("/proc/" + pid + "/status"), "VmRSS");
    }

    /** Open descriptors of a process; 0 if it is gone. */
    static int descriptors(long pid) {
        String[] open = Path.of("/proc/" + pid + "/fd").toFile().list();
        return open == null ? 0 : open.length;
    }

    /** Threads of a process; 0 if it is gone. */
    static int threads(long pid) {
        String[] present = Path.of("/proc/" + pid + "/task").toFile().list();
        return present == null ? 0 : present.length;
    }

    static long availableBytes() {
        return bytes(Path.of("/proc/meminfo"), "MemAvailable");
    }

    static long memoryBytes() {
        return bytes(Path.of("/proc/meminfo"), "MemTotal");
    }

    private static long bytes(Path file, String key) {
        if (!Files.exists(file)) {
            return 0;
        }
        return text(file)
                .lines()
                .filter(line -> line.startsWith(key + ":"))
                .mapToLong(line -> Long.parseLong(words(line)[1]) * 1024)
                .findFirst()
                .orElse(0);
    }

    /** CPU seconds of the whole machine since it started. */
    static Machine machine() {
        String[] fields = words(text(Path.of("/proc/stat")).lines().findFirst().orElseThrow());
        double[] seconds = new double[9];
        for (int i = 1; i < seconds.length; i++) {
            seconds[i] = Long.parseLong(fields[i]) / TICKS_PER_SECOND;
        }
        double busy = seconds[1] + seconds[2] + seconds[3] + seconds[6] + seconds[7];
        return new Machine(busy, seconds[7], seconds[8]);
    }

    /**
     * @param busy all but idle, waiting and stolen time
     * @param softirq the part of it that is interrupt work, the network's mostly
     * @param stolen what the hypervisor gave to others
     */
    record Machine(double busy, double softirq, double stolen) {}

    /** Packets for which the receive backlog of a core had no room; loopback has one too. */
    static long droppedPackets() {
        return text(Path.of("/proc/net/softnet_stat"))
                .lines()
                .mapToLong(line -> Long.parseLong(words(line)[1], 16))
                .sum();
    }

    static long retransmittedSegments() {
        List<String> tcp =
                text(Path.of("/proc/net/snmp"))
                        .lines()
                        .filter(line -> line.startsWith("Tcp:"))
                        .toList();
        int column = List.of(words(tcp.get(0))).indexOf("RetransSegs");
        return Long.parseLong(words(tcp.get(1))[column]);
    }

    /** The settings of the kernel that bear on connections. */
    static Map<String, String> settings() {
        return Stream.of(
                        "net.core.somaxconn",
                        "net.core.netdev_max_backlog",
                        "net.ipv4.tcp_max_syn_backlog",
                        "net.ipv4.ip_local_port_range",
                        "net.ipv4.tcp_mem",
                        "net.ipv4.tcp_rmem",
                        "net.ipv4.tcp_wmem")
                .collect(
                        Collectors.toMap(
                                name -> name, Proc::setting, (a, _) -> a, LinkedHashMap::new));
    }

    static String setting(String name) {
        Path file = Path.of("/proc/sys/" + name.replace('.', '/'));
        return Files.exists(file) ? String.join(" ", words(text(file).strip())) : "unknown";
    }

    /** The soft limit of open files, which also bounds the slots of a ring. */
    static int openFilesMax() {
        return text(Path.of("/proc/self/limits"))
                .lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> words(line)[3])
                .mapToInt(soft -> soft.equals("unlimited") ? 1 << 20 : Integer.parseInt(soft))
                .findFirst()
                .orElse(1_024);
    }

    static String processor() {
        return text(Path.of("/proc/cpuinfo"))
                .lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    private static String[] words(String text) {
        return text.strip().split("\\s+", -1);
    }

    /** In one read: settings under /proc/sys answer the first only. */
    private static String text(Path file) {
        try (InputStream in = new FileInputStream(file.toFile())) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            byte[] piece = new byte[1 << 16];
            for (int length = in.read(piece); length > 0; length = in.read(piece)) {
                bytes.write(piece, 0, length);
            }
            return bytes.toString(UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
