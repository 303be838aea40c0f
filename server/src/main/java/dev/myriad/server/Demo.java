package dev.myriad.server;

import dev.myriad.net.NetException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Serves the demo on this machine only, at the first free port. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Serves the demo applications and prints the address of their page.")
final class Demo implements Runnable {
    private static final int PORT_FIRST = 4_000;
    private static final int PORT_LAST = 4_099;
    @Mixin private ServeOptions options = new ServeOptions();

    @Override
    public void run() {
        String host = InetAddress.getLoopbackAddress().getHostAddress();
        Server server =
                Server.start(
                        options.transport(),
                        options.config(host, freePort(host)),
                        options.drain(),
                        Duration.ZERO,
                        Optional.empty(),
                        true);
        server.untilStopped(
                server.announcement() + "\nOpen " + server.url() + " in two tabs; Ctrl-C stops.",
                options.drainNotice());
    }

    private static int freePort(String host) {
        for (int port = PORT_FIRST; port <= PORT_LAST; port++) {
            try (ServerSocket probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(host, port));
                return port;
            } catch (IOException _) {
                // Taken: the next one.
            }
        }
        throw new NetException("the ports " + PORT_FIRST + " to " + PORT_LAST + " are all taken.");
    }
}
