package dev.myriad.pubsub;

import dev.myriad.net.Connection;
import dev.myriad.net.Group;
import dev.myriad.net.Receipt;
import dev.myriad.process.Process;
import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.PayloadException;
import dev.myriad.protocol.Serializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages by topic to connections and processes. Thread-safe; it never blocks.
 *
 * <p>A broadcast is encoded once per serializer that is present in the topic, and the same bytes go
 * to all connections (Phoenix calls it the fastlane): no process of a subscriber is woken. A
 * subscribed connection costs nothing beyond its entry in a net {@link Group}, a broadcast to a
 * topic without subscribers one look-up.
 *
 * <p>Messages of one sender to one topic reach each subscriber in the order sent, but what is sent
 * straight to a connection may overtake those that go to all. Delivery is at-most-once.
 *
 * <p>A topic may have a {@link TopicRule} by which it remembers: messages, who is here, what is
 * true now. Then all that it tells goes through its {@link TopicMemory}.
 *
 * <p>A topic's entry exists while it has subscribers or remembers something. It comes, changes and
 * goes only within {@link ConcurrentHashMap#compute}, so that no one subscribes to an entry that is
 * being removed.
 */
public final class PubSub {
    private static final byte[] NOTHING = {};
    private static final int KEY_BYTES_MAX = 255;
    private static final int DONE_SECONDS = 10;
    private static final Set<String> NO_EVENTS = Set.of();
    private static final @Nullable Process NOBODY = null;

    private final ConcurrentHashMap<String, Topic> topics = new ConcurrentHashMap<>();
    private final Supplier<Group> groups;
    private final Optional<Remembering> remembering;
    private final Optional<Cluster> cluster;
    private final Newcomers newcomers;
    private final Memories memories;
    private final MemoryCounters counters = new MemoryCounters();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicLong numbers = new AtomicLong();
    private final LongAdder broadcasts = new LongAdder();
    private final LongAdder unencodable = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /**
     * @param groups makes the groups of the transport that owns the connections, {@code
     *     transport::group}
     */
    public PubSub(Supplier<Group> groups) {
        this(groups, Optional.empty(), Optional.empty());
    }

    /**
     * @param remembering for topics that remember; without it none does
     * @param cluster the other nodes; without it there is none but this
     */
    public PubSub(
            Supplier<Group> groups, Optional<Remembering> remembering, Optional<Cluster> cluster) {
        this.groups = groups;
        this.cluster = cluster;
        this.remembering = remembering.filter(given -> !given.rules().isEmpty());
        this.newcomers = new Newcomers(remembering.map(Remembering::newcomersBytesMax).orElse(1L));
        this.memories = new Memories(this, remembering.map(Remembering::topics));
    }

    /** Subscribes a connection, which must not be subscribed to that topic already. */
    public void subscribe(String topic, Connection connection, Serializer serializer) {
        subscribe(Topic.of(topic), connection, serializer, NOTHING);
    }

    /**
     * Subscribes a connection and sends it something that is to arrive before all messages of the
     * topic. Whoever has received it misses no message from then on.
     *
     * @return the topic, the same object for all its subscribers: keep that and drop yours
     */
    public Topic subscribe(
            Topic topic, Connection connection, Serializer serializer, byte[] firstFrames) {
        return subscribe(topic, connection, serializer, firstFrames, NO_EVENTS, NOBODY);
    }

    /**
     * Subscribes a connection as above but for some events: messages of those go, as {@link
     * Intercepted}, to a process instead, which may send something to the connection or not. Those
     * of one sender that are intercepted reach it in the order sent, and so do the others; an
     * intercepted message may come later than others that were sent after it.
     *
     * @param intercepted the same set has to be given to {@link #unsubscribe(String, Connection,
     *     Serializer, Set)}
     */
    public Topic subscribe(
            Topic topic,
            Connection connection,
            Serializer serializer,
            byte[] firstFrames,
            Set<String> intercepted,
            @Nullable Process interceptor) {
        Seat seat = new Seat(serializer, Set.copyOf(intercepted), false);
        Topic entered = take(topic, connection, seat, interceptor);
        awaitReach(entered.name());
        entered.audience(seat).orElseThrow().group.add(connection, firstFrames);
        return entered;
    }

    /**
     * Subscribes a connection as above to a topic that {@linkplain #remembers remembers}: the reply
     * is followed by what the client has missed, who is here and what is true now, as far as the
     * topic remembers it, and all that before any message that is sent from then on. It may wait,
     * while much is on its way to others who have just come.
     *
     * @param reply makes the first frame, when it is known what the client will get
     */
    public Entered enter(
            Topic topic,
            Connection connection,
            Serializer serializer,
            Set<String> intercepted,
            @Nullable Process interceptor,
            Resume resume,
            Function<Optional<Recovery>, byte[]> reply)
            throws InterruptedException {
        newcomers.awaitRoom();
        TopicRule rule = rule(topic.name()).orElse(TopicRule.NONE);
        boolean positioned =
                rule.history().isPresent()
                        && !(resume instanceof Resume.Nothing)
                        && intercepted.isEmpty();
        Seat seat = new Seat(serializer, Set.copyOf(intercepted), positioned);
        Topic entered = take(topic, connection, seat, interceptor);
        Topic.Audience audience = entered.audience(seat).orElseThrow();
        TopicMemory memory = Objects.requireNonNull(entered.memory());
        try {
            if (rule.state().isPresent()) {
                know(entered.name());
            }
            long known = awaitReach(entered.name(), resume);
            // It has a subscriber, and so a memory that is not over.
            Optional<Recovery> recovery =
                    memory.within(
                                    () ->
                                            memory.enter(
                                                    connection,
                                                    audience,
                                                    resume,
                                                    known,
                                                    reply,
                                                    newcomers))
                            .orElseThrow();
            recovery.ifPresent(counters::recovered);
        } catch (Throwable fault) {
            unsubscribe(entered.name(), connection, serializer, seat.intercepted(), positioned);
            throw fault;
        }
        return new Entered(entered, positioned);
    }

    /**
     * What {@link #enter} gives.
     *
     * @param topic the same object for all its subscribers
     * @param positioned to be given to {@link #unsubscribe}
     */
    public record Entered(Topic topic, boolean positioned) {}

    private Topic take(
            Topic topic, Connection connection, Seat seat, @Nullable Process interceptor) {
        return topics.compute(
                topic.name(),
                (_, present) -> {
                    Topic entry = present == null ? born(topic) : present;
                    Topic.Audience entered = entry.enter(seat, this);
                    if (interceptor != null && !seat.intercepted().isEmpty()) {
                        entered.interceptors.put(connection, interceptor);
                    }
                    return entry;
                });
    }

    /**
     * Whoever comes has heard, when the reply comes, all that other nodes send from then on. If the
     * caller is interrupted it does not wait: there may be a gap then, which is known.
     */
    private void awaitReach(String topic) {
        long _ = awaitReach(topic, Resume.NOTHING);
    }

    /** Up to where a cluster's log is known here, negative if there is none, or it is not known. */
    private long awaitReach(String topic, Resume resume) {
        Optional<Cluster> nodes = clusterOf(topic);
        if (nodes.isPresent()) {
            try {
                long known =
                        history(topic).isPresent()
                                ? nodes.get().histories().awaitKnown(topic, seen(resume))
                                : -1;
                if (known < 0 || rule(topic).flatMap(TopicRule::presence).isPresent()) {
                    nodes.get().awaitReach(topic);
                }
                return known;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return -1;
    }

    private static Position seen(Resume resume) {
        Optional<Position> seen =
                resume instanceof Resume.After after ? after.position() : Optional.empty();
        return seen.orElse(Position.NONE);
    }

    /** A topic comes into being, with its memory if it has one. Called within compute. */
    private Topic born(Topic topic) {
        clusterOf(topic.name()).ifPresent(nodes -> came(nodes, topic.name()));
        if (remembering.isPresent()) {
            Remembering with = remembering.get();
            with.rules()
                    .of(topic.name())
                    .ifPresent(
                            rule -> {
                                TopicMemory memory =
                                        new TopicMemory(
                                                this, topic, rule, with, clusterOf(topic.name()));
                                topic.memory(memory);
                                memories.add(topic);
                            });
        }
        return topic;
    }

    private void came(Cluster nodes, String topic) {
        nodes.came(topic);
        history(topic).ifPresent(rule -> nodes.histories().came(topic, rule));
        if (stateRule(topic).isPresent()) {
            nodes.states().came(topic, FromStates.EVERYTHING);
        }
    }

    private void went(Cluster nodes, String topic) {
        nodes.went(topic);
        if (history(topic).isPresent()) {
            nodes.histories().went(topic);
        }
        if (stateRule(topic).isPresent()) {
            nodes.states().went(topic);
        }
    }

    private Optional<HistoryRule> history(String topic) {
        return rule(topic).flatMap(TopicRule::history);
    }

    private Optional<TopicRule> rule(String topic) {
        return remembering.flatMap(with -> with.rules().of(topic));
    }

    /** Whether a topic has a rule. */
    public boolean remembers(String topic) {
        return remembering.isPresent() && rule(topic).isPresent();
    }

    /** Ends a connection's subscription, which must exist. */
    public void unsubscribe(String topic, Connection connection, Serializer serializer) {
        unsubscribe(topic, connection, serializer, NO_EVENTS, false);
    }

    /** Ends the subscription of a connection with intercepted events, which must exist. */
    public void unsubscribe(
            String topic, Connection connection, Serializer serializer, Set<String> intercepted) {
        unsubscribe(topic, connection, serializer, intercepted, false);
    }

    /** Ends the subscription of {@link #enter}, which must exist. */
    public void unsubscribe(
            String topic,
            Connection connection,
            Serializer serializer,
            Set<String> intercepted,
            boolean positioned) {
        Topic entry = topics.get(topic);
        if (entry == null) {
            return;
        }
        Topic.Audience audience =
                entry.audience(new Seat(serializer, intercepted, positioned)).orElse(null);
        if (audience == null) {
            return;
        }
        audience.group.remove(connection);
        topics.computeIfPresent(
                topic,
                (_, present) -> {
                    if (!intercepted.isEmpty()) {
                        audience.interceptors.remove(connection);
                    }
                    present.leave(audience);
                    return unlessDeserted(present);
                });
    }

    /** The entry, or null if nobody needs it. Called within compute. */
    private @Nullable Topic unlessDeserted(Topic entry) {
        if (!entry.deserted()) {
            return entry;
        }
        TopicMemory memory = entry.memory();
        if (memory == null) {
            clusterOf(entry.name()).ifPresent(nodes -> went(nodes, entry.name()));
            return null;
        }
        long age = history(entry.name()).map(h -> h.age().toMillis()).orElse(0L);
        if (!memory.endIfEmpty(age)) {
            return entry;
        }
        memories.remove(entry);
        clusterOf(entry.name()).ifPresent(nodes -> went(nodes, entry.name()));
        return null;
    }

    /** Whether it is gone, being empty. */
    boolean endIfDeserted(Topic topic) {
        return topics.computeIfPresent(
                        topic.name(),
                        (_, present) -> present == topic ? unlessDeserted(present) : present)
                != topic;
    }

    /**
     * Subscribes a process, which gets each message as a {@link Broadcast}. Subscribing twice is
     * subscribing once. A process has to unsubscribe before it ends, and to bound what waits for
     * it: by a limit of its own or as a {@link Subscriber}.
     */
    public void subscribe(String topic, Process process) {
        topics.compute(
                topic,
                (name, present) -> {
                    Topic entry = present == null ? born(Topic.of(name)) : present;
                    entry.enter(process);
                    return entry;
                });
        awaitReach(topic);
    }

    /** Ends a process's subscription, if there is one. */
    public void unsubscribe(String topic, Process process) {
        topics.computeIfPresent(
                topic,
                (_, present) -> {
                    present.leave(process);
                    return unlessDeserted(present);
                });
    }

    /**
     * Sends to all subscribers of a topic.
     *
     * @throws IllegalArgumentException if the payload is JSON but not an object
     */
    public void broadcast(String topic, String event, Payload payload) {
        publish(topic, new Message(event, payload, null, null, null));
    }

    /**
     * Sends to all subscribers of a topic as one of them, who gets its own copy as by {@link
     * Connection#send}: so that one keeps its place among what else the caller sends to that
     * connection, as the copies of the others do not. One who gets positions gets it in the topic's
     * order instead.
     *
     * @param serializer what {@code subscribe} was given for that connection, as {@code
     *     intercepted}
     */
    public void broadcastAs(
            Connection sender,
            Serializer serializer,
            Set<String> intercepted,
            String topic,
            String event,
            Payload payload) {
        Place self = new Place(sender, new Seat(serializer, intercepted, false));
        publish(topic, new Message(event, payload, null, null, self));
    }

    /** {@link #broadcast} to all but one connection. */
    public void broadcastFrom(Connection origin, String topic, String event, Payload payload) {
        publish(topic, new Message(event, payload, origin, null, null));
    }

    /** {@link #broadcast} to all but one process. */
    public void broadcastFrom(Process origin, String topic, String event, Payload payload) {
        publish(topic, new Message(event, payload, null, origin, null));
    }

    /** {@link #broadcast} to all but a process and the connection that it speaks for. */
    public void broadcastFrom(
            Connection origin, Process process, String topic, String event, Payload payload) {
        publish(topic, new Message(event, payload, origin, process, null));
    }

    /** {@link #broadcast} to the subscribers on this node only. No topic remembers it. */
    public void broadcastLocal(String topic, String event, Payload payload) {
        local(topic, new Message(event, payload, null, null, null));
    }

    /** {@link #broadcastAs} on this node, as {@link #broadcastLocal}. */
    public void broadcastLocalAs(
            Connection sender,
            Serializer serializer,
            Set<String> intercepted,
            String topic,
            String event,
            Payload payload) {
        Place self = new Place(sender, new Seat(serializer, intercepted, false));
        local(topic, new Message(event, payload, null, null, self));
    }

    /** {@link #broadcastLocal} to all but one connection. */
    public void broadcastLocalFrom(Connection origin, String topic, String event, Payload payload) {
        local(topic, new Message(event, payload, origin, null, null));
    }

    // ---- what topics remember

    /**
     * The newest messages of a topic, oldest first.
     *
     * @throws TopicException {@code NO_RULE}
     */
    public List<Kept> last(String topic, int count) {
        knowHistory(topic);
        return remember(topic, memory -> memory.last(count));
    }

    /**
     * The newest of a topic's messages that were sent at a time or later, oldest first.
     *
     * @throws TopicException {@code NO_RULE}
     */
    public List<Kept> since(String topic, long millis, int limit) {
        knowHistory(topic);
        return remember(topic, memory -> memory.since(millis, limit));
    }

    /** In a cluster its log may have messages that this node has not read yet. */
    private void knowHistory(String topic) {
        if (cluster.isPresent() && history(topic).isPresent() && clusterOf(topic).isPresent()) {
            boolean _ = remember(topic, _ -> true);
            awaitReach(topic);
        }
    }

    /**
     * In a cluster the values of a topic have to be read from its log first.
     *
     * @throws TopicException {@code UNAVAILABLE}
     */
    private void know(String topic) {
        Optional<Cluster> nodes = clusterOf(topic);
        if (nodes.isEmpty() || remember(topic, memory -> memory.state().isKnown())) {
            return;
        }
        try {
            long _ = nodes.get().states().awaitKnown(topic, Position.NONE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!remember(topic, memory -> memory.state().isKnown())) {
            throw unavailable(topic);
        }
    }

    /**
     * Someone is present in a topic under a key, until {@link #untrack}.
     *
     * @param meta a JSON object
     * @throws TopicException {@code NO_RULE}, {@code TOO_LARGE}, {@code OVERLOADED}
     */
    public Tracked track(String topic, String key, Payload meta) {
        checkMeta(key, meta);
        return remember(topic, memory -> memory.track(key, meta.bytes()));
    }

    /** Puts another meta in the place of one, which must not have been given back. */
    public Tracked update(String topic, Tracked before, Payload meta) {
        checkMeta(before.key(), meta);
        return remember(topic, memory -> memory.update(before, meta.bytes()));
    }

    private void checkMeta(String key, Payload meta) {
        if (meta.isBinary() || !meta.isObject()) {
            throw new PayloadException(
                    PayloadException.Code.NOT_AN_OBJECT, "a meta is a JSON object, not " + meta);
        }
        if (key.getBytes(StandardCharsets.UTF_8).length > KEY_BYTES_MAX) {
            throw refused(
                    TopicException.Code.KEY_TOO_LONG,
                    "a key of more than %d bytes".formatted(KEY_BYTES_MAX));
        }
    }

    /** Ends a presence; the second time it does nothing. */
    public void untrack(String topic, Tracked tracked) {
        boolean _ =
                remember(
                        topic,
                        memory -> {
                            memory.untrack(tracked);
                            return true;
                        });
    }

    /**
     * Who is present in a topic: the metas by key.
     *
     * @throws TopicException {@code NO_RULE}
     */
    public Map<String, List<Payload>> present(String topic) {
        return remember(topic, TopicMemory::present);
    }

    /**
     * The rule of presence in a topic.
     *
     * @throws TopicException {@code NO_RULE}
     */
    public PresenceRule presenceRule(String topic) {
        return rule(topic)
                .flatMap(TopicRule::presence)
                .orElseThrow(
                        () ->
                                new TopicException(
                                        TopicException.Code.NO_RULE,
                                        "the topic " + topic + " has no rule of presence"));
    }

    /**
     * The values of a topic by key.
     *
     * @throws TopicException {@code NO_RULE}
     */
    public State state(String topic) {
        if (rule(topic).flatMap(TopicRule::state).isEmpty()) {
            throw new TopicException(
                    TopicException.Code.NO_RULE, "the topic " + topic + " has no rule of state");
        }
        return new State(this, topic, remembering.orElseThrow().json());
    }

    /** Whether clients may use the state of a topic, and write to it. */
    public Optional<StateRule> stateRule(String topic) {
        return rule(topic).flatMap(TopicRule::state);
    }

    /** A call that is refused before it comes to the topic; it is counted. */
    public TopicException refused(TopicException.Code code, String message) {
        counters.refused(code);
        return new TopicException(code, message);
    }

    /**
     * Sends a connection what is true now in a topic, as one who joins gets it; returns the
     * version. It may wait, as {@link #enter}.
     */
    public long sendState(String topic, Connection connection, Serializer serializer)
            throws InterruptedException {
        newcomers.awaitRoom();
        know(topic);
        return remember(topic, memory -> memory.state().send(connection, serializer));
    }

    /** Looks at a topic's values. */
    <T> T values(String topic, Function<KeyedState, T> look) {
        know(topic);
        return remember(topic, memory -> look.apply(memory.state().values()));
    }

    /** Changes a topic's values, on all nodes; it waits until that is done. */
    StateCommand.Outcome perform(String topic, StateCommand command) {
        if (clusterOf(topic).isEmpty()) {
            return remember(topic, memory -> memory.state().perform(command));
        }
        know(topic);
        CompletableFuture<StateCommand.Outcome> outcome =
                remember(topic, memory -> memory.state().submit(command));
        try {
            return outcome.get(DONE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicException refused) {
                throw refused(refused.code(), String.valueOf(refused.getMessage()));
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw unavailable(topic);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(topic);
        }
    }

    private TopicException unavailable(String topic) {
        return refused(
                TopicException.Code.UNAVAILABLE,
                "the values of " + topic + " are in the cluster's log, which does not answer");
    }

    /** Counts what this node puts into the log of shared values. */
    long nextNumber() {
        return numbers.incrementAndGet();
    }

    <T> T remember(String name, Function<TopicMemory, T> action) {
        if (!remembers(name)) {
            throw new TopicException(
                    TopicException.Code.NO_RULE, "the topic " + name + " remembers nothing");
        }
        while (true) {
            Topic entry = topics.get(name);
            if (entry == null) {
                entry = topics.computeIfAbsent(name, absent -> born(Topic.of(absent)));
            }
            TopicMemory memory = entry.memory();
            if (memory == null) {
                throw new AssertionError("a topic that came before its rule");
            }
            try {
                Optional<T> result = memory.within(() -> action.apply(memory));
                if (result.isPresent()) {
                    return result.get();
                }
            } catch (TopicException refused) {
                counters.refused(refused.code());
                throw refused;
            }
        }
    }

    /** The topics that have subscribers now, or remember something. */
    public int topics() {
        return topics.size();
    }

    /** Messages sent to topics since the start, those without subscribers included. */
    public long broadcasts() {
        return broadcasts.sum();
    }

    /**
     * Binary messages that were left out for subscribers whose serializer {@linkplain
     * Serializer#carriesBinary cannot carry} them.
     */
    public long unencodable() {
        return unencodable.sum();
    }

    /** Topics forget nothing any more, nothing of them is told, and other nodes hear so. */
    public void close() {
        cluster.ifPresent(Cluster::close);
        memories.close();
    }

    /** What topics remember, and what became of those who asked for it. */
    public MemoryStats memoryStats() {
        return counters.stats(
                memories.count(), remembering.map(with -> with.topics().held()).orElse(0L));
    }

    /** Messages that were left out for processes that did not admit them, being too slow. */
    public long dropped() {
        return dropped.sum();
    }

    Group newGroup() {
        return groups.get();
    }

    /**
     * A message on its way to a topic, and who is not to get it, or gets it in another way.
     *
     * @param frame what clients of version 2 get, if it is there already
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    record Message(
            String event,
            Payload payload,
            @Nullable Connection exceptConnection,
            @Nullable Process exceptProcess,
            @Nullable Place self,
            byte[] frame)
            implements ClusterLog.Sent {
        Message(
                String event,
                Payload payload,
                @Nullable Connection exceptConnection,
                @Nullable Process exceptProcess,
                @Nullable Place self) {
            this(event, payload, exceptConnection, exceptProcess, self, NOTHING);
        }

        /**
         * The same when it has left its sender's hands: the sender's copy comes with the others'.
         */
        Message later() {
            return new Message(event, payload, exceptConnection, exceptProcess, null, frame);
        }

        Message {
            // A channel that intercepts it could push nothing else.
            if (!payload.isBinary() && !payload.isObject()) {
                throw new IllegalArgumentException("a broadcast is a JSON object, not " + payload);
            }
        }
    }

    /** A connection of a topic, and where it sits. */
    record Place(Connection connection, Seat seat) {}

    /** Whether anybody has subscribed to a topic; that may change at any time. */
    public boolean has(String topic) {
        return topics.containsKey(topic);
    }

    private void publish(String topic, Message message) {
        broadcasts.increment();
        if (cluster.isEmpty()) {
            publishHere(topic, message);
            return;
        }
        Optional<TopicRule> rule = rule(topic);
        if (rule.filter(TopicRule::local).isPresent()) {
            publishHere(topic, message);
            return;
        }
        Cluster nodes = cluster.get();
        boolean logged = rule.flatMap(TopicRule::history).isPresent();
        if (logged && nodes.histories().append(topic, message.event, message.payload, message)) {
            return; // it comes back from there
        }
        publishHere(topic, message);
        if (logged) {
            nodes.histories().passedBy(topic);
        } else {
            nodes.publish(topic, message.event, message.payload);
        }
    }

    void publishHere(String topic, Message message) {
        Topic entry = topics.get(topic);
        if (remembering.isPresent()
                && (entry == null
                        ? history(topic).isPresent()
                        : entry.memory() != null && entry.memory().hasHistory())) {
            Topic published = remember(topic, memory -> memory.publish(message));
            deliverToProcesses(published, message);
        } else if (entry != null) {
            deliver(entry, message, Optional.empty(), null);
            deliverToProcesses(entry, message);
        }
    }

    // ---- the other nodes

    /** The other nodes that have to do with a topic. */
    private Optional<Cluster> clusterOf(String topic) {
        return cluster.filter(_ -> rule(topic).filter(TopicRule::local).isEmpty());
    }

    /**
     * Takes part in the cluster, if there is one.
     *
     * @param json reads what other nodes send
     * @param disconnect closes this node's connections with an id
     */
    public void start(JsonCodec json, Consumer<String> disconnect) {
        if (started.compareAndSet(false, true)) { // a start that failed may be tried again
            Duration remembered =
                    remembering.map(with -> with.rules().sharedHistory()).orElse(Duration.ZERO);
            boolean states = remembering.filter(with -> with.rules().sharesState()).isPresent();
            cluster.ifPresent(
                    nodes ->
                            nodes.start(
                                    new FromCluster(this, nodes.histories(), json, disconnect),
                                    remembered,
                                    states));
        }
    }

    /** Closes the connections with this id on all other nodes. */
    public void disconnectElsewhere(String id) {
        cluster.ifPresent(nodes -> nodes.disconnect(id));
    }

    /** The cluster as this node sees it, if there is one. */
    public Optional<ClusterStats> clusterStats() {
        return cluster.map(Cluster::stats);
    }

    /** A topic that is here, and other nodes have to do with. */
    Optional<Topic> shared(String name) {
        return clusterOf(name).isPresent()
                ? Optional.ofNullable(topics.get(name))
                : Optional.empty();
    }

    /** Some messages of other nodes have not come: those who want to know are told. */
    void lost(Predicate<String> missed) {
        memories.forEach(
                topic -> {
                    TopicMemory memory = topic.memory();
                    if (memory != null
                            && memory.tellsOfLosses()
                            && clusterOf(topic.name()).isPresent()
                            && missed.test(topic.name())) {
                        memory.lost();
                    }
                });
    }

    /** Something has happened on another node that concerns a topic, if it is here. */
    void elsewhere(String name, Consumer<TopicMemory> action) {
        Topic _ =
                topics.computeIfPresent( // it waits for one that is just coming to be
                        name, (_, present) -> present);
        Topic entry = topics.get(name);
        TopicMemory memory = entry == null ? null : entry.memory();
        if (memory != null && clusterOf(name).isPresent()) {
            action.accept(memory);
        }
    }

    private void local(String topic, Message message) {
        broadcasts.increment();
        Topic entry = topics.get(topic);
        if (entry != null) {
            deliver(entry, message, Optional.empty(), null);
            deliverToProcesses(entry, message);
        }
    }

    /** Something that a topic tells of its own, to its members. */
    void tell(Topic topic, String event, Encodings message, Receipt receipt) {
        Message told = new Message(event, message.payload(), null, null, null);
        deliver(topic, told, Optional.empty(), receipt);
    }

    /** The same, to the processes that listen. */
    void tellProcesses(Topic topic, String event, Encodings message) {
        deliverToProcesses(topic, new Message(event, message.payload(), null, null, null));
    }

    void deliver(Topic entry, Message message, Optional<Kept> place, @Nullable Receipt receipt) {
        String topic = entry.name();
        String event = message.event;
        Payload payload = message.payload;
        Place self = message.self;
        Serializer encodedFor = null;
        byte[] frames = NOTHING;
        for (Topic.Audience audience : entry.audiences()) {
            Serializer serializer = audience.seat.serializer();
            if (audience.intercepts(event)) {
                intercept(audience, message);
                continue;
            }
            boolean carries = !payload.isBinary() || serializer.carriesBinary();
            if (!carries) {
                unencodable.increment();
            }
            if (audience.seat.positioned() && place.isPresent()) {
                Kept kept = place.get();
                if (carries) {
                    sendPositioned(audience, kept, message.exceptConnection, topic, receipt);
                } else {
                    audience.group.send(kept.placeOnly(serializer, topic), null, NOTHING, receipt);
                }
                continue;
            }
            if (!carries) {
                continue;
            }
            if (serializer != encodedFor) {
                encodedFor = serializer;
                frames =
                        serializer == Serializer.V2 && message.frame.length > 0
                                ? message.frame
                                : serializer.broadcast(topic, event, payload);
            }
            if (self != null && self.seat.equals(audience.seat)) {
                audience.group.sendAs(self.connection, frames);
            } else {
                audience.group.send(frames, message.exceptConnection, NOTHING, receipt);
            }
        }
    }

    /**
     * Gives a message to the processes that listen; not under a lock, for they may make it wait.
     */
    void deliverToProcesses(Topic entry, Message message) {
        entry.processes()
                .ifPresent(
                        processes -> {
                            Broadcast heard =
                                    new Broadcast(entry.name(), message.event, message.payload);
                            for (Process process : processes) {
                                if (!process.equals(message.exceptProcess)) {
                                    send(process, heard, message.payload);
                                }
                            }
                        });
    }

    /** One who is not to get the message is told its place, else it would see a gap. */
    private static void sendPositioned(
            Topic.Audience audience,
            Kept kept,
            @Nullable Connection except,
            String topic,
            @Nullable Receipt receipt) {
        Serializer serializer = audience.seat.serializer();
        byte[] instead = except == null ? NOTHING : kept.placeOnly(serializer, topic);
        audience.group.send(kept.frames(serializer, topic), except, instead, receipt);
    }

    /** Tells where a topic is, to those who may have missed it. */
    void tellPlace(Topic topic, Kept place, Receipt receipt) {
        for (Topic.Audience audience : topic.audiences()) {
            if (audience.seat.positioned()) {
                byte[] frames = place.placeOnly(audience.seat.serializer(), topic.name());
                audience.group.send(frames, null, NOTHING, receipt);
            }
        }
    }

    /** Tells those who do not get places that they may have missed something. */
    void tellGap(Topic topic, Encodings message, Receipt receipt) {
        counters.toldGap();
        for (Topic.Audience audience : topic.audiences()) {
            if (audience.intercepts(TopicRule.GAP)) {
                intercept(
                        audience, new Message(TopicRule.GAP, message.payload(), null, null, null));
            } else if (!audience.seat.positioned()) {
                byte[] frames =
                        message.frames(audience.seat.serializer(), topic.name(), TopicRule.GAP);
                audience.group.send(frames, null, NOTHING, receipt);
            }
        }
    }

    private void send(Process process, Object message, Payload payload) {
        if (!(process instanceof Subscriber subscriber)) {
            process.send(message);
        } else if (subscriber.admits(payload)) {
            subscriber.send(new Admitted(message, payload));
        } else {
            dropped.increment();
        }
    }

    private void intercept(Topic.Audience audience, Message message) {
        Intercepted intercepted = new Intercepted(message.event, message.payload);
        audience.interceptors.forEach(
                (connection, interceptor) -> {
                    if (!connection.equals(message.exceptConnection)
                            && !interceptor.equals(message.exceptProcess)) {
                        send(interceptor, intercepted, message.payload);
                    }
                });
    }
}
