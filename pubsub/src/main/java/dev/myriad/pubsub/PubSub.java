package dev.myriad.pubsub;

import dev.myriad.net.Connection;
import dev.myriad.net.Group;
import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.Serializer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
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
 * <p>A topic's entry exists while it has subscribers. It comes, changes and goes only within {@link
 * ConcurrentHashMap#compute}, so that no one subscribes to an entry that is being removed.
 */
public final class PubSub {
    private static final byte[] NOTHING = {};

    private final ConcurrentHashMap<String, Topic> topics = new ConcurrentHashMap<>();
    private final Supplier<Group> groups;
    private final LongAdder broadcasts = new LongAdder();
    private final LongAdder unencodable = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /**
     * @param groups makes the groups of the transport that owns the connections, {@code
     *     transport::group}
     */
    public PubSub(Supplier<Group> groups) {
        this.groups = groups;
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
        Topic entered =
                topics.compute(
                        topic.name(),
                        (_, present) -> {
                            Topic entry = present == null ? topic : present;
                            Topic.Audience _ = entry.enter(serializer, Set.of(), this);
                            return entry;
                        });
        entered.audience(serializer, Set.of()).orElseThrow().group.add(connection, firstFrames);
        return entered;
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
            Process interceptor) {
        if (intercepted.isEmpty()) {
            return subscribe(topic, connection, serializer, firstFrames);
        }
        Set<String> events = Set.copyOf(intercepted);
        Topic entered =
                topics.compute(
                        topic.name(),
                        (_, present) -> {
                            Topic entry = present == null ? topic : present;
                            entry.enter(serializer, events, this)
                                    .interceptors
                                    .put(connection, interceptor);
                            return entry;
                        });
        entered.audience(serializer, events).orElseThrow().group.add(connection, firstFrames);
        return entered;
    }

    /** Ends a connection's subscription, which must exist. */
    public void unsubscribe(String topic, Connection connection, Serializer serializer) {
        unsubscribe(topic, connection, serializer, Set.of());
    }

