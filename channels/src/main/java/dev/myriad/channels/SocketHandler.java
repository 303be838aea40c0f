package dev.myriad.channels;

import dev.myriad.net.Connection;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.Limit;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.Envelope;
import dev.myriad.protocol.JsonScanner;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.ProtocolException;
import dev.myriad.protocol.Serializer;
import dev.myriad.pubsub.Topic;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection's side of Phoenix Channels: decodes, answers heartbeats, and leads each message to
 * the channel of its topic. Confined to the connection's shard thread, except for what the channels
 * send through it, which uses only final fields and the connection.
 *
 * <p>A topic has one {@link Slot} at a time. A join that finds one taken tells its holder to end
 * and starts when that has ended, so the subscriptions of a connection to a topic never overlap;
 * further joins queue up behind it in the same way.
 */
sealed class SocketHandler extends Socket implements ConnectionHandler permits IdentifiedSocket {
    final Mount mount;
    final Serializer serializer;
    private final Map<String, Object> assigns;
    private @Nullable Connection connection;

    /** Nothing, the one slot that most connections have, or a map of slots by topic. */
    private @Nullable Object slots;

    /** What it sent in its last second; see {@link Pace}. */
    private long pace;

    private boolean closed;

    SocketHandler(Mount mount, Serializer serializer, Map<String, Object> assigns) {
        this.mount = mount;
        this.serializer = serializer;
        this.assigns = assigns;
    }

    /** The handler of a connection that was let in. */
    static SocketHandler of(Mount mount, Serializer serializer, ConnectResult.Ok accepted) {
        if (accepted.expiresAt().isPresent() || mount.expiry().renew().isPresent()) {
            return new ExpiringSocket(mount, serializer, accepted);
        }
        return accepted.id().isPresent()
                ? new IdentifiedSocket(mount, serializer, accepted.assigns(), accepted.id())
                : new SocketHandler(mount, serializer, accepted.assigns());
    }

    final boolean isClosed() {
        return closed;
    }

    // ---- what channels use, from their own threads

    Connection connection() {
        return Objects.requireNonNull(connection);
    }

    @Override
    public Map<String, Object> assigns() {
        return assigns;
    }

    @Override
    public Optional<String> id() {
        return Optional.empty();
    }

    @Override
    public InetSocketAddress peer() {
        return connection().peer();
    }

    void reply(Slot slot, byte @Nullable [] ref, String status, Payload response) {
        reply(slot.joinRef, ref, slot.topic.name(), status, response);
    }

    /** Sends an event whose ref is the join ref, as those that end a channel have it. */
    void push(Slot slot, String event, Payload payload) {
        connection()
                .send(
                        serializer.push(
                                slot.joinRef, slot.joinRef, slot.topic.name(), event, payload));
    }

    void close(Topic topic, byte @Nullable [] joinRef) {
        connection()
                .send(serializer.push(joinRef, joinRef, topic.name(), Words.CLOSE, Payload.EMPTY));
    }

    private void reply(
            byte @Nullable [] joinRef,
            byte @Nullable [] ref,
            String topic,
            String status,
            Payload response) {
        connection().send(serializer.reply(joinRef, ref, topic, status, response));
    }

    // ---- from the connection

    @Override
    public void opened(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
        Cursor cursor = Cursor.ofThread();
        try {
            serializer.decodeText(bytes, from, to, cursor.envelope);
        } catch (ProtocolException e) {
            refuse(e);
            return;
        }
        receive(cursor);
    }

    @Override
    public void binary(byte[] bytes, int from, int to) {
        Cursor cursor = Cursor.ofThread();
        try {
            serializer.decodeBinary(bytes, from, to, cursor.envelope);
        } catch (ProtocolException e) {
            refuse(e);
            return;
        }
        receive(cursor);
    }

    private void refuse(ProtocolException e) {
        if (JsonScanner.TOO_DEEP.equals(e.getMessage())) {
            mount.admission().exceeded(Limit.JSON_DEPTH_MAX, peer());
        }
        mount.unreadable(e, peer());
        connection().close(e.closeCode(), String.valueOf(e.getMessage()));
    }

