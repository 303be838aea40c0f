package dev.myriad.net.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.myriad.net.NetConfig;
import dev.myriad.net.NetException;
import dev.myriad.net.TestApplication;
import dev.myriad.net.TestClient;
import dev.myriad.net.Transport;
import dev.myriad.net.Transports;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a JVM does where there is little of something: each case is a JVM of its own. */
@EnabledOnOs(OS.LINUX)
class ScarceTest {
    private static final String ALLOWED = "--enable-native-access=ALL-UNNAMED";

    @TempDir private Path folder;

    /** Setup, registering of the table, of the buffers, of an eventfd, of the probe, and enter. */
    @ParameterizedTest
    @CsvSource({
        "425, -1, 1, it is forbidden here",
        "425, -1, 38, this kernel has no io_uring",
        "427, 13, 1, it is forbidden here",
        "427, 22, 13, it is forbidden here",
        "427, 8, 1, it is forbidden here",
        "426, -1, 1, it is forbidden here"
    })
    void whateverOfIoUringIsForbiddenNettyServesAndSaysWhy(
            int call, int opcode, int errno, String reason) throws Exception {
        assumeIoUring();
        List<String> forbid = forbid(call, opcode, errno);
        assertThat(run(forbid, List.of(ALLOWED), "AUTO", "serve"))
                .startsWith("netty: io_uring cannot be used: " + reason)
                .endsWith("served\n");
    }

    /** Where only the many rings of a small table need it, so that it is noticed at the start. */
    @Test
    void whereOnlyTheSignalsOfFurtherRingsAreForbiddenNettyServes() throws Exception {
        assumeIoUring();
        List<String> command = new ArrayList<>(forbid(427, 4, 1));
        command.addAll(limited("ulimit -n 1024"));
        assertThat(run(command, List.of(ALLOWED), "AUTO", "serve"))
                .startsWith("netty: io_uring cannot be used: it is forbidden here")
                .endsWith("served\n");
    }

    @Test
    void whoInsistsOnAForbiddenOneIsToldInOneSentence() throws Exception {
        assumeIoUring();
        assertThat(run(forbid(426, -1, 1), List.of(ALLOWED), "URING", "serve"))
                .isEqualTo(
                        "refused: io_uring cannot be used: it is forbidden here (seccomp or"
                                + " io_uring_disabled)\n");
    }

    @ParameterizedTest
    @CsvSource({"256, AUTO", "256, NETTY", "1024, AUTO", "1024, NETTY"})
    void fewOpenFilesAreServedWith(int files, String kind) throws Exception {
        assertThat(run(limited("ulimit -n " + files), List.of(ALLOWED), kind, "serve"))
                .endsWith("served\n");
    }

    /** Who comes while no descriptor is left waits; no core spins for it; then it is served. */
    @ParameterizedTest
    @ValueSource(strings = {"AUTO", "NETTY"})
    void withoutADescriptorNothingSpinsAndAcceptingGoesOnLater(String kind) throws Exception {
        assertThat(run(limited("ulimit -n 256"), List.of(ALLOWED), kind, "exhaust"))
                .endsWith("served\n");
    }

