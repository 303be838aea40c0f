package dev.myriad.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A server under load: one that runs already, or one that is started for a run. */
final class Server implements AutoCloseable {
    private static final int START_SECONDS_MAX = 180;
    private static final int PORT_FIRST = 600;
    private static final int PORT_LAST = 1_000;
    private static int portNext = PORT_FIRST + (int) (ProcessHandle.current().pid() % 300);

    private final String name;
    private final String how;
    private final Target target;
    private final long pid;
    private final boolean java;
    private final long startedNanos;
    private final @Nullable Process process;

    private Server(
            String name,
            String how,
            Target target,
            long pid,
            boolean java,
            long startedNanos,
            @Nullable Process process) {
        this.name = name;
        this.how = how;
        this.target = target;
        this.pid = pid;
        this.java = java;
        this.startedNanos = startedNanos;
        this.process = process;
    }

    /** One that is not ours; {@code pid} 0 if it cannot be looked at. */
    static Server foreign(String url, long pid) {
        if (pid != 0 && !Proc.isAlive(pid)) {
            throw new BenchException("There is no process " + pid + ".");
        }
        return new Server("server at " + url, url, Target.of(url), pid, isJava(pid), 0, null);
    }

    private static boolean isJava(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().command())
                .map(command -> command.endsWith("/java"))
                .orElse(false);
    }

    /** Starts one for so many connections and waits until it listens. */
    static Server start(ServerKind kind, Path root, int connections, List<String> extra) {
        int port = freePort();
        List<String> command = new ArrayList<>(kind.command(root, port, connections));
        command.addAll(extra);
        long startedNanos = System.nanoTime();
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(root.toFile())
                            .redirectErrorStream(true)
                            .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            String line = awaitListening(process, command);
            return new Server(
                    kind.label(),
                    String.join(" ", command) + jvmFlags(process.pid()) + ", said: " + line,
                    Target.local(port),
                    process.pid(),
                    kind != ServerKind.REFERENCE,
                    startedNanos,
                    process);
        } catch (IOException e) {
            throw new BenchException("The server does not start: " + e.getMessage(), e);
        }
    }

    private static String jvmFlags(long pid) {
        List<String> flags =
                Proc.commandLine(pid).stream()
                        .skip(1)
                        .takeWhile(word -> !word.equals("-cp"))
                        .filter(word -> word.startsWith("-"))
                        .toList();
        return Proc.commandLine(pid).contains("-cp") ? ", JVM: " + String.join(" ", flags) : "";
    }

    private static String awaitListening(Process process, List<String> command) {
        CompletableFuture<String> listening = new CompletableFuture<>();
        List<String> said = new ArrayList<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (BufferedReader lines = process.inputReader()) {
                                for (String line = lines.readLine();
                                        line != null;
                                        line = lines.readLine()) {
                                    said.add(line);
                                    if (line.contains("listen")) {
                                        listening.complete(line);
                                    }
                                }
                            } catch (IOException _) {
                                // it has ended
                            }
                            listening.completeExceptionally(
                                    new BenchException(
                                            "The server ended before it listened: "
                                                    + String.join(" ", command)
                                                    + "\n"
                                                    + String.join("\n", said)));
                        });
        try {
            return listening.get(START_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new BenchException(String.valueOf(listening.exceptionNow().getMessage()), e);
        } catch (TimeoutException | InterruptedException e) {
            process.destroyForcibly();
            throw new BenchException("The server does not listen: " + command, e);
        }
    }

    /**
     * A port outside the range of ephemeral ports, which the generator needs for itself; another
     * one each time, because the ends of a million connections may still hold the last one.
     */
    private static int freePort() {
        for (int i = 0; i < PORT_LAST - PORT_FIRST; i++) {
            int port = portNext;
            portNext = portNext == PORT_LAST ? PORT_FIRST : portNext + 1;
            if (isFree(port)) {
                return port;
            }
        }
        for (int port = 4_100; port < 4_200; port++) {
            if (isFree(port)) {
                return port;
            }
        }
        throw new BenchException("No port is free for a server.");
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    String name() {
        return name;
    }

    /** How it was started and what it said when it listened. */
    String how() {
        return how;
    }

    Target target() {
        return target;
    }

    /** 0 if it cannot be looked at. */
    long pid() {
        return pid;
    }

    boolean isJava() {
        return java;
    }

    /** Seconds since its process was started, by the launcher on. */
    double age() {
        return (System.nanoTime() - startedNanos) / 1e9;
    }

    /** Throws if it has died. */
    void check() {
        if (process != null && !process.isAlive()) {
            throw new BenchException(
                    "The server died with status " + process.exitValue() + ": " + how);
        }
    }

    /** Asks it to end in good order, as a deploy does, and waits for that; in seconds. */
    double end() {
        Process ending = Objects.requireNonNull(process, "one that is not ours");
        long began = System.nanoTime();
        ending.destroy();
        try {
            ending.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return (System.nanoTime() - began) / 1e9;
    }

    /** Kills it: a polite end of a million connections takes long and measures nothing. */
    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
