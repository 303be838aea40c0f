package dev.myriad.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Asks another JVM for its live heap. Stateless. */
final class Heap {
    private Heap() {}

    /** Bytes of the objects that survive a full collection, which this causes. */
    static long liveBytes(long pid) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process process =
                    new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram")
                            .redirectErrorStream(true)
                            .start();
            List<String> lines = process.inputReader().lines().toList();
            process.waitFor();
            return total(lines);
        } catch (IOException e) {
            throw new BenchException("jcmd does not work: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new BenchException("Interrupted.", e);
        }
    }

    /** The bytes in the last line of a class histogram. */
    static long total(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("Total"))
                .mapToLong(line -> Long.parseLong(line.strip().split("\\s+", -1)[2]))
                .findFirst()
                .orElseThrow(
                        () ->
                                new BenchException(
                                        "jcmd gave no class histogram: "
                                                + String.join(" ", lines)));
    }
}