    @Test
    void tooLittleMemoryOutsideTheHeapIsOneSentence() throws Exception {
        List<String> little = List.of(ALLOWED, "-XX:MaxDirectMemorySize=64k");
        assertThat(run(List.of(), little, "NETTY", "serve"))
                .startsWith("refused: Netty cannot be used: there is too little for Netty (")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTO", "NETTY"})
    void aSmallHeapSmallStacksAndOneCoreSuffice(String kind) throws Exception {
        List<String> small = List.of(ALLOWED, "-Xmx32m", "-Xss256k", "-XX:ActiveProcessorCount=1");
        assertThat(run(List.of(), small, kind, "serve")).endsWith("served\n");
    }

    private static void assumeIoUring() {
        try (Transport transport =
                Transports.start(
                        Transports.Kind.AUTO,
                        NetConfig.of("127.0.0.1", 0),
                        new TestApplication())) {
            assumeTrue(transport.name().equals("uring"), transport.reason());
        }
    }

    /** Starts a transport and says what came of it. */
    public static final class Program {
        private Program() {}

        static void main(String[] args) throws Exception {
            Transports.Kind kind = Transports.Kind.valueOf(args[0]);
            NetConfig config = NetConfig.of("127.0.0.1", 0);
            try (Transport transport = Transports.start(kind, config, new TestApplication())) {
                System.out.println(transport.name() + ": " + transport.reason());
                try (TestClient client = TestClient.open(transport.address(), "/echo")) {
                    client.text("warm"); // loads what there would be no descriptor for later
                    client.nextText();
                }
                if (args[1].equals("exhaust")) {
                    try (Socket client = new Socket()) {
                        client.connect(transport.address());
                        answered(client);
                    }
                    exhaust(transport.address());
                }
                try (TestClient client = TestClient.open(transport.address(), "/echo")) {
                    client.text("hello");
                    System.out.println(client.nextText().equals("hello") ? "served" : "wrong");
                }
            } catch (NetException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }

        /** Takes all descriptors, lets clients come, and sees what the waiting costs. */
        private static void exhaust(InetSocketAddress server) throws Exception {
            List<InputStream> files = new ArrayList<>();
            List<Socket> clients = new ArrayList<>();
            long _ = cpuNanos(); // loads what has no descriptor to be loaded by later
            for (int i = 0; i < 8; i++) {
                Socket client = new Socket();
                client.bind(null);
                clients.add(client);
            }
            try {
                while (true) {
                    files.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException _) {
                // all are taken
            }
            for (Socket client : clients) {
                client.connect(server);
            }
            long before = cpuNanos();
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_500);
            while (System.nanoTime() < end) {
                Thread.sleep(50);
            }
            long spent = TimeUnit.NANOSECONDS.toMillis(cpuNanos() - before);
            for (InputStream file : files) {
                file.close();
            }
            for (Socket client : clients) {
                answered(client);
                client.close();
            }
            if (spent > 700) {
                System.out.println("it spent " + spent + " ms of CPU on nothing");
                System.exit(1);
            }
        }

        private static void answered(Socket client) throws IOException {
            client.setSoTimeout(20_000);
            client.getOutputStream().write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(UTF_8));
            if (client.getInputStream().read() != 'H') {
                throw new IOException("not answered");
            }
        }

        private static long cpuNanos() {
            return ((com.sun.management.OperatingSystemMXBean)
                            ManagementFactory.getOperatingSystemMXBean())
                    .getProcessCpuTime();
        }
    }

    private static List<String> limited(String limit) {
        return List.of("bash", "-c", limit + "; exec \"$@\"", "bash");
    }

    /** The command before a command that is to be forbidden a system call. */
    private List<String> forbid(int call, int opcode, int errno)
            throws IOException, InterruptedException {
        Path source = folder.resolve("forbid.c");
        Path program = folder.resolve("forbid");
        try (InputStream code = ScarceTest.class.getResourceAsStream("/forbid.c")) {
            Files.copy(code, source);
        }
        assumeTrue(compiles(source, program), "needs gcc, the kernel's headers and seccomp");
        return List.of(
                program.toString(),
                Integer.toString(call),
                Integer.toString(opcode),
                Integer.toString(errno));
    }

    private static boolean compiles(Path source, Path program) throws InterruptedException {
        try {
            return new ProcessBuilder("gcc", "-o", program.toString(), source.toString())
                                    .redirectErrorStream(true)
                                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                    .start()
                                    .waitFor()
                            == 0
                    && new ProcessBuilder(program.toString(), "0", "-2", "1", "true")
                                    .start()
                                    .waitFor()
                            == 0;
        } catch (IOException _) {
            return false;
        }
    }

    private static String run(List<String> before, List<String> options, String kind, String what)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("timeout", "-s", "KILL", "60"));
        command.addAll(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Program.class.getName(), kind, what));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
