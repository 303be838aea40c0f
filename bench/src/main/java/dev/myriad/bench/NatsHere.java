package dev.myriad.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A nats-server of a measurement's own. Confined to one thread. */
final class NatsHere implements AutoCloseable {
    static final int PORT_FIRST = 14_222;
    private static final int PORTS = 100;

    private final int port;
    private Process process;

    /** Where it keeps a log, if it does. */
    private final Optional<Path> files;

    /** What else it is started with. */
    private final List<String> more;

    private NatsHere(Optional<Path> files, int port, List<String> more) {
        this.files = files;
        this.port = port;
        this.more = more;
        this.process = begin();
    }

    /** One without a log. */
    static NatsHere start() {
        return new NatsHere(Optional.empty(), freePort(PORT_FIRST), List.of());
    }

    /** One with a log in files, which go with it. */
    static NatsHere withLog() {
        return new NatsHere(Optional.of(folder()), freePort(PORT_FIRST), List.of());
    }

    /** One of some that are one, by routes, and keep a log together. */
    static NatsHere routed(int port, int routePort, String name, String routes) {
        List<String> more = new ArrayList<>(List.of("-n", name, "-cluster_name", "bench"));
        more.addAll(List.of("-routes", routes, "-cluster_advertise", "127.0.0.1:1")); // no others
        more.addAll(List.of("-cluster", "nats://127.0.0.1:" + routePort));
        return new NatsHere(Optional.of(folder()), port, more);
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("myriad-bench-nats");
        } catch (IOException e) {
            throw new BenchException("there is no folder for NATS: " + e.getMessage(), e);
        }
    }

    private Process begin() {
        try {
            List<String> command =
                    new ArrayList<>(
                            List.of(binary(), "-a", "127.0.0.1", "-p", String.valueOf(port)));
            files.ifPresent(folder -> command.addAll(List.of("-js", "-sd", folder.toString())));
            command.addAll(more);
            Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
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
    static int freePort(int first) {
        for (int port = first; port < first + PORTS; port++) {
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

    /** The options of a server that is a node of a cluster on it. */
    List<String> node() {
        List<String> options = new ArrayList<>();
        options.addAll(List.of("--nats", url(), "--cluster", "bench"));
        options.addAll(List.of("--limit", "outboundBytesMax=4194304"));
        return options;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Whether it has ended within a while. */
    boolean hasEnded(Duration within) {
        try {
            return process.waitFor(within);
        } catch (InterruptedException e) {
            throw new BenchException("interrupted", e);
        }
    }

    void again() {
        process = begin();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        files.ifPresent(NatsHere::delete);
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(each -> each.toFile().delete());
        } catch (IOException | UncheckedIOException _) {
            // What is left is where the machine keeps what may go.
        }
    }
}
