package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@link MailboxStress} in a JVM of its own, in a mode short enough for every build. */
class MailboxStressTest {
    @Test
    void jcstressFindsNothing(@TempDir Path directory) throws IOException, InterruptedException {
        assumeTrue(Runtime.getRuntime().availableProcessors() >= 2, "two threads at once");
        Path output = directory.resolve("output.txt");
        java.lang.Process jcstress =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        "org.openjdk.jcstress.Main",
                                        "-m",
                                        "quick",
                                        "-t",
                                        "MailboxStress",
                                        "-f",
                                        "1",
                                        "-sc",
                                        "false",
                                        "-iters",
                                        "2",
                                        "-time",
                                        "500",
                                        "-jvmArgs",
                                        "-XX:+UseCompactObjectHeaders"))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(jcstress.waitFor(300, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            jcstress.descendants().forEach(ProcessHandle::destroyForcibly);
            jcstress.destroyForcibly();
        }
        String report = Files.readString(output);
        assertThat(jcstress.exitValue()).as(report).isZero();
        assertThat(report)
                .contains("Failed tests: No matches")
                .contains("Error tests: No matches")
                .contains("All remaining tests: 3 matching");
    }
}
