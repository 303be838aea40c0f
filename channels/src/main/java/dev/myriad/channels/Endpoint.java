package dev.myriad.channels;

import dev.myriad.longpoll.LongPollStats;
import dev.myriad.longpoll.LongPollTransport;
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
import dev.myriad.pubsub.PubSub;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A listening server: sockets by path, each with its channels. Thread-safe.
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
public final class Endpoint implements AutoCloseable {
    private static final String DISCONNECT = "disconnect";

    private final Transport transport;
    private final PubSub pubSub;
    private final Counters counters;
    private final SocketIds ids;
    private final Admission admission;
    private final Drain drain;
    private final Limits limits;
    private final JsonCodec json;
    private final AtomicBoolean closing = new AtomicBoolean();

    private Endpoint(
            Transport transport,
            PubSub pubSub,
            Counters counters,
            SocketIds ids,
            Admission admission,
            Drain drain,
            Limits limits,
            JsonCodec json) {
        this.json = json;
        this.limits = limits;
        this.admission = admission;
        this.drain = drain;
        this.transport = transport;
        this.pubSub = pubSub;
        this.counters = counters;
        this.ids = ids;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Sends an event to all clients and listeners in a topic; payloads are as {@link Channel}
     * describes. As in Phoenix the event {@code disconnect} to a connection's id is a {@link
     * #disconnect}.
     */
    public void broadcast(String topic, String event, Object payload) {
        if (event.equals(DISCONNECT)) {
            ids.disconnect(topic);
        }
        pubSub.broadcast(topic, event, Payload.of(payload, json));
    }

    /** Sends an event to all clients and listeners in a topic but one listener of the program. */
    public void broadcastFrom(Subscription origin, String topic, String event, Object payload) {
        broadcastFrom(origin.process(), topic, event, payload);
    }

    /**
     * Sends an event to all clients and listeners in a topic but one process of the program, such
     * as one that {@link #pubSub} has subscribed; for a channel its client is left out too.
     */
    public void broadcastFrom(Process origin, String topic, String event, Object payload) {
        Payload message = Payload.of(payload, json);
        if (origin instanceof ChannelProcess channel) {
            pubSub.broadcastFrom(channel.connection(), channel, topic, event, message);
        } else {
            pubSub.broadcastFrom(origin, topic, event, message);
        }
    }

    /**
     * Sends an event to those in a topic who are connected to this node. There is only one node
     * today, so that it does the same as {@link #broadcast}.
     */
    public void broadcastLocal(String topic, String event, Object payload) {
        pubSub.broadcastLocal(topic, event, Payload.of(payload, json));
    }

    /**
     * Calls a listener for each message of a topic that is sent from now on, those of one sender in
     * the order sent. It is called on a virtual thread, for one message at a time, and may block;
     * what it throws is logged. One so slow that {@link Limit#LISTENER_WAITING_MAX} messages wait
     * for it misses those that come meanwhile.
     */
    public Subscription subscribe(String topic, Consumer<? super Broadcast> listener) {
        return new Subscription(pubSub, topic, listener, limits.of(Limit.LISTENER_WAITING_MAX));
    }

    /**
     * Closes every connection whose id this is, see {@link ConnectResult.Ok#id(String)}, with code
     * 1001. Clients answer it by connecting again, so refuse them there if they are to stay away.
     * One that is still being let in is not among them.
     */
    public void disconnect(String id) {
        broadcast(id, DISCONNECT, Payload.EMPTY);
    }

    /** Topics and those who listen, to subscribe processes of your own. */
    public PubSub pubSub() {
        return pubSub;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return transport.address();
    }

    /** The connections, and counters of their own. */
    public Transport transport() {
        return transport;
    }

    public EndpointStats stats() {
        long ends = counters.ends.sum(); // before the joins, so that the difference is not negative
        long joins = counters.joins.sum();
        return new EndpointStats(
                joins - ends,
                pubSub.topics(),
                joins,
                counters.joinsRefused.sum(),
                counters.messages.sum(),
                pubSub.broadcasts(),
                pubSub.dropped(),
                counters.crashes.sum(),
                admission.counts(),
                transport instanceof LongPollTransport polling
                        ? polling.longPollStats()
                        : LongPollStats.NONE);
    }

    /**
     * Stops listening and closes every connection with code 1012, which clients answer by
     * connecting again; few at once, many at the pace of {@link Builder#drain}. Clients that poll
     * end first, at the same pace, while it still listens, since they come to be told; whoever
     * connects anew is refused with 503 meanwhile. Returns when all are gone; while one call is
     * under way, further ones do nothing.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        admission.close();
        transport.close(drain);
    }

    /** Collects what an endpoint serves. Not thread-safe. */
    public static final class Builder {
        private final Map<String, SocketRoutes> sockets = new LinkedHashMap<>();
        private String host = "127.0.0.1";
        private int port;
        private int shards = Runtime.getRuntime().availableProcessors();
        private Limits limits = Limits.DEFAULT;
        private JsonCodec json = JacksonCodec.SHARED;
        private Drain drain = Drain.DEFAULT;
        private Transports.Kind kind = Transports.Kind.AUTO;
        private Function<HttpQuestion, HttpAnswer> http = _ -> HttpAnswer.text(404, "not found\n");

        private TrustedProxies trustedProxies = TrustedProxies.NONE;

        private Builder() {}

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
            this.trustedProxies = TrustedProxies.of(cidrs);
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

        public Builder transport(Transports.Kind kind) {
            this.kind = kind;
            return this;
        }

        /**
         * Adds a socket, whose clients connect to {@code path/websocket}. A segment such as {@code
         * :user_id} stands for any one, which {@link Connect} finds among the parameters; a path
         * without such goes first, and of those with, the first added.
         *
         * @throws IllegalArgumentException if there is one at that path, or a parameter has no name
         */
        public Builder socket(String path, Consumer<SocketRoutes> routes) {
            String base = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            SocketRoutes socket = new SocketRoutes(SocketPath.parse(base));
            routes.accept(socket);
            if (sockets.put(base + "/websocket", socket) != null) {
                throw new IllegalArgumentException("two sockets at path " + path);
            }
            return this;
        }

        /** Answers all other HTTP requests, on virtual threads; 404 without it. */
        public Builder http(Function<HttpQuestion, HttpAnswer> http) {
            this.http = http;
            return this;
        }

        /**
         * Binds and serves.
         *
         * @throws dev.myriad.net.NetException if the port is taken or the transport cannot serve
         */
        public Endpoint start() {
            NetConfig config = new NetConfig(host, port, shards, limits, trustedProxies);
            return start(application -> Transports.start(kind, config, application));
        }

        /** Serves on a transport of your own, such as one without a network for tests. */
        public Endpoint start(Function<Application, Transport> starter) {
            Counters counters = new Counters();
            SocketIds ids = new SocketIds();
            Admission admission = new Admission(limits);
            CompletableFuture<Transport> started = new CompletableFuture<>();
            PubSub pubSub = new PubSub(() -> started.join().group());
            Map<String, Mount> mounts = new LinkedHashMap<>();
            sockets.forEach(
                    (path, routes) -> {
                        Mount mount =
                                new Mount(
                                        routes.channels(),
                                        routes.connect(),
                                        routes.originCheck(),
                                        routes.serializers(),
                                        pubSub,
                                        counters,
                                        ids,
                                        limits,
                                        json,
                                        admission,
                                        routes.expiry(),
                                        routes.front());
                        mounts.put(path, mount);
                    });
            Gate gate = new Gate(mounts, http, admission);
            Transport transport =
                    gate.mounts().anyPolls()
                            ? LongPollTransport.start(
                                    gate.mounts()::longPoll, limits, gate, starter)
                            : starter.apply(gate);
            started.complete(transport);
            return new Endpoint(transport, pubSub, counters, ids, admission, drain, limits, json);
        }
    }
}
