package dev.myriad.compat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A server with its demo, started by the launcher that its users have, or a user's program. Confined
 * to one thread.
 */
final class MyriadServer implements AutoCloseable {
    private final List<String> command;
    private final int port;
    private Process process;

    /** The kernel refuses the transport. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    private MyriadServer(List<String> command, int port) throws IOException, Unusable {
        this.command = command;
        this.port = port;
        start();
    }

    static MyriadServer demo(String launcher, String transport) throws IOException, Unusable {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(launcher, "serve", "--no-warm-up"));
        command.addAll(List.of("--demo", "--host", "127.0.0.1", "--transport", transport));
        command.addAll(List.of("--port", Integer.toString(port)));
        return new MyriadServer(command, port);
    }

    /** One source file below compat, which is told its transport and port. */
    static MyriadServer program(String launcher, String source, String transport)
            throws IOException, Unusable {
        int port = freePort();
        Path root = Path.of(launcher).toAbsolutePath().getParent();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java, "-XX:+UseCompactObjectHeaders"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
        command.addAll(List.of(root + "/.myriad/lib/*", root + "/compat/" + source));
        command.addAll(List.of(transport, Integer.toString(port)));
        return new MyriadServer(command, port);
    }

    /** Where its clients connect. */
    String url() {
        return "ws://127.0.0.1:" + port + "/socket";
    }

    /** Listens, again on the same port after it has stopped. */
    void start() throws IOException, Unusable {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader reader = process.inputReader();
        StringBuilder printed = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            printed.append(line).append('\n');
            if (line.contains(" listens on ")) {
                Thread.ofVirtual().start(() -> drain(reader));
                return;
            }
        }
        if (printed.indexOf("io_uring cannot be used") >= 0) {
            throw new Unusable(printed.toString().strip());
        }
        throw new IOException("the server did not start: " + printed);
    }

    /** Reads on, so that the server never waits for us. */
    private static void drain(BufferedReader reader) {
        try {
            while (reader.readLine() != null) {}
        } catch (IOException _) {
            // it was killed
        }
    }

    /** Ends it without a word. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Closes politely and tells the exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }

    /** A port below the range from which the kernel serves clients. */
    private static int freePort() throws IOException {
        for (int tries = 0; tries < 100; tries++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (IOException _) {
                // taken
            }
        }
        throw new IOException("no free port");
    }
}
