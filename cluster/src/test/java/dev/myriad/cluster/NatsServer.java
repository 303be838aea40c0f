package dev.myriad.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real nats-server of a test's own, on a port of its own. Confined to one thread. */
final class NatsServer implements AutoCloseable {
    /** Of those that run beside each other; a server that is away keeps its port. */
    private static final int FORK = Integer.getInteger("myriad.fork", 0);

    private static final int PORTS = 100;
    private static final int PORT_FIRST = 15_222 + FORK * PORTS;
    private static final int ROUTE_FIRST = 16_222 + FORK * PORTS;

    private final int port;

    /** Where it keeps what is logged, if it does. */
    private final Optional<Path> files;

    private Process process;

    /** What it is always started with. */
    private final List<String> always;

    private NatsServer(int port, Optional<Path> files, List<String> always) throws IOException {
        this.port = port;
        this.files = files;
        this.always = always;
        begin(List.of());
    }

    /** One without a log. */
    static NatsServer start() throws IOException {
        return new NatsServer(freePort(PORT_FIRST), Optional.empty(), List.of());
    }

    /** One that keeps a log, which outlives it. */
    static NatsServer withLog() throws IOException {
        return new NatsServer(freePort(PORT_FIRST), folder(), List.of());
    }

    /** Three that are one, by routes, and keep a log together. */
    static List<NatsServer> three() throws IOException {
        List<Integer> routes = new ArrayList<>();
        StringJoiner all = new StringJoiner(",");
        for (int i = 0; i < 3; i++) {
            routes.add(freePort(routes.isEmpty() ? ROUTE_FIRST : routes.getLast() + 1));
            all.add("nats://127.0.0.1:" + routes.getLast());
        }
        List<NatsServer> servers = new ArrayList<>();
        for (int route : routes) {
            List<String> options = new ArrayList<>(List.of("-n", "s" + route));
            options.addAll(List.of("-cluster_name", "test", "-routes", all.toString()));
            options.addAll(List.of("-cluster", "nats://127.0.0.1:" + route));
            int port = freePort(servers.isEmpty() ? PORT_FIRST : servers.getLast().port + 1);
            servers.add(new NatsServer(port, folder(), options));
        }
        return servers;
    }

    private static Optional<Path> folder() throws IOException {
        return Optional.of(Files.createTempDirectory("myriad-nats-test"));
    }

    private void begin(List<String> options) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(binary(), "-a", "127.0.0.1", "-p", String.valueOf(port)));
        files.ifPresent(folder -> command.addAll(List.of("-js", "-sd", folder.toString())));
        command.addAll(always);
        command.addAll(options);
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder all = new StringBuilder();
        while (true) {
            String line = said.readLine();
            if (line == null) {
                throw new IOException("nats-server ended: " + all);
            }
            all.append(line).append('\n');
            if (line.contains("Server is ready")) {
                break;
            }
        }
        Thread.ofVirtual().start(() -> readAll(said)); // it must not wait for us
    }

    private static void readAll(BufferedReader said) {
        try {
            while (said.readLine() != null) {
                // nobody wants to know
            }
        } catch (IOException e) {
            // it was killed
        }
    }

    /** One that no client's socket is given, which could sit on it while the server is away. */
    private static int freePort(int first) throws IOException {
        for (int port = first; port < first + PORTS; port++) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException _) {
                // taken: the next one
            }
        }
        throw new IOException("no free port");
    }

    private static String binary() throws IOException {
        Stream<Path> folders =
                Stream.concat(
                        Stream.of(System.getenv("PATH").split(":")).map(Path::of),
                        Stream.of(Path.of("/usr/sbin")));
        return folders.map(folder -> folder.resolve("nats-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("no nats-server: install Debian's package"))
                .toString();
    }

    String url() {
        return "nats://127.0.0.1:" + port;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new AssertionError("it cannot be killed");
        }
    }

    /** Begins again, at the same port. */
    void again(String... options) throws IOException {
        begin(List.of(options));
    }

    /** Begins again, and knows nothing of what it had logged. */
    void forget() throws IOException, InterruptedException {
        kill();
        files.ifPresent(NatsServer::delete);
        begin(List.of());
    }

    /** Stands still, or goes on. */
    void signal(String name) throws IOException, InterruptedException {
        int status =
                new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + ": " + status);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        files.ifPresent(NatsServer::delete);
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(each -> each.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // it is still being written to: what is left is in the folder for such things
        }
    }
}
