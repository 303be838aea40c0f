package dev.myriad.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What Linux tells of itself under {@code /proc}; empty elsewhere. Thread-safe.
 *
 * @param root {@code /proc}, or a copy of it in a test
 */
record Proc(Path root) {
    static final Proc SYSTEM = new Proc(Path.of("/proc"));

    /** The numbers of a kernel setting, none if the kernel has no such setting. */
    long[] sysctl(String key) {
        return text("sys/" + key.replace('.', '/')).stream()
                .flatMap(text -> Arrays.stream(text.strip().split("\\s+")))
                .filter(word -> word.matches("-?\\d+"))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    void sysctl(Check.Setting setting) throws IOException {
        Files.writeString(root.resolve("sys/" + setting.key().replace('.', '/')), setting.value());
    }

    /** The hard limit of open files of this process. */
    OptionalLong openFilesMax() {
        return number("self/limits", "Max open files +\\S+ +(\\d+)");
    }

    /** The hard limit of threads and processes of this user. */
    OptionalLong threadsMax() {
        return number("self/limits", "Max processes +\\S+ +(\\d+)");
    }

    OptionalLong memoryAvailableBytes() {
        return times1024(number("meminfo", "MemAvailable: +(\\d+) kB"));
    }

    /** The resident memory of this process. */
    OptionalLong residentBytes() {
        return times1024(number("self/status", "VmRSS:\\s+(\\d+) kB"));
    }

    private static OptionalLong times1024(OptionalLong kilobytes) {
        return kilobytes.isPresent()
                ? OptionalLong.of(kilobytes.getAsLong() * 1024)
                : OptionalLong.empty();
    }

    private OptionalLong number(String file, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text(file).orElse(""));
        return found.find()
                ? OptionalLong.of(Long.parseLong(found.group(1)))
                : OptionalLong.empty();
    }

    private Optional<String> text(String file) {
        // A file of the kernel has no size and may be read only in one piece: not Files.readString.
        try (BufferedReader reader = Files.newBufferedReader(root.resolve(file))) {
            return Optional.of(reader.lines().collect(Collectors.joining("\n")));
        } catch (IOException | UncheckedIOException _) { // no such file, or no descriptor for it
            return Optional.empty();
        }
    }
}
