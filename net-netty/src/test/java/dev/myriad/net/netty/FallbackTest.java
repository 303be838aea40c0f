package dev.myriad.net.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.NetConfig;
import dev.myriad.net.NetException;
import dev.myriad.net.TestApplication;
import dev.myriad.net.Transport;
import dev.myriad.net.Transports;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What a JVM serves with where io_uring cannot be had: each case is a JVM of its own. */
class FallbackTest {
    private static final String DENIED = "--illegal-native-access=deny";

    @Test
    void withoutNativeAccessNettyServesAndSaysWhy() throws Exception {
        assertThat(run(everything(), DENIED, "AUTO"))
                .startsWith("netty: io_uring cannot be used: ")
                .contains("--enable-native-access=");
    }

    @Test
    void whoInsistsIsToldInOneSentence() throws Exception {
        assertThat(run(everything(), DENIED, "URING"))
                .startsWith("refused: io_uring cannot be used: ")
                .contains("--enable-native-access=");
    }

    @Test
    void withoutNettyEitherTheArtifactToAddIsNamed() throws Exception {
        assertThat(run(withoutNetty(), DENIED, "AUTO"))
                .startsWith("refused: io_uring cannot be used: ")
                .contains("add dev.myriad:myriad-net-netty");
        assertThat(run(withoutNetty(), DENIED, "NETTY"))
                .startsWith("refused: ")
                .contains("add dev.myriad:myriad-net-netty");
    }

    @Test
    void withoutNettysOwnClassesThatIsSaid() throws Exception {
        assertThat(run(withoutNettysOwn(), DENIED, "AUTO"))
                .startsWith("refused: io_uring cannot be used: ")
                .contains("Netty's own classes");
        assertThat(run(withoutNettysOwn(), DENIED, "NETTY")).contains("Netty's own classes");
    }

    /** Memory for a small ring there is, and none for those of a server. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whereTheKernelOffersTooLittleNettyServes() throws Exception {
        assertThat(runWithLittleLockedMemory("AUTO"))
                .startsWith("netty: io_uring cannot be used: ");
        assertThat(runWithLittleLockedMemory("URING"))
                .startsWith("refused: io_uring cannot be used: ");
    }

    /** Starts a transport and says what came of it; with {@code --enable-native-access} missing. */
    public static final class Program {
        private Program() {}

        static void main(String[] args) {
            Transports.Kind kind = Transports.Kind.valueOf(args[0]);
            NetConfig config = NetConfig.of("127.0.0.1", 0);
            try (Transport transport = Transports.start(kind, config, new TestApplication())) {
                System.out.println(transport.name() + ": " + transport.reason());
            } catch (NetException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    private static String run(String classPath, String option, String kind)
            throws IOException, InterruptedException {
        return run(List.of(), classPath, option, kind);
    }

    /** Root may lock all that it wants, unless it gives up that right. */
    private static String runWithLittleLockedMemory(String kind)
            throws IOException, InterruptedException {
        String script =
                "ulimit -l 64; [ $(id -u) != 0 ] || set -- setpriv --bounding-set=-ipc_lock \"$@\";"
                        + " exec \"$@\"";
        return run(
                List.of("bash", "-c", script, "bash"),
                everything(),
                "--enable-native-access=ALL-UNNAMED",
                kind);
    }

    private static String run(List<String> before, String classPath, String option, String kind)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(option, "-cp", classPath, Program.class.getName(), kind));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static String everything() {
        return System.getProperty("java.class.path");
    }

    private static String withoutNetty() {
        return Stream.of(everything().split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("netty") || entry.contains("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String withoutNettysOwn() {
        return Stream.of(everything().split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("netty-transport"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
