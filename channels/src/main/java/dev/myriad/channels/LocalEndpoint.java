package dev.myriad.channels;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.longpoll.LongPollStats;
import dev.myriad.longpoll.LongPollTransport;
import dev.myriad.net.Application;
import dev.myriad.net.Drain;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import dev.myriad.net.Transport;
import dev.myriad.process.Process;
import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.PayloadException;
import dev.myriad.pubsub.Broadcast;
import dev.myriad.pubsub.Cluster;
import dev.myriad.pubsub.ClusterStats;
import dev.myriad.pubsub.Kept;
import dev.myriad.pubsub.PubSub;
import dev.myriad.pubsub.Remembering;
import dev.myriad.pubsub.State;
import dev.myriad.pubsub.TopicRules;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** The endpoint of this node, and what its sockets share. Thread-safe. */
final class LocalEndpoint implements Endpoint {
    private static final Line LISTENS =
            Log.of(Endpoint.class).info("listens on {}:{}, transport {}: {}").eachTime();

    private static final Line CHANNELS_LEFT =
            Log.of(Endpoint.class).warning("closed before {} channels had ended").eachTime();
    private static final Line LISTENERS_LEFT =
            Log.of(Endpoint.class).warning("closed before {} listeners had heard all").eachTime();
    private static final Line LOWERED = Log.of(Endpoint.class).warning("{}").eachTime();

    /** How long the log may take for what the end has told. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private static final String DISCONNECT = "disconnect";
    private static final String RESERVED = "phx_";

    /** In this order, but for a start that fails. */
    private enum Phase {
        BUILT,
        STARTING,
        STARTED,
        CLOSED
    }

    final Counters counters = new Counters();
    final Lives lives = new Lives();
    final SocketIds ids = new SocketIds();
    final Mistakes mistakes = new Mistakes();
    final Limits limits;
    final Memory memory;
    final JsonCodec json;
    final EndpointClock clock;
    final Optional<Around> around;
    final Admission admission;

