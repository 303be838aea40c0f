package dev.myriad.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server does on days when things go wrong; some are JVMs of their own. */
class BadDaysTest {
    private static final int WAIT_SECONDS = 30;
    private static final String LOCAL = "--host=127.0.0.1";

    /** The demo's statistics go on after whatever one of them threw. */
    @Test
    void aTickThatThrowsIsNotTheLast() throws Exception {
        AtomicInteger ticks = new AtomicInteger();
        Thread ticker =
                Thread.ofVirtual()
                        .start(
                                () ->
                                        Server.everySecond(
                                                () -> fail(ticks.incrementAndGet()),
                                                Duration.ofMillis(1)));
        await().atMost(WAIT_SECONDS, TimeUnit.SECONDS).until(() -> ticks.get() > 4);
        ticker.interrupt();
        ticker.join();
    }

    private static void fail(int tick) {
        if (tick % 2 == 0) {
            throw new OutOfMemoryError("as if");
        }
        throw new IllegalStateException("as if");
    }

    @Test
    void readinessTellsOfTrouble() {
        assertThat(text(true, Optional.empty())).isEqualTo("ready\n");
        assertThat(text(true, Optional.of("1 of 2 shards lost a ring")))
                .isEqualTo("ready, but 1 of 2 shards lost a ring\n");
        assertThat(text(false, Optional.of("2 of 2 shards lost a ring")))
                .isEqualTo("not ready: 2 of 2 shards lost a ring\n");
        assertThat(text(false, Optional.empty())).isEqualTo("closing\n");
        assertThat(Server.readiness(false, Optional.empty()).status()).isEqualTo(503);
    }

    private static String text(boolean ready, Optional<String> trouble) {
        return new String(Server.readiness(ready, trouble).body(), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    @EnabledOnOs(OS.LINUX)
    void aSignalStopsItPolitely(String signal) throws Exception {
        // Whoever runs this test may ignore some of them, as a job in the background does.
        Process server = start("exec env --default-signal \"$@\"", LOCAL, "--port", "0");
        awaitGreeting(server);
        new ProcessBuilder("kill", "-" + signal, Long.toString(server.pid())).start().waitFor();
        assertThat(server.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
    }

    /** Nobody reads what it prints, nor is there anything for it to read. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void withoutStandardStreamsItServes() throws Exception {
        int port = freePort();
        Process server = start("exec \"$@\" <&- >&- 2>&-", LOCAL, "--port", Integer.toString(port));
        try {
            await().atMost(WAIT_SECONDS, TimeUnit.SECONDS).until(() -> isReady(port));
        } finally {
            server.destroy();
        }
        assertThat(server.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    /** Whatever it prints or logs goes to a disk that is full. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskForItsLogStopsNothing() throws Exception {
        int port = freePort();
        Process server =
                start("exec \"$@\" >/dev/full 2>&1", LOCAL, "--port", Integer.toString(port));
        try {
            await().atMost(WAIT_SECONDS, TimeUnit.SECONDS).until(() -> isReady(port));
            for (int i = 0; i < 20; i++) {
                assertThat(answer(port, "GET /" + "x".repeat(10_000))).startsWith("HTTP/1.1 414");
            }
            assertThat(isReady(port)).isTrue();
        } finally {
            server.destroy();
        }
        assertThat(server.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
    }

    private static boolean isReady(int port) {
        try {
            return answer(port, "GET /ready").startsWith("HTTP/1.1 200");
        } catch (IOException _) {
            return false;
        }
    }

    private static String answer(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String head = request + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fewOpenFilesAreServedWithAndSaid() throws Exception {
        Process server = start("ulimit -n 256; exec \"$@\" 2>&1", LOCAL, "--port", "0");
        List<String> lines = awaitGreeting(server);
        assertThat(server.toHandle().destroy()).isTrue(); // which leaves its output to be read
        server.inputReader(UTF_8).lines().forEach(lines::add);
        assertThat(lines).anyMatch(line -> line.contains("256 open files do not suffice"));
        assertThat(server.waitFor()).isZero();
    }

    /** Where it cannot listen it says so in a sentence, and its exit status says so too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--host 203.0.113.1 --transport auto",
                "--host 203.0.113.1 --transport netty",
                "--host 2001:db8::1 --transport auto", // with IPv6 or without
                "--host 2001:db8::1 --transport netty",
                "--host nowhere.invalid --transport auto",
                "--host nowhere.invalid --transport netty"
            })
    @EnabledOnOs(OS.LINUX)
    void whereItCannotListenIsOneSentence(String options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--port", "0"));
        arguments.addAll(List.of(options.split(" ", -1)));
        assertOneSentence(start("exec \"$@\" 2>&1", arguments.toArray(new String[0])));
    }

    private static void assertOneSentence(Process server) throws Exception {
        List<String> lines = server.inputReader(UTF_8).lines().toList();
        assertThat(lines).hasSize(1).first().asString().startsWith("myriad: ");
        assertThat(server.waitFor()).isEqualTo(1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    private static List<String> awaitGreeting(Process server) throws IOException {
        BufferedReader reader = server.inputReader(UTF_8);
        List<String> lines = new ArrayList<>();
        String line;
        while ((line = reader.readLine()) != null) {
            lines.add(line);
            if (line.startsWith("Myriad listens on")) {
                return lines;
            }
        }
        throw new AssertionError("it did not start: " + lines);
    }

    private static Process start(String script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", script, "bash"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "serve"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }
}
