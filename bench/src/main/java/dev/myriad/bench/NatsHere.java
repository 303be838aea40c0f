package dev.myriad.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A nats-server of a measurement's own. Confined to one thread. */
final class NatsHere implements AutoCloseable {
    private static final int PORT_FIRST = 14_222;
    private static final int PORTS = 100;

    private final int port;
    private Process process;

    NatsHere() {
        this.port = freePort();
        this.process = begin();
    }

    private Process begin() {
        try {
            Process started =
                    new ProcessBuilder(binary(), "-a", "127.0.0.1", "-p", String.valueOf(port))
                            .redirectErrorStream(true)
                            .start();
            BufferedReader said = started.inputReader(StandardCharsets.UTF_8);
            String line = said.readLine();
            while (line != null && !line.contains("Server is ready")) {
                line = said.readLine();
            }
            if (line == null) {
                throw new BenchException("nats-server does not start.");
            }
            Thread.ofVirtual().start(() -> said.lines().forEach(_ -> {}));
            return started;
        } catch (IOException e) {
            throw new BenchException("nats-server cannot be run: " + e.getMessage(), e);
        }
    }

    private static String binary() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(":", -1)), Stream.of("/usr/sbin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "nats-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new BenchException("There is no nats-server on the PATH."))
                .toString();
    }

    /**
     * One that no client's socket is given: else somebody who tries to connect while the server is
     * away could sit on it, or reach itself.
     */
    private static int freePort() {
        for (int port = PORT_FIRST; port < PORT_FIRST + PORTS; port++) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException _) {
                // Taken: the next one.
            }
        }
        throw new BenchException("there is no free port for NATS.");
    }

    String url() {
        return "nats://127.0.0.1:" + port;
    }

    long pid() {
        return process.pid();
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    void again() {
        process = begin();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
