package dev.myriad.server;

import dev.myriad.cluster.NatsCluster;
import dev.myriad.pubsub.Cluster;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that make a server a node of a cluster. */
final class ClusterOptions {
    @Option(
            names = "--nats",
            paramLabel = "URL",
            description =
                    "NATS, over which the nodes of a cluster hear each other: nats://HOST:PORT or"
                            + " tls://HOST:PORT, several with commas between. Default: no cluster.")
    private @Nullable String nats;

    @Option(
            names = "--nats-credentials",
            paramLabel = "FILE",
            description = "Who this node is for NATS: a file of credentials as NATS makes them.")
    private @Nullable Path credentials;

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            description =
                    "The cluster; others on the same NATS hear nothing of it. Default: myriad.")
    private @Nullable String name;

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "What logs and metrics call this node. Default: one at random.")
    private @Nullable String node;

    @Option(
            names = "--ready-needs-nats",
            description =
                    "/ready answers 503 while there is no connection to NATS, so that a balancer leads"
                            + " clients to nodes that have one. Without it /ready says so and stays 200.")
    private boolean readyNeedsNats;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    boolean readyNeedsNats() {
        return readyNeedsNats;
    }

    Optional<Cluster> cluster() {
        if (nats == null) {
            if (credentials != null || name != null || node != null || readyNeedsNats) {
                throw new ParameterException(
                        spec.commandLine(), "a node of a cluster needs --nats.");
            }
            return Optional.empty();
        }
        try {
            NatsCluster.Builder builder = NatsCluster.at(nats);
            if (credentials != null) {
                builder.credentials(credentials);
            }
            if (name != null) {
                builder.name(name);
            }
            if (node != null) {
                builder.node(node);
            }
            return Optional.of(builder.build());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage() + ".", e);
        }
    }
}