    @Override
    public void closed(int code) {
        closed = true;
        for (Slot slot : all()) {
            while (slot instanceof Joining joining) {
                joining.abandon();
                slot = joining.predecessor;
            }
            if (slot instanceof Channel channel) {
                channel.send(Control.CLOSED);
            }
        }
        slots = null;
    }

    private void receive(Cursor cursor) {
        Envelope envelope = cursor.envelope;
        pace = mount.admission().pace(pace);
        if (envelope.eventIs(Words.JOIN_UTF8)) {
            join(envelope);
            return;
        }
        if (!mount.admission().admitsEvent(pace, connection())) {
            connection().close(CloseCode.POLICY, "too many events per second");
            return;
        }
        pace = Pace.plusEvent(pace);
        Slot slot = find(envelope);
        if (slot == null) {
            answer(envelope);
        } else if (!envelope.hasJoinRef() || envelope.joinRefIs(slot.joinRef)) {
            receive(slot, cursor);
        } // else it belongs to an earlier join of the topic
    }

    /** A message for what has its topic. */
    void receive(Slot slot, Cursor cursor) {
        Envelope envelope = cursor.envelope;
        Inbound message =
                new Inbound(cursor.event(), envelope.ref(), envelope.payload(mount.json()));
        if (slot.admits(message)) {
            slot.deliver(message);
        } else {
            mount.admission().exceeded(Limit.WAITING_BYTES_MAX, peer());
            connection().close(CloseCode.POLICY, "messages come faster than they are handled");
        }
    }

    /** Answers a message on a topic that is not joined. */
    private void answer(Envelope envelope) {
        if (envelope.topicIs(Words.PHOENIX_UTF8) && envelope.eventIs(Words.HEARTBEAT_UTF8)) {
            reply(null, envelope.ref(), Words.PHOENIX, Words.STATUS_OK, Payload.EMPTY);
        } else if (envelope.eventIs(Words.LEAVE_UTF8)) {
            reply(
                    envelope.joinRef(),
                    envelope.ref(),
                    envelope.topic(),
                    Words.STATUS_OK,
                    Payload.EMPTY);
        } else {
            unmatched(envelope.ref(), envelope.topic());
        }
    }

    private void unmatched(byte @Nullable [] ref, String topic) {
        reply(null, ref, topic, Words.STATUS_ERROR, Words.UNMATCHED_TOPIC);
    }

    private void join(Envelope envelope) {
        String topic = envelope.topic();
        if (!mount.admission().admitsJoin(pace, connection())) {
            refuse(envelope, topic, Words.JOINS_TOO_FAST);
            return;
        }
        pace = Pace.plusJoin(pace);
        ChannelRoute route = mount.route(topic).orElse(null);
        if (route == null) {
            mount.unmatched(topic, peer());
            unmatched(envelope.ref(), topic);
            return;
        }
        Slot present = find(envelope);
        int others = present == null ? count() : count() - 1;
        Topic wanted = Topic.of(topic);
        Optional<Payload> obstacle =
                mount.admission()
                        .obstacle(wanted.utf8().length, others, mayWait(present), connection());
        if (obstacle.isPresent()) {
            refuse(envelope, topic, obstacle.get());
            return;
        }
        Joining joining =
                new Joining(
                        this,
                        route,
                        wanted,
                        envelope.joinRef(),
                        envelope.ref(),
                        envelope.payload(mount.json()),
                        present);
        put(joining);
        if (present == null) {
            joining.start(null);
        } else {
            present.deliver(Control.SUPERSEDED);
        }
    }

    private void refuse(Envelope envelope, String topic, Payload reason) {
        mount.counters().joinsRefused.increment();
        reply(envelope.joinRef(), envelope.ref(), topic, Words.STATUS_ERROR, reason);
    }

