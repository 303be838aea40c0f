package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A class whose initializer runs out of memory can never be used again. So when the first process
 * has run, none of the runtime's is left to be initialized.
 */
@Timeout(60)
class BeforehandTest {
    /** Whoever cannot use it does without: {@link KernelThreads} catches all it throws. */
    private static final Set<String> DISPENSABLE = Set.of("dev/myriad/process/KernelThreads$Calls");

    private static final Pattern INITIALIZED = Pattern.compile("Initializing '(dev/myriad/[^']+)'");

    @Test
    void noClassIsInitializedOnlyWhenMemoryIsShort() throws Exception {
        java.lang.Process jvm =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xlog:class+init=info:stdout",
                                "-cp",
                                System.getProperty("java.class.path"),
                                OneProcess.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Set<String> initialized = new TreeSet<>(DISPENSABLE);
        Matcher matcher = INITIALIZED.matcher(said);
        while (matcher.find()) {
            initialized.add(matcher.group(1));
        }
        assertThat(initialized).contains("dev/myriad/process/Mailbox");
        assertThat(withInitializer(Process.class)).hasSizeGreaterThan(10).isSubsetOf(initialized);
        assertThat(withInitializer(dev.myriad.log.Log.class)).isNotEmpty().isSubsetOf(initialized);
    }

    /** The classes of a module that have something to initialize. */
    private static List<String> withInitializer(Class<?> ofModule) throws Exception {
        Path classes =
                Path.of(ofModule.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(classes)) {
            return withInitializer(classes);
        }
        try (var jar = java.nio.file.FileSystems.newFileSystem(classes)) {
            return withInitializer(jar.getPath("/"));
        }
    }

    private static List<String> withInitializer(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .map(BeforehandTest::parsed)
                    .filter(
                            model ->
                                    model.methods().stream()
                                            .anyMatch(m -> m.methodName().equalsString("<clinit>")))
                    .map(model -> model.thisClass().asInternalName())
                    .toList();
        }
    }

    private static ClassModel parsed(Path file) {
        try {
            return ClassFile.of().parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static final class OneProcess {
        private OneProcess() {}

        static void main() throws Exception {
            CountDownLatch handled = new CountDownLatch(1);
            new Process() {
                @Override
                protected void handle(Object message) {
                    handled.countDown();
                }
            }.send("begin");
            handled.await();
        }
    }
}
