package dev.myriad.server;

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

    @Option(names = "--demo", description = "With the demo page, a chat and the bench topics.")
    private boolean demo;

    @Mixin private ServeOptions options = new ServeOptions();

    @Override
    public void run() {
        Server server =
                Server.start(
                        options.transport(), options.config(host, port), options.drain(), demo);
        server.untilStopped(server.announcement(), options.drainNotice());
    }
}
