package dev.myriad.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the acts of {@link Cold} share: how much load, and how it is brought about. */
final class ColdOptions {
    private static final int SLOTS_MAX = 18_000;
    private static final int PAYLOAD_BYTES = 120;
    private static final int POLL_MILLIS = 2;
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    @Option(
            names = "--conns",
            paramLabel = "N",
            defaultValue = "200",
            description = "Connections, each with one echo under way. Default: ${DEFAULT-VALUE}.")
    private int echoers = 200;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "100000",
            description =
                    "Clients that all come back to a server that has just started; 0 = leave it"
                            + " out. Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Of these, how many connect at the same time. Default: ${DEFAULT-VALUE}.")
    private int inFlight = 1_000;

    @Option(
            names = "--first",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = DurationOption.class,
            description = "How long the first seconds last. Default: ${DEFAULT-VALUE}.")
    private Duration first = Duration.ofSeconds(2);

    @Option(
            names = "--warm-after",
            paramLabel = "TIME",
            defaultValue = "15s",
            converter = DurationOption.class,
            description =
                    "How long it echoes on until it counts as warm. Default: ${DEFAULT-VALUE}.")
    private Duration warmAfter = Duration.ofSeconds(15);

    @Option(
            names = "--warm",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationOption.class,
            description = "How long it is measured then. Default: ${DEFAULT-VALUE}.")
    private Duration warm = Duration.ofSeconds(5);

    @Option(
            names = "--server-option",
            paramLabel = "WORD",
            description = "Passed on to the servers that are started; may be repeated.")
    private List<String> serverOptions = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "R",
            defaultValue = "3",
            description = "Starts of each kind; figures are medians. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    private final Options common = new Options();

    /** Refuses what makes no sense. */
    void check() {
        require(rounds >= 1 && rounds <= 1_000, "--rounds takes 1 to 1000.");
        require(echoers >= 1 && echoers <= 10_000, "--conns takes 1 to 10000.");
        require(connections >= 0 && connections <= 10_000_000, "--connections takes 0 or more.");
        require(inFlight >= 1 && inFlight <= 1_000_000, "--in-flight takes 1 to 1000000.");
        require(!first.isZero() && !warm.isZero(), "--first and --warm take more than 0.");
    }

    private void require(boolean holds, String otherwise) {
        if (!holds && spec != null) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    int rounds() {
        return rounds;
    }

    int connections() {
        return connections;
    }

    Duration first() {
        return first;
    }

    Duration warmAfter() {
        return warmAfter;
    }

    Duration warm() {
        return warm;
    }

    Server start(ServerKind kind, List<String> extra) {
        List<String> all = new ArrayList<>(serverOptions);
        all.addAll(extra);
        return Server.start(kind, common.root(), 2 * Math.max(connections, echoers), all);
    }

    /** Clients that echo in a closed loop. */
    Plan echoing(Server server) {
        return plan(server, echoers, Topics.one("bench:echo"), Plan.Batching.PROMPT);
    }

    Plan returning(Server server) {
        return plan(server, connections, Topics.one("bench:lobby"), Plan.Batching.BULK);
    }

    private Plan plan(Server server, int clients, Topics topics, Plan.Batching batching) {
        return new Plan(
                server.target(),
                new Messages(server.target(), topics, PAYLOAD_BYTES),
                clients,
                1,
                Math.clamp(Proc.openFilesMax(), 1, SLOTS_MAX),
                Sources.anyBlock(),
                inFlight,
                batching,
                new Broadcasts());
    }

    void connect(Fleet fleet, Server server) {
        fleet.connect();
        awaitJoined(fleet, server);
    }

    void awaitJoined(Fleet fleet, Server server) {
        await(server, () -> fleet.joined() >= fleet.plan().clients(), fleet);
    }

    /** Each client sends its next echo when the last one has come back, for so long. */
    void echo(Fleet fleet, Server server, Duration time) {
        List<EchoLoop> loops = loops(fleet);
        hold(server, time);
        stop(fleet, server, loops);
    }

    static List<EchoLoop> loops(Fleet fleet) {
        return fleet.each(
                thread -> {
                    EchoLoop loop = new EchoLoop(thread, fleet.plan());
                    loop.start();
                    return loop;
                });
    }

    void stop(Fleet fleet, Server server, List<EchoLoop> loops) {
        fleet.each(
                thread -> {
                    loops.get(thread.number()).stop();
                    return true;
                });
        await(
                server,
                () ->
                        fleet.each(thread -> loops.get(thread.number()).outstanding()).stream()
                                .allMatch(outstanding -> outstanding == 0),
                fleet);
    }

    void hold(Server server, Duration time) {
        long began = System.nanoTime();
        for (long left = time.toNanos();
                left > 0;
                left = began + time.toNanos() - System.nanoTime()) {
            Trial.sleep(Math.clamp(left / 1_000_000, 1, 100));
            server.check();
        }
    }

    static void await(Server server, BooleanSupplier condition, Fleet fleet) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            server.check();
            if (System.nanoTime() - began > PATIENCE_NANOS) {
                throw new BenchException(
                        "Clients of %s are stuck; the last failure: %s."
                                .formatted(server.name(), fleet.lastFailure()));
            }
            Trial.sleep(POLL_MILLIS);
        }
    }
}
