package dev.myriad.cluster;

import dev.myriad.pubsub.Cluster;
import io.nats.client.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * Nodes that hear each other over NATS: give one to the builder of each node's endpoint.
 *
 * <pre>{@code
 * Endpoint.builder()
 *         .cluster(NatsCluster.at("nats://10.0.0.7:4222").name("chat").build())
 *         ...
 * }</pre>
 *
 * One that is built belongs to one endpoint, which starts and closes it. An endpoint waits up to
 * two seconds for NATS when it starts, and goes on without it: the nodes hear each other when they
 * can.
 */
public final class NatsCluster {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private NatsCluster() {}

    /**
     * Begins to say how a node finds the others.
     *
     * @param servers {@code nats://HOST:PORT}, or {@code tls://}; several with commas between
     * @throws IllegalArgumentException if one is no such address
     */
    public static Builder at(String servers) {
        return new Builder(servers);
    }

    /** Says how nodes find each other. */
    public static final class Builder {
        private final Options.Builder options = new Options.Builder();
        private String name = "myriad";
        private String node = "";
        private long historyBytes = 1L << 30;
        private long stateBytes = 1L << 30;

        private Builder(String servers) {
            options.servers(
                    Stream.of(servers.split(",", -1))
                            .map(server -> ServerAddress.checked(server.strip()))
                            .toArray(String[]::new));
        }

        /**
         * The cluster: nodes of another one on the same servers do not hear these. {@code myriad}
         * without it.
         *
         * @throws IllegalArgumentException if it is not made of letters, digits, {@code -} and
         *     {@code _}
         */
        public Builder name(String name) {
            this.name = checked(name);
            return this;
        }

        /**
         * What logs and metrics call this node; something that nobody else is called without it.
         *
         * @throws IllegalArgumentException as {@link #name}
         */
        public Builder node(String node) {
            this.node = checked(node);
            return this;
        }

        /**
         * A file of credentials, as NATS makes them.
         *
         * @throws IllegalArgumentException if it cannot be read
         */
        public Builder credentials(Path file) {
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException(
                        "the file of credentials \"" + file + "\" cannot be read");
            }
            options.credentialPath(file.toString());
            return this;
        }

        /** Who it is, for servers that ask for that. */
        public Builder user(String user, String password) {
            options.userInfo(user, password);
            return this;
        }

        /** Whom it believes, and by what it is known, for TLS. */
        public Builder tls(SSLContext context) {
            options.sslContext(Objects.requireNonNull(context));
            return this;
        }

        /**
         * What the messages of topics with a history may take on the disk of each server of NATS
         * that keeps them; a gigabyte without it. The oldest go first.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder historyBytes(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("a history of " + bytes + " bytes");
            }
            this.historyBytes = bytes;
            return this;
        }

        /**
         * What the changes of topics with values by key may take on the disk of each server of NATS
         * that keeps them; a gigabyte without it. When that is full, nothing can be changed.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder stateBytes(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("values of " + bytes + " bytes");
            }
            this.stateBytes = bytes;
            return this;
        }

        private static String checked(String name) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "\"%s\" is no name for a cluster or a node: up to 64 letters,"
                                        + " digits, - and _ are",
                                name));
            }
            return name;
        }

        /** It connects when the endpoint starts. */
        public Cluster build() {
            long origin = RANDOM.nextLong();
            String called =
                    node.isEmpty() ? Long.toUnsignedString(origin, Character.MAX_RADIX) : node;
            NatsBus bus = new NatsBus(options);
            String run = Long.toUnsignedString(origin, Character.MAX_RADIX);
            return new BusCluster(
                    name,
                    called,
                    origin,
                    bus,
                    log(bus, LogKind.HISTORIES, run, historyBytes),
                    log(bus, LogKind.STATES, run, stateBytes),
                    System::nanoTime,
                    System::currentTimeMillis);
        }

        private LogStore log(NatsBus bus, LogKind kind, String run, long bytes) {
            return new NatsLog(bus, kind, name, new Subjects(name).log(kind), run, bytes);
        }
    }
}
