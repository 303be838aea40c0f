package dev.myriad.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Starts JVMs that are part of a measurement, with what this one has on its class path. */
final class Jvm {
    private Jvm() {}

    static Process start(Class<?> main, String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx512m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseCompactObjectHeaders",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new BenchException("a node cannot be run: " + e.getMessage(), e);
        }
    }
}
