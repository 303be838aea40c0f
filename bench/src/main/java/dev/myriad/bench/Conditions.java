package dev.myriad.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What figures depend on besides the servers: the machine, its settings, the versions. Stateless.
 */
final class Conditions {
    private Conditions() {}

    static Map<String, String> now(Options options, List<Run> runs) {
        Map<String, String> conditions = new LinkedHashMap<>();
        conditions.put(
                "network",
                options.url().map(Target::of).map(Target::isLoopback).orElse(true)
                        ? "loopback: both ends on this machine, no network figures"
                        : "from this machine to " + options.url().orElse(""));
        conditions.put(
                "kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        conditions.put(
                "machine",
                "%s, %d cores, %.1f GB"
                        .formatted(
                                Proc.processor(),
                                Runtime.getRuntime().availableProcessors(),
                                Proc.memoryBytes() / 1e9));
        conditions.put(
                "JDK",
                System.getProperty("java.vm.version")
                        + ", "
                        + System.getProperty("java.vm.vendor"));
        conditions.put(
                "generator's JVM flags",
                String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
        conditions.put("generator's threads", Integer.toString(options.clientThreads()));
        conditions.put("open files", Integer.toString(Proc.openFilesMax()));
        conditions.putAll(Proc.settings());
        commit(options).ifPresent(commit -> conditions.put("commit", commit));
        runs.forEach(run -> conditions.putIfAbsent(run.server(), run.how()));
        return conditions;
    }

    private static Optional<String> commit(Options options) {
        try {
            Path root = options.root();
            Process process =
                    new ProcessBuilder("git", "describe", "--always", "--dirty")
                            .directory(root.toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String commit = String.join("", process.inputReader().lines().toList()).strip();
            process.waitFor(10, TimeUnit.SECONDS);
            return commit.isEmpty() ? Optional.empty() : Optional.of(commit);
        } catch (IOException | InterruptedException | BenchException _) {
            return Optional.empty();
        }
    }
}
