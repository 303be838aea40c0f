package dev.myriad.server;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves until a signal stops it. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Serves until SIGTERM or Ctrl-C; with --demo Phoenix Channels at /socket/websocket.")
final class Serve implements Runnable {
    @Option(
            names = "--port",
            paramLabel = "P",
            defaultValue = "4000",
            description = "0 = any free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "H",
            defaultValue = "0.0.0.0",
            description = "The address to listen on. Default: ${DEFAULT-VALUE}, which is all.")
    private String host = "0.0.0.0";

    @Option(
            names = "--demo",
            description = "With the demo: a chat, a dashboard, an order book and the bench topics.")
    private boolean demo;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description =
                    "Before it listens it serves clients of its own, until so long after its start"
                            + " at most, so that the first that come cost little more than later"
                            + " ones. Default: 4s.")
    private Duration warmUp = Duration.ofSeconds(4);

    @Option(
            names = "--no-warm-up",
            description = "Listen at once; the first seconds cost several times as much CPU.")
    private boolean noWarmUp;

    @Option(
            names = "--show-nodes",
            paramLabel = "URL",
            split = ",",
            hidden = true,
            description = "The demo's nodes, which its page shows, and lets anybody kill.")
    private List<String> shown = List.of();

    @Mixin private ServeOptions options = new ServeOptions();
    @Mixin private ClusterOptions clusterOptions = new ClusterOptions();

    @Override
    public void run() {
        Server server =
                Server.start(
                        options.transport(),
                        options.config(host, port),
                        options.drain(),
                        noWarmUp ? Duration.ZERO : left(warmUp),
                        clusterOptions.cluster(),
                        demo,
                        shown);
        if (clusterOptions.readyNeedsNats()) {
            server.readyNeedsNats();
        }
        server.untilStopped(server.announcement(), options.drainNotice());
    }

    /** What is left of a time that began with the JVM. */
    private static Duration left(Duration time) {
        long uptimeMillis = ManagementFactory.getRuntimeMXBean().getUptime();
        Duration left = time.minusMillis(uptimeMillis);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
