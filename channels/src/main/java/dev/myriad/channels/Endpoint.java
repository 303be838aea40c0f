package dev.myriad.channels;

import dev.myriad.net.Application;
import dev.myriad.net.Drain;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.NetConfig;
import dev.myriad.net.Transport;
import dev.myriad.net.Transports;
import dev.myriad.net.TrustedProxies;
import dev.myriad.process.Process;
import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Broadcast;
import dev.myriad.pubsub.Cluster;
import dev.myriad.pubsub.ClusterStats;
import dev.myriad.pubsub.Kept;
import dev.myriad.pubsub.PubSub;
import dev.myriad.pubsub.State;
import dev.myriad.pubsub.TopicPattern;
import dev.myriad.pubsub.TopicRule;
import dev.myriad.pubsub.TopicRules;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A server: sockets by path, each with its channels. {@link Builder#build} makes one that does not
 * listen yet, {@link #start} lets it. Thread-safe.
 *
 * <pre>{@code
 * try (Endpoint endpoint =
 *         Endpoint.builder()
 *                 .port(4000)
 *                 .socket("/socket", socket -> socket.channel("room:*", ChatRoom::new))
 *                 .start()) {
 *     endpoint.broadcast("room:lobby", "notice", Map.of("text", "hello"));
 *     ...
 * }
 * }</pre>
 */
public interface Endpoint extends AutoCloseable {
    static Builder builder() {
        return new Builder();
    }

    /**
     * Binds and serves.
     *
     * @return this
     * @throws IllegalStateException if it is started or closed already
     * @throws dev.myriad.net.NetException if the port is taken or the transport cannot serve; it
     *     may be tried again
     */
    Endpoint start();

    /** Whether it listens and lets clients in: started, and not about to close. */
    boolean isReady();

    /**
     * Sends an event to all clients and listeners in a topic; payloads are as {@link Channel}
     * describes. As in Phoenix the event {@code disconnect} to a connection's id is a {@link
     * #disconnect}. Before the start there are listeners only.
     */
    void broadcast(String topic, String event, Object payload);

    /** Sends an event to all clients and listeners in a topic but one listener of the program. */
    void broadcastFrom(Subscription origin, String topic, String event, Object payload);

    /**
     * Sends an event to all clients and listeners in a topic but one process of the program, such
     * as one that {@link #pubSub} has subscribed; for a channel its client is left out too.
     */
    void broadcastFrom(Process origin, String topic, String event, Object payload);

    /** Sends an event to those in a topic who are connected to this node. No topic remembers it. */
    void broadcastLocal(String topic, String event, Object payload);

    /**
     * Calls a listener for each message of a topic that is sent from now on, those of one sender in
     * the order sent. It is called on a virtual thread, for one message at a time, and may block;
     * what it throws is logged. One so slow that {@link Limit#LISTENER_WAITING_MAX} messages wait
     * for it misses those that come meanwhile.
     */
    Subscription subscribe(String topic, Consumer<? super Broadcast> listener);

    /**
     * Closes every connection whose id this is, see {@link ConnectResult.Ok#id(String)}, with code
     * 1001. Clients answer it by connecting again, so refuse them there if they are to stay away.
     * One that is still being let in is not among them.
     */
    void disconnect(String id);

    /**
     * Who is present in a topic: the metas of each key, those included that clients will hear of
     * with the next diff.
     *
     * @throws dev.myriad.pubsub.TopicException {@code NO_RULE}
     */
    Map<String, List<Payload>> presences(String topic);

    /**
     * The values of a topic by key, to be read and written.
     *
     * @throws dev.myriad.pubsub.TopicException {@code NO_RULE}
     */
    State state(String topic);

    /**
     * The newest messages of a topic, oldest first.
     *
     * @throws dev.myriad.pubsub.TopicException {@code NO_RULE}
     */
    List<Kept> history(String topic, int count);

    /**
     * The newest messages of a topic that were sent at a time or later, oldest first.
     *
     * @throws dev.myriad.pubsub.TopicException {@code NO_RULE}
     */
    List<Kept> historySince(String topic, Instant time, int limit);

    /** The other nodes as this one sees them; nothing if it is no part of a cluster. */
    Optional<ClusterStats> cluster();

    /** Topics and those who listen, to subscribe processes of your own. */
    PubSub pubSub();

    /**
     * Where it listens.
     *
     * @throws IllegalStateException if it is not started
     */
    InetSocketAddress address();

    /**
     * The connections, and counters of their own.
     *
     * @throws IllegalStateException if it is not started
     */
    Transport transport();

    /** The counters of sockets and channels, since it was built. */
    EndpointStats stats();

    /**
     * Stops listening and closes every connection with code 1012, which clients answer by
     * connecting again; few at once, many at the pace of {@link Builder#drain}. Clients that poll
     * end first, at the same pace, while it still listens, since their next request brings them the
     * news; a client that connects meanwhile is refused with 503. Returns when all are gone, every
     * channel's {@link Channel#terminate} has returned, and the listeners have heard what was sent
     * to them; it waits for those until the drain's deadline, but at least for its grace, and says
     * in the log how many it left. A channel or listener that calls this is not waited for. Further
     * calls do nothing, and do not wait. An endpoint that was never started cannot be started any
     * more.
     */
    @Override
    void close();

    /** Collects what an endpoint serves. Not thread-safe. */
    final class Builder {
        private final List<SocketRoutes> sockets = new ArrayList<>();
        private String host = "127.0.0.1";
        private int port;
        private int shards = Runtime.getRuntime().availableProcessors();
        private Limits limits = Limits.DEFAULT;
        private JsonCodec json = JacksonCodec.SHARED;
        private TrustedProxies trustedProxies = TrustedProxies.NONE;
        private Drain drain = Drain.DEFAULT;
        private Optional<EndpointClock> clock = Optional.empty();
        private Optional<Around> around = Optional.empty();
        private Optional<BiFunction<NetConfig, Application, Transport>> transport =
                Optional.empty();
        private Transports.Kind kind = Transports.Kind.AUTO;
        private Optional<BiFunction<Endpoint, HttpQuestion, HttpAnswer>> http = Optional.empty();
        private Duration warmUp = Duration.ZERO;
        private Optional<Cluster> cluster = Optional.empty();
        private TopicRules topicRules = TopicRules.NONE;

        private Builder() {}

        /**
         * What topics remember: messages, who is here, values by key. Of several rules the first
         * whose pattern matches is the topic's; a topic without one remembers nothing.
         *
         * <pre>{@code
         * .topics("room:*", rule -> rule.history(HistoryRule.last(1_000)).presence(PresenceRule.full()))
         * }</pre>
         *
         * @param pattern a topic, or a prefix and {@code *}
         * @throws IllegalArgumentException if it is neither, or no topic is left for it
         */
        public Builder topics(String pattern, UnaryOperator<TopicRule> rule) {
            topicRules = topicRules.with(new TopicPattern(pattern), rule.apply(TopicRule.NONE));
            return this;
        }

        /**
         * The other nodes, on which topics have subscribers too; none without it. See {@code
         * NatsCluster} in the module {@code myriad-cluster}.
         *
         * @throws IllegalStateException if there is one already
         */
        public Builder cluster(Cluster cluster) {
            if (this.cluster.isPresent()) {
                throw new IllegalStateException("an endpoint is a part of one cluster, not of two");
            }
            this.cluster = Optional.of(cluster);
            return this;
        }

        /** The address to listen on; only this machine without it. */
        public Builder host(String host) {
            this.host = host;
            return this;
        }

        /**
         * The proxies in front, which say in {@code Forwarded} or {@code X-Forwarded-For} for whom
         * they ask; nobody is believed without it. Limits for each address and logs then are about
         * the clients.
         *
         * @param cidrs networks such as {@code 10.0.0.0/8}, or single addresses
         * @throws IllegalArgumentException if one is none
         */
        public Builder trustedProxies(List<String> cidrs) {
            return trustedProxies(TrustedProxies.of(cidrs));
        }

        /** The proxies in front, as {@link #trustedProxies(List)} has them. */
        public Builder trustedProxies(TrustedProxies proxies) {
            this.trustedProxies = proxies;
            return this;
        }

        /** The port to listen on; any free one without it. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** The event loops; as many as cores without it. */
        public Builder shards(int shards) {
            this.shards = shards;
            return this;
        }

        /** The bounds of what clients can make grow; {@link Limits#DEFAULT} without it. */
        public Builder limits(Limits limits) {
            this.limits = limits;
            return this;
        }

        /**
         * How payloads are read and written: {@code JacksonCodec.of(mapper)} for a mapper of your
         * own; {@link JacksonCodec#SHARED} without it.
         */
        public Builder json(JsonCodec json) {
            this.json = json;
            return this;
        }

        /** How {@link Endpoint#close} lets the connections go; {@link Drain#DEFAULT} without it. */
        public Builder drain(Drain drain) {
            this.drain = drain;
            return this;
        }

        /** How to talk to the kernel; the best that the machine offers without it. */
        public Builder transport(Transports.Kind kind) {
            this.kind = kind;
            return this;
        }

        /** A transport of your own, such as one without a network for tests. */
        public Builder transport(Function<Application, Transport> starter) {
            return transport((_, application) -> starter.apply(application));
        }

        /** A transport of your own, with what this builder was told about ports and limits. */
        public Builder transport(BiFunction<NetConfig, Application, Transport> starter) {
            this.transport = Optional.of(starter);
            return this;
        }

        /**
         * Lets the endpoint serve clients of its own before it listens, so that the JVM has
         * compiled what the first clients need: {@link Endpoint#start} takes so much longer, at
         * most, and the first seconds cost little more than later ones. Nothing of it shows in
         * counters, and no code of the program runs. Without it there is none; a second does
         * little, three or four do most. A transport of your own is not warmed.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder warmUp(Duration atMost) {
            if (atMost.isNegative()) {
                throw new IllegalArgumentException("a warm-up takes no negative time: " + atMost);
            }
            this.warmUp = atMost;
            return this;
        }

        /** The time that it goes by; the machine's without it. */
        public Builder clock(EndpointClock clock) {
            this.clock = Optional.of(clock);
            return this;
        }

        /** Code around all callbacks; of several, the first added is outermost. */
        public Builder around(Around around) {
            this.around = Optional.of(this.around.map(outer -> outer.then(around)).orElse(around));
            return this;
        }

        /**
         * Adds a socket, whose clients connect to {@code path/websocket}. A segment such as {@code
         * :user_id} stands for any one, which {@link Connect} finds among the parameters; a path
         * without such goes first, and of those with, the first added.
         *
         * @throws IllegalArgumentException if no client could use it: it has no slash at its start
         *     or {@code websocket} at its end, a parameter has no name, there is one at that path,
         *     it has no channels, or a route of it is never reached
         */
        public Builder socket(String path, Consumer<SocketRoutes> routes) {
            SocketRoutes socket = new SocketRoutes(SocketPath.parse(path));
            routes.accept(socket);
            socket.check();
            for (SocketRoutes other : sockets) {
                if (other.path().isSame(socket.path())) {
                    throw new IllegalArgumentException(
                            "two sockets at one path, \"%s\" and \"%s\": put the channels of both into one"
                                    .formatted(other.path(), path));
                }
            }
            sockets.add(socket);
            return this;
        }

        /**
         * Answers all other HTTP requests, on virtual threads; 404 without it.
         *
         * @throws IllegalStateException if there is one already
         */
        public Builder http(Function<HttpQuestion, HttpAnswer> http) {
            return http((_, question) -> http.apply(question));
        }

        /**
         * Answers all other HTTP requests, and has the endpoint at hand, to broadcast for instance.
         *
         * @throws IllegalStateException if there is one already
         */
        public Builder http(BiFunction<Endpoint, HttpQuestion, HttpAnswer> http) {
            if (this.http.isPresent()) {
                throw new IllegalStateException(
                        "a second http: one function answers all requests, so let it look at"
                                + " question.path()");
            }
            this.http = Optional.of(http);
            return this;
        }

        /** An endpoint that does not listen yet. */
        public Endpoint build() {
            NetConfig config = new NetConfig(host, port, shards, limits, trustedProxies);
            boolean warms = transport.isEmpty() && !warmUp.isZero();
            BiFunction<NetConfig, Application, Transport> starter =
                    transport.orElse(
                            (_, application) -> Transports.start(kind, config, application));
            return new LocalEndpoint(
                    sockets,
                    http.orElse((_, _) -> HttpAnswer.text(404, "not found\n")),
                    limits,
                    json,
                    clock.orElseGet(EndpointClock::system),
                    around,
                    drain,
                    config.memory(),
                    topicRules,
                    cluster,
                    warms ? () -> Rehearsal.on(kind, config, warmUp).run() : () -> {},
                    application -> starter.apply(config, application));
        }

        /**
         * Builds and starts.
         *
         * @throws dev.myriad.net.NetException if the port is taken or the transport cannot serve
         */
        public Endpoint start() {
            Endpoint built = build();
            try {
                return built.start();
            } catch (RuntimeException | Error fault) { // the other nodes hear that it is gone
                built.close();
                throw fault;
            }
        }
    }
}