    /** Whether one more join of a topic may wait for those that are under way already. */
    private boolean mayWait(@Nullable Slot present) {
        int count = 0;
        int waitingBytes = 0;
        for (Slot slot = present; slot instanceof Joining joining; slot = joining.predecessor) {
            count++;
            waitingBytes += Slot.bytes(joining.params);
        }
        return count < mount.limits().of(Limit.JOINS_WAITING_MAX)
                && waitingBytes < mount.limits().of(Limit.WAITING_BYTES_MAX);
    }

    // ---- from the channels, by connection.execute

    /** A join succeeded: the channel takes over, and gets what came for it meanwhile. */
    void joined(Joining joining, Channel channel) {
        if (closed) {
            return; // abandon() has told the channel
        }
        Joining next = successor(joining);
        if (next == null) {
            put(channel);
        } else {
            next.predecessor = channel;
        }
        for (Object mail : joining.mail) {
            if (mail instanceof Inbound message) {
                boolean _ = channel.admits(message); // it was, when it came
            } else if (mail == Control.RENEWED) {
                boolean _ = channel.admits(Control.RENEWED_BYTES);
            }
            channel.send(mail);
        }
    }

    /** A join failed: what came for the channel meanwhile finds the topic not joined. */
    void refused(Joining joining) {
        vacate(joining, null);
        for (Object mail : joining.mail) {
            if (mail instanceof Inbound inbound) {
                if (inbound.isLeave()) {
                    reply(joining, inbound.ref, Words.STATUS_OK, Payload.EMPTY);
                } else {
                    unmatched(inbound.ref, joining.topic.name());
                }
            }
        }
    }

    /**
     * A channel has ended.
     *
     * @param closesLater whether the client is still to hear so, after the next join's reply
     */
    void ended(Channel channel, boolean closesLater) {
        vacate(channel, closesLater ? channel.joinRef : null);
    }

    private void vacate(Slot slot, byte @Nullable [] closeRef) {
        if (closed) {
            return;
        }
        Joining next = successor(slot);
        if (next == null) {
            remove(slot);
        } else {
            next.start(closeRef);
        }
    }

    // ---- slots by topic

    private @Nullable Joining successor(Slot slot) {
        Slot newer = get(slot.topic.name());
        while (newer instanceof Joining joining && !newer.equals(slot)) {
            if (slot.equals(joining.predecessor)) {
                return joining;
            }
            newer = joining.predecessor;
        }
        return null;
    }

    private @Nullable Slot find(Envelope envelope) {
        if (slots instanceof Slot only) {
            return envelope.topicIs(only.topic.utf8()) ? only : null;
        }
        return slots == null ? null : map().get(envelope.topic());
    }

    private @Nullable Slot get(String topic) {
        if (slots instanceof Slot only) {
            return only.topic.name().equals(topic) ? only : null;
        }
        return slots == null ? null : map().get(topic);
    }

    private void put(Slot slot) {
        if (slots == null
                || (slots instanceof Slot only && only.topic.name().equals(slot.topic.name()))) {
            slots = slot;
            return;
        }
        if (slots instanceof Slot only) {
            Map<String, Slot> grown = new HashMap<>();
            grown.put(only.topic.name(), only);
            slots = grown;
        }
        map().put(slot.topic.name(), slot);
    }

    private void remove(Slot slot) {
        if (slot.equals(slots)) {
            slots = null;
        } else if (slots instanceof Map) {
            map().remove(slot.topic.name(), slot);
            if (map().size() == 1) {
                slots = map().values().iterator().next();
            }
        }
    }

    private int count() {
        return slots == null ? 0 : slots instanceof Slot ? 1 : map().size();
    }

    final Iterable<Slot> all() {
        return slots == null
                ? List.of()
                : slots instanceof Slot only ? List.of(only) : map().values();
    }

    @SuppressWarnings("unchecked") // what is neither null nor a slot
    private Map<String, Slot> map() {
        return (Map<String, Slot>) Objects.requireNonNull(slots);
    }
}