    /** Ends the subscription of a connection with intercepted events, which must exist. */
    public void unsubscribe(
            String topic, Connection connection, Serializer serializer, Set<String> intercepted) {
        Topic entry = topics.get(topic);
        if (entry == null) {
            return;
        }
        Topic.Audience audience = entry.audience(serializer, intercepted).orElse(null);
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
                    return present.deserted() ? null : present;
                });
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
                    Topic entry = present == null ? Topic.of(name) : present;
                    entry.enter(process);
                    return entry;
                });
    }

    /** Ends a process's subscription, if there is one. */
    public void unsubscribe(String topic, Process process) {
        topics.computeIfPresent(
                topic,
                (_, present) -> {
                    present.leave(process);
                    return present.deserted() ? null : present;
                });
    }

    /**
     * Sends to all subscribers of a topic.
     *
     * @throws IllegalArgumentException if the payload is JSON but not an object
     */
    public void broadcast(String topic, String event, Payload payload) {
        publish(topic, event, payload, null, null, null);
    }

    /**
     * Sends to all subscribers of a topic as one of them, who gets its own copy as by {@link
     * Connection#send}: so that one keeps its place among what else the caller sends to that
     * connection, as the copies of the others do not.
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
        Place self = new Place(sender, serializer, intercepted);
        publish(topic, event, payload, null, null, self);
    }

    /** {@link #broadcast} to all but one connection. */
    public void broadcastFrom(Connection origin, String topic, String event, Payload payload) {
        publish(topic, event, payload, origin, null, null);
    }

    /** {@link #broadcast} to all but one process. */
    public void broadcastFrom(Process origin, String topic, String event, Payload payload) {
        publish(topic, event, payload, null, origin, null);
    }

    /** {@link #broadcast} to all but a process and the connection that it speaks for. */
    public void broadcastFrom(
            Connection origin, Process process, String topic, String event, Payload payload) {
        publish(topic, event, payload, origin, process, null);
    }

    /** {@link #broadcast} to the subscribers on this node; today there is no other. */
    public void broadcastLocal(String topic, String event, Payload payload) {
        broadcasts.increment();
        deliver(topic, event, payload, null, null, null);
    }

    /** {@link #broadcastAs} on this node; today there is no other. */
    public void broadcastLocalAs(
            Connection sender,
            Serializer serializer,
            Set<String> intercepted,
            String topic,
            String event,
            Payload payload) {
        broadcasts.increment();
        Place self = new Place(sender, serializer, intercepted);
        deliver(topic, event, payload, null, null, self);
    }

    /** {@link #broadcastLocal} to all but one connection. */
    public void broadcastLocalFrom(Connection origin, String topic, String event, Payload payload) {
        broadcasts.increment();
        deliver(topic, event, payload, origin, null, null);
    }

    /** The topics that have subscribers now. */
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

    /** Messages that were left out for processes that did not admit them, being too slow. */
    public long dropped() {
        return dropped.sum();
    }

    Group newGroup() {
        return groups.get();
    }

    /** A connection of a topic, and which audience it is in. */
    private record Place(Connection connection, Serializer serializer, Set<String> intercepted) {
        boolean isIn(Topic.Audience audience) {
            return audience.serializer == serializer && audience.intercepted.equals(intercepted);
        }
    }

    /** Whether anybody has subscribed to a topic; that may change at any time. */
    public boolean has(String topic) {
        return topics.containsKey(topic);
    }

    private void publish(
            String topic,
            String event,
            Payload payload,
            @Nullable Connection exceptConnection,
            @Nullable Process exceptProcess,
            @Nullable Place self) {
        broadcasts.increment();
        // The seam: a ClusterTransport hands the message to the other nodes here, each of which
        // delivers it to its own subscribers.
        deliver(topic, event, payload, exceptConnection, exceptProcess, self);
    }

    private void deliver(
            String topic,
            String event,
            Payload payload,
            @Nullable Connection exceptConnection,
            @Nullable Process exceptProcess,
            @Nullable Place self) {
        // A channel that intercepts it could push nothing else.
        if (!payload.isBinary() && !payload.isObject()) {
            throw new IllegalArgumentException("a broadcast is a JSON object, not " + payload);
        }
        Topic entry = topics.get(topic);
        if (entry == null) {
            return;
        }
        Serializer encodedFor = null;
        byte[] frames = NOTHING;
        for (Topic.Audience audience : entry.audiences()) {
            if (audience.intercepts(event)) {
                intercept(audience, event, payload, exceptConnection, exceptProcess);
                continue;
            }
            if (payload.isBinary() && !audience.serializer.carriesBinary()) {
                unencodable.increment();
                continue;
            }
            if (audience.serializer != encodedFor) {
                encodedFor = audience.serializer;
                frames = encodedFor.broadcast(topic, event, payload);
            }
            if (self != null && self.isIn(audience)) {
                audience.group.sendAs(self.connection, frames);
            } else {
                audience.group.send(frames, exceptConnection);
            }
        }
        entry.processes()
                .ifPresent(
                        processes -> {
                            Broadcast message = new Broadcast(topic, event, payload);
                            for (Process process : processes) {
                                if (!process.equals(exceptProcess)) {
                                    send(process, message, payload);
                                }
                            }
                        });
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

    private void intercept(
            Topic.Audience audience,
            String event,
            Payload payload,
            @Nullable Connection exceptConnection,
            @Nullable Process exceptProcess) {
        Intercepted message = new Intercepted(event, payload);
        audience.interceptors.forEach(
                (connection, interceptor) -> {
                    if (!connection.equals(exceptConnection)
                            && !interceptor.equals(exceptProcess)) {
                        send(interceptor, message, payload);
                    }
                });
    }
}
