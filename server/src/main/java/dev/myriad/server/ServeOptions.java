package dev.myriad.server;

import dev.myriad.net.Drain;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.NetConfig;
import dev.myriad.net.Transports;
import dev.myriad.net.TrustedProxies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that {@code serve} and {@code demo} share. */
final class ServeOptions {
    @Option(
            names = "--transport",
            paramLabel = "auto|uring|netty",
            defaultValue = "auto",
            description = "How to talk to the kernel. Default: the best that it offers.")
    private Transports.Kind transport = Transports.Kind.AUTO;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "Above it a connection is refused with 503. Default: 110,000.")
    private int connectionsMax = Limits.DEFAULT.of(Limit.CONNECTIONS_MAX);

    @Option(
            names = "--max-connections-per-address",
            paramLabel = "N",
            description =
                    "WebSockets of one address; above it 429. Leave it off behind a proxy."
                            + " Default: 0 = any number.")
    private int connectionsPerAddressMax = Limits.DEFAULT.of(Limit.CONNECTIONS_PER_ADDRESS_MAX);

    @Option(
            names = "--trusted-proxy",
            paramLabel = "CIDR",
            split = ",",
            description =
                    "Networks of proxies that may say for whom they ask, such as 127.0.0.1,10.0.0.0/8."
                            + " May be repeated. Default: none.")
    private List<String> trustedProxies = List.of();

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "A connection silent for so long is closed, 0 = never. Default: 60s.")
    private Duration idleTimeout = Duration.ofMillis(Limits.DEFAULT.of(Limit.IDLE_MILLIS));

    @Option(
            names = "--max-connects-per-second",
            paramLabel = "N",
            description =
                    "Upgrades in all; above it 503. Default: 20,000 for each core; 0 = any number.")
    private int connectsPerSecondMax = Limits.DEFAULT.of(Limit.CONNECTS_PER_SECOND_MAX);

    @Option(
            names = "--max-joins-per-second",
            paramLabel = "N",
            description =
                    "Joins in all; above it they are answered \"overloaded\", and clients try again."
                            + " Default: 50,000 for each core; 0 = any number.")
    private int joinsPerSecondMax = Limits.DEFAULT.of(Limit.JOINS_PER_SECOND_MAX);

    @Option(
            names = "--limit",
            paramLabel = "NAME=N",
            description =
                    "Any other limit by its name, as metrics and docs/guides/limits.md have it:"
                            + " --limit messageBytesMax=65536. May be repeated.")
    private Map<String, Integer> others = Map.of();

    @Option(
            names = "--drain-notice",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description =
                    "When it stops, /ready says so for this long before anything is closed, so that a"
                            + " balancer leads nobody here any more. Default: 0.")
    private Duration drainNotice = Duration.ZERO;

    @Option(
            names = "--drain-rate",
            paramLabel = "N",
            description =
                    "When it stops, it closes so many connections in a second. Default: 5,000;"
                            + " 0 = all at once.")
    private int drainRate = Drain.DEFAULT.perSecond();

    @Option(
            names = "--drain-deadline",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "After that it closes all that are left at once. Default: 30s.")
    private Duration drainDeadline = Duration.ofMillis(Drain.DEFAULT.deadlineMillis());

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = "Event loops. Default: as many as cores.")
    private int shards = Runtime.getRuntime().availableProcessors();

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    Transports.Kind transport() {
        return transport;
    }

    NetConfig config(String host, int port) {
        check(port >= 0 && port <= 65_535, "--port takes 0 to 65535, not " + port + ".");
        check(shards >= 1 && shards <= 1_024, "--shards takes 1 to 1024, not " + shards + ".");
        check(
                connectionsMax >= 1,
                "--max-connections takes 1 or more, not " + connectionsMax + ".");
        check(
                connectsPerSecondMax >= 0,
                "--max-connects-per-second takes 0 or more, not " + connectsPerSecondMax + ".");
        check(
                joinsPerSecondMax >= 0,
                "--max-joins-per-second takes 0 or more, not " + joinsPerSecondMax + ".");
        check(
                connectionsPerAddressMax >= 0,
                "--max-connections-per-address takes 0 or more, not "
                        + connectionsPerAddressMax
                        + ".");
        return new NetConfig(host, port, shards, limits(), proxies());
    }

    private TrustedProxies proxies() {
        try {
            return TrustedProxies.of(trustedProxies);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--trusted-proxy: " + e.getMessage() + ".", e);
        }
    }

    private Limits limits() {
        Limits limits =
                Limits.DEFAULT
                        .with(Limit.CONNECTIONS_MAX, connectionsMax)
                        .with(Limit.CONNECTIONS_PER_ADDRESS_MAX, connectionsPerAddressMax)
                        .with(Limit.IDLE_MILLIS, millis(idleTimeout))
                        .with(Limit.CONNECTS_PER_SECOND_MAX, connectsPerSecondMax)
                        .with(Limit.JOINS_PER_SECOND_MAX, joinsPerSecondMax);
        for (Map.Entry<String, Integer> other : others.entrySet()) {
            try {
                limits = limits.with(Limit.named(other.getKey()), other.getValue());
            } catch (IllegalArgumentException e) {
                throw new ParameterException(
                        spec.commandLine(), "--limit: " + e.getMessage() + ".", e);
            }
        }
        return limits;
    }

    private static int millis(Duration time) {
        return (int) Math.min(time.toMillis(), Integer.MAX_VALUE);
    }

    Duration drainNotice() {
        return drainNotice;
    }

    Drain drain() {
        check(drainRate >= 0, "--drain-rate takes 0 or more, not " + drainRate + ".");
        return Drain.DEFAULT.withPerSecond(drainRate).withDeadlineMillis(millis(drainDeadline));
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
