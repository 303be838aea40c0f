package dev.myriad.server;

import dev.myriad.net.NetException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A cluster to try and to show: NATS and some nodes with the demo, all on this machine. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Runs some nodes with the demo on this machine, and a nats-server between them,"
                        + " until Ctrl-C. A node that ends is started again.")
final class ClusterHere implements Runnable {
    private static final int NODES_MAX = 16;
    private static final int PORT_FIRST = 14_222;
    private static final int PORTS = 100;
    private static final int FIRST_LOOKS = 200;
    private static final long LOOK_MILLIS = 10;
    private static final long AGAIN_MILLIS = 3_000;
    private static final long END_MILLIS = 40_000;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "3",
            description = "Default: ${DEFAULT-VALUE}.")
    private int nodes;

    @Option(
            names = "--port",
            paramLabel = "P",
            defaultValue = "4000",
            description = "Of the first node; the others have those after it. Default: 4000.")
    private int port;

    @Option(
            names = "--nats",
            paramLabel = "URL",
            description = "A NATS that runs already. Default: a nats-server of its own.")
    private @Nullable String nats;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    private final List<Process> running = new CopyOnWriteArrayList<>();
    private volatile boolean stopping;

    @Override
    public void run() {
        if (nodes < 1 || nodes > NODES_MAX || port < 1 || port + nodes > 65_536) {
            throw new ParameterException(
                    spec.commandLine(), "--nodes takes 1 to 16, and --port must leave room.");
        }
        Signals.handle(this::stop);
        String between = nats == null ? startNats() : nats;
        List<Thread> keepers = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            String name = String.valueOf((char) ('a' + i));
            List<String> command = command(between, name, port + i);
            keepers.add(Thread.ofVirtual().start(() -> keep(name, command)));
        }
        System.out.printf(
                "Open %s in one tab and %s in another; Ctrl-C stops all.%n",
                url(0) + "/chat", url(nodes - 1) + "/chat");
        try {
            for (Thread keeper : keepers) {
                keeper.join();
            }
        } catch (InterruptedException _) {
            stop();
        }
    }

    private String url(int node) {
        return "http://127.0.0.1:" + (port + node);
    }

    private String startNats() {
        int natsPort = freePort();
        List<String> command =
                List.of(
                        natsServer().toString(),
                        "-a",
                        "127.0.0.1",
                        "-p",
                        String.valueOf(natsPort),
                        "-js",
                        "-sd",
                        natsFolder().toString());
        Thread.ofVirtual().start(() -> keep("nats", command));
        await(() -> !running.isEmpty());
        return "nats://127.0.0.1:" + natsPort;
    }

    private static void await(BooleanSupplier condition) {
        try {
            for (int i = 0; i < FIRST_LOOKS && !condition.getAsBoolean(); i++) {
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** What runs a node as this JVM runs. */
    private List<String> command(String between, String name, int nodePort) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        command.addAll(List.of("serve", "--demo", "--no-warm-up", "--host", "127.0.0.1"));
        command.addAll(List.of("--port", String.valueOf(nodePort), "--nats", between));
        command.addAll(List.of("--cluster", "here", "--node", name));
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            urls.add(url(i));
        }
        command.addAll(List.of("--show-nodes", String.join(",", urls)));
        return command;
    }

    /** Runs a program, shows what it says, and runs it again when it has ended. */
    private void keep(String name, List<String> command) {
        while (!stopping) {
            try {
                Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
                running.add(process);
                if (stopping) {
                    process.destroy();
                }
                try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
                    said.lines().forEach(line -> System.out.println("[" + name + "] " + line));
                }
                int status = process.waitFor();
                running.remove(process);
                if (!stopping) {
                    System.out.printf("[%s] has ended with %d, and begins again%n", name, status);
                    Thread.sleep(AGAIN_MILLIS);
                }
            } catch (IOException | UncheckedIOException e) {
                System.err.println("myriad: " + name + " cannot be run: " + e.getMessage());
                return;
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void stop() {
        stopping = true;
        running.forEach(Process::destroy);
        for (Process process : running) {
            try {
                if (!process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException _) {
                process.destroyForcibly();
            }
        }
    }

    /** Where it keeps histories, until this ends. */
    private static Path natsFolder() {
        try {
            Path folder = Files.createTempDirectory("myriad-nats");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            return folder;
        } catch (IOException e) {
            throw new NetException("there is no folder for NATS: " + e.getMessage(), e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(each -> each.toFile().delete());
        } catch (IOException | UncheckedIOException _) {
            // What is left is where the machine keeps what may go.
        }
    }

    private static Path natsServer() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(
                        Stream.of(path.split(":", -1)).filter(part -> !part.isEmpty()),
                        Stream.of("/usr/sbin", "/usr/local/bin"))
                .map(folder -> Path.of(folder, "nats-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () ->
                                new NetException(
                                        "there is no nats-server: install one (Debian: apt-get"
                                                + " install nats-server), or give --nats URL."));
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
        throw new NetException("there is no free port for NATS.");
    }
}