    private final PubSub pubSub;
    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
    private final Gate gate;
    private final Drain drain;
    private final Runnable rehearsal;
    private final Function<Application, Transport> starter;
    private final CompletableFuture<Transport> transport = new CompletableFuture<>();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.BUILT);

    LocalEndpoint(
            List<SocketRoutes> sockets,
            BiFunction<Endpoint, HttpQuestion, HttpAnswer> http,
            Limits limits,
            JsonCodec json,
            EndpointClock clock,
            Optional<Around> around,
            Drain drain,
            Memory memory,
            TopicRules topicRules,
            Optional<Cluster> cluster,
            Runnable rehearsal,
            Function<Application, Transport> starter) {
        this.limits = limits;
        this.json = json;
        this.clock = clock;
        this.around = around;
        this.drain = drain;
        this.memory = memory;
        this.rehearsal = rehearsal;
        this.starter = starter;
        admission = new Admission(limits, clock::nanoTime);
        // The first connection may come before the transport's own start has returned.
        pubSub =
                new PubSub(
                        () -> transport.join().group(),
                        Optional.of(
                                Remembering.of(
                                        topicRules,
                                        json,
                                        limits,
                                        memory,
                                        clock::millis,
                                        clock::nanoTime)),
                        cluster);
        Mounts mounts = new Mounts(sockets.stream().map(routes -> routes.mount(this)).toList());
        gate =
                new Gate(
                        mounts,
                        question -> http.apply(this, question),
                        admission,
                        mistakes,
                        memory.of(Memory.Kind.MAIL));
    }

    @Override
    public Endpoint start() {
        Transport started = open();
        memory.lowered().ifPresent(LOWERED::tell);
        LISTENS.tell(
                started.address().getAddress().getHostAddress(),
                started.address().getPort(),
                started.name(),
                started.reason());
        return this;
    }

    /** Starts, and tells nobody. */
    Transport open() {
        if (!phase.compareAndSet(Phase.BUILT, Phase.STARTING)) {
            throw new IllegalStateException(
                    phase.get() == Phase.CLOSED
                            ? "the endpoint is closed: build another one"
                            : "the endpoint is started already");
        }
        Transport started;
        try {
            rehearsal.run();
            pubSub.start(json, ids::disconnect); // before the first client
            started =
                    gate.mounts().anyPolls()
                            ? LongPollTransport.start(
                                    gate.mounts()::longPoll, limits, memory, gate, starter)
                            : starter.apply(gate);
        } catch (RuntimeException | Error e) {
            boolean _ = phase.compareAndSet(Phase.STARTING, Phase.BUILT);
            throw e;
        }
        transport.complete(started);
        if (!phase.compareAndSet(Phase.STARTING, Phase.STARTED)) {
            close(started);
            throw new IllegalStateException("the endpoint was closed while it started");
        }
        return started;
    }

    @Override
    public boolean isReady() {
        return phase.get() == Phase.STARTED && transport.join().isServing();
    }

    @Override
    public void broadcast(String topic, String event, Object payload) {
        if (event.equals(DISCONNECT)) {
            ids.disconnect(topic);
            pubSub.disconnectElsewhere(topic);
        }
        pubSub.broadcast(topic, event, message(event, payload));
    }

    @Override
    public void broadcastFrom(Subscription origin, String topic, String event, Object payload) {
        broadcastFrom(origin.process(), topic, event, payload);
    }

    @Override
    public void broadcastFrom(Process origin, String topic, String event, Object payload) {
        Payload message = message(event, payload);
        if (origin instanceof ChannelProcess channel) {
            pubSub.broadcastFrom(channel.connection(), channel, topic, event, message);
        } else {
            pubSub.broadcastFrom(origin, topic, event, message);
        }
    }

    @Override
    public void broadcastLocal(String topic, String event, Object payload) {
        pubSub.broadcastLocal(topic, event, message(event, payload));
    }

    /**
     * The payload of an event that is sent to clients. One that is named like those of the protocol
     * is sent as well, and told of as a mistake.
     */
    Payload message(String event, Object value) {
        if (event.startsWith(RESERVED)) {
            mistakes.made(
                    Mistake.RESERVED_EVENT,
                    () ->
                            "the event "
                                    + Mistakes.shown(event)
                                    + " is of the protocol: clients take it for a join, a leave or"
                                    + " an end; send one that does not begin with phx_");
        }
        Payload payload = Payload.of(value, json);
        if (!payload.isBinary() && !payload.isObject()) { // what a client sent may be any JSON
            throw new PayloadException(
                    PayloadException.Code.NOT_AN_OBJECT,
                    "only an object can be pushed and broadcast, which this is not: " + payload);
        }
        return payload;
    }

    @Override
    public Subscription subscribe(String topic, Consumer<? super Broadcast> listener) {
        Subscription made =
                new Subscription(
                        pubSub,
                        topic,
                        listener,
                        limits.of(Limit.LISTENER_WAITING_MAX),
                        memory.of(Memory.Kind.MAIL),
                        admission,
                        subscriptions::remove);
        subscriptions.add(made);
        return made;
    }

    @Override
    public void disconnect(String id) {
        broadcast(id, DISCONNECT, Payload.EMPTY);
    }

    @Override
    public Map<String, List<Payload>> presences(String topic) {
        return pubSub.present(topic);
    }

    @Override
    public State state(String topic) {
        return pubSub.state(topic);
    }

    @Override
    public List<Kept> history(String topic, int count) {
        return pubSub.last(topic, count);
    }

    @Override
    public List<Kept> historySince(String topic, Instant time, int limit) {
        return pubSub.since(topic, time.toEpochMilli(), limit);
    }

    @Override
    public Optional<ClusterStats> cluster() {
        return pubSub.clusterStats();
    }

    @Override
    public PubSub pubSub() {
        return pubSub;
    }

    @Override
    public InetSocketAddress address() {
        return transport().address();
    }

    @Override
    public Transport transport() {
        Transport started = transport.getNow(null);
        if (started == null) {
            throw new IllegalStateException("the endpoint is not started: call start() first");
        }
        return started;
    }

    @Override
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
                mistakes.counts(),
                transport.getNow(null) instanceof LongPollTransport polling
                        ? polling.longPollStats()
                        : LongPollStats.NONE,
                pubSub.memoryStats());
    }

    @Override
    public void close() {
        if (phase.getAndSet(Phase.CLOSED) == Phase.STARTED) {
            close(transport());
            boolean _ = Log.flush(LAST_WORDS);
        } else { // one that is being started just now closes itself
            pubSub.close();
        }
    }

    private void close(Transport serving) {
        long startNanos = System.nanoTime();
        admission.close();
        try {
            serving.close(drain);
        } finally {
            long deadlineNanos = TimeUnit.MILLISECONDS.toNanos(drain.deadlineMillis());
            long graceNanos = TimeUnit.MILLISECONDS.toNanos(drain.graceMillis());
            long now = System.nanoTime();
            awaitEnds(now + Math.max(deadlineNanos - (now - startNanos), graceNanos));
            pubSub.close();
        }
    }

    /** Waits for those who have yet to hear of the end: channels, then whom they told of theirs. */
    private void awaitEnds(long endNanos) {
        Process self = Process.self();
        boolean asChannel =
                self instanceof ChannelProcess channel && channel.socket.mount.endpoint() == this;
        int spare = asChannel ? 1 : 0; // which ends when this has returned
        long channels = lives.await(spare, endNanos);
        if (channels > 0) {
            CHANNELS_LEFT.tell(channels);
            return;
        }
        subscriptions.stream()
                .filter(subscription -> !subscription.process().equals(self))
                .forEach(subscription -> subscription.tellWhenHeard(lives));
        long listeners = lives.await(spare, endNanos);
        if (listeners > 0) {
            LISTENERS_LEFT.tell(listeners);
        }
    }

    /** What its transport serves. */
    Gate gate() {
        return gate;
    }
}
