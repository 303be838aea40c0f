package dev.myriad.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Asks another JVM for its live heap. Stateless. */
final class Heap {
    private static final String FILLER = "jdk.internal.vm.Filler";

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

    /** The bytes in the last line of a class histogram, without what fills gaps between objects. */
    static long total(List<String> lines) {
        long filler =
                lines.stream().filter(line -> line.contains(FILLER)).mapToLong(Heap::bytes).sum();
        return lines.stream()
                .filter(line -> line.startsWith("Total"))
                .mapToLong(line -> bytes(line) - filler)
                .findFirst()
                .orElseThrow(
                        () ->
                                new BenchException(
                                        "jcmd gave no class histogram: "
                                                + String.join(" ", lines)));
    }

    private static long bytes(String line) {
        return Long.parseLong(line.strip().split("\\s+", -1)[2]);
    }
}
