package dev.myriad.channels;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Connection;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.Limit;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.Envelope;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection's side of Phoenix Channels: decodes, answers heartbeats, and leads each message to
 * the channel of its topic. Confined to the connection's thread, except for what the channels send
 * through it, which uses only final fields and the connection. That thread is the shard's for a
 * WebSocket; for a client that polls it is whichever carries out the connection's commands, one at
 * a time.
 *
 * <p>A topic has one {@link ChannelProcess} at a time, to which all that comes for the topic is
 * sent. A join that finds one takes its place and begins when that has ended, so the subscriptions
 * of a connection to a topic never overlap; further joins queue up behind it in the same way.
 */
sealed class SocketHandler implements Socket, ConnectionHandler permits IdentifiedSocket {
    private static final Line UNWRITABLE =
            Log.of(Endpoint.class).error("an answer of {} cannot be written");

    final Mount mount;
    final Serializer serializer;
    private final Map<String, Object> assigns;
    private @Nullable Connection connection;

    /** Nothing, the one channel that most connections have, or a map of channels by topic. */
    private @Nullable Object channels;

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

    /** The client's address, and the id if there is one. */
    @Override
    public final String toString() {
        return "Socket[" + peer() + id().map(id -> ", " + id).orElse("") + "]";
    }

    void reply(ChannelProcess channel, byte @Nullable [] ref, String status, Payload response) {
        reply(channel.joinRef, ref, channel.topic.name(), status, response);
    }

    byte[] replyFrames(
            ChannelProcess channel, byte @Nullable [] ref, String status, Payload response) {
        return serializer.reply(channel.joinRef, ref, channel.topic.name(), status, response);
    }

    // What a client waits for, and nobody else could tell it any more.

    /** Replies, for the connection and not for a handler. */
    void answer(ChannelProcess channel, byte @Nullable [] ref, String status, Payload response) {
        tell(() -> replyFrames(channel, ref, status, response));
    }

    /** Tells that a channel has crashed. */
    void error(ChannelProcess channel) {
        end(channel.topic, channel.joinRef, Words.ERROR, Words.CHANNEL_CRASH);
    }

    /** Tells that a channel has ended in good order. */
    void close(Topic topic, byte @Nullable [] joinRef) {
        end(topic, joinRef, Words.CLOSE, Payload.EMPTY);
    }

    /** The ref of events that end a channel is the join ref. */
    private void end(Topic topic, byte @Nullable [] joinRef, String event, Payload payload) {
        tell(() -> serializer.push(joinRef, joinRef, topic.name(), event, payload));
    }

    /**
     * Sends what is told on behalf of no handler that could fail instead: if it cannot be written
     * the connection ends, so that the client does not wait for it.
     */
    private void tell(Supplier<byte[]> frames) {
        byte[] written;
        try {
            written = frames.get();
        } catch (Throwable fault) {
            UNWRITABLE.tell(fault, serializer);
            connection().close(CloseCode.INTERNAL_ERROR, "internal error");
            return;
        }
        connection().send(written);
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
        mount.unreadable(e, peer());
        connection().close(e.closeCode(), String.valueOf(e.getMessage()));
    }

    @Override
    public void closed(int code) {
        closed = true;
        all().forEach(channel -> channel.send(Control.CLOSED));
        channels = null;
    }

    private void receive(Cursor cursor) {
        Envelope envelope = cursor.envelope;
        pace = mount.admission().pace(pace);
        boolean isJoin = envelope.eventIs(Words.JOIN_UTF8);
        if (isJoin && !envelope.isNestedTooDeeply()) {
            join(envelope);
            return;
        }
        if (!mount.admission().admitsEvent(pace, connection())) {
            connection().close(CloseCode.POLICY, "too many events per second");
            return;
        }
        pace = Pace.plusEvent(pace);
        if (envelope.isNestedTooDeeply()) {
            nestsTooDeeply(envelope, isJoin);
            return;
        }
        ChannelProcess channel = find(envelope);
        if (channel == null) {
            answer(envelope);
        } else if (!envelope.hasJoinRef() || envelope.joinRefIs(channel.joinRef)) {
            receive(channel, cursor);
        } else {
            answerStale(envelope);
        }
    }

    /** A message for the channel that has its topic. */
    void receive(ChannelProcess channel, Cursor cursor) {
        Envelope envelope = cursor.envelope;
        Inbound message =
                new Inbound(cursor.event(), envelope.ref(), envelope.payload(mount.json()));
        Limit over = channel.limitOver(message.bytes());
        if (over == null) {
            channel.send(message);
        } else {
            tooMuch(over, "messages come faster than they are handled");
        }
    }

    /** More waits for the program than may. */
    final void tooMuch(Limit over, String reason) {
        mount.admission().exceeded(over, peer());
        if (over == Limit.WAITING_BYTES_MAX) {
            connection().close(CloseCode.POLICY, reason);
        } else {
            connection().close(CloseCode.TRY_AGAIN_LATER, Words.OVERLOADED_REASON);
        }
    }

    private void nestsTooDeeply(Envelope envelope, boolean isJoin) {
        mount.admission().exceeded(Limit.JSON_DEPTH_MAX, peer());
        if (isJoin) {
            refuse(envelope, envelope.topic(), Words.NESTED_TOO_DEEPLY);
        } else {
            reply(
                    envelope.joinRef(),
                    envelope.ref(),
                    envelope.topic(),
                    Words.STATUS_ERROR,
                    Words.NESTED_TOO_DEEPLY);
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

    /**
     * Answers a message of an earlier join of a topic, or of one that was refused at once, while
     * another has the topic: it reaches no channel. Phoenix says nothing, and whoever sent it would
     * wait; clients that have gone on to the other join pass over what bears another's ref.
     */
    private void answerStale(Envelope envelope) {
        byte[] ref = envelope.ref();
        if (ref != null) {
            boolean leaves = envelope.eventIs(Words.LEAVE_UTF8);
            reply(
                    envelope.joinRef(),
                    ref,
                    envelope.topic(),
                    leaves ? Words.STATUS_OK : Words.STATUS_ERROR,
                    leaves ? Payload.EMPTY : Words.UNMATCHED_TOPIC);
        }
    }

    void unmatched(byte @Nullable [] ref, String topic) {
        tell(() -> serializer.reply(null, ref, topic, Words.STATUS_ERROR, Words.UNMATCHED_TOPIC));
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
        ChannelProcess present = find(envelope);
        int others = present == null ? count() : count() - 1;
        Topic wanted = Topic.of(topic);
        Optional<Payload> obstacle =
                mount.admission()
                        .obstacle(wanted.utf8().length, others, mayWait(present), connection());
        if (obstacle.isPresent()) {
            refuse(envelope, topic, obstacle.get());
            return;
        }
        Join join = new Join(route, envelope.ref(), envelope.payload(mount.json()), present);
        ChannelProcess channel = new ChannelProcess(this, wanted, envelope.joinRef(), join);
        Limit over = channel.limitOver(join, others);
        if (over != null) {
            mount.admission().exceeded(over, peer());
            refuse(envelope, topic, Words.OVERLOADED);
            return;
        }
        mount.lives().begin();
        put(channel);
        channel.start(join);
    }

    private void refuse(Envelope envelope, String topic, Payload reason) {
        mount.counters().joinsRefused.increment();
        reply(envelope.joinRef(), envelope.ref(), topic, Words.STATUS_ERROR, reason);
    }

    /** Whether one more join of a topic may wait for those that are under way already. */
    private boolean mayWait(@Nullable ChannelProcess present) {
        int count = 0;
        int waitingBytes = 0;
        ChannelProcess channel = present;
        while (channel != null) {
            Join join = channel.joinUnderWay();
            if (join == null) {
                break;
            }
            count++;
            waitingBytes += ChannelProcess.bytes(join.params);
            channel = join.predecessor;
        }
        return count < mount.limits().of(Limit.JOINS_WAITING_MAX)
                && waitingBytes < mount.limits().of(Limit.WAITING_BYTES_MAX);
    }

    // ---- from the channels

    /** A channel has joined. Called by its process. */
    void entered(ChannelProcess channel) {}

    /** A channel has ended, or has not come into being. Called by {@code connection.execute}. */
    final void ended(ChannelProcess channel) {
        if (!closed) {
            remove(channel);
        }
    }

    // ---- channels by topic

    private @Nullable ChannelProcess find(Envelope envelope) {
        if (channels instanceof ChannelProcess only) {
            return envelope.topicIs(only.topic.utf8()) ? only : null;
        }
        return channels == null ? null : map().get(envelope.topic());
    }

    private void put(ChannelProcess channel) {
        if (channels == null
                || (channels instanceof ChannelProcess only
                        && only.topic.name().equals(channel.topic.name()))) {
            channels = channel;
            return;
        }
        if (channels instanceof ChannelProcess only) {
            Map<String, ChannelProcess> grown = new HashMap<>();
            grown.put(only.topic.name(), only);
            channels = grown;
        }
        map().put(channel.topic.name(), channel);
    }

    private void remove(ChannelProcess channel) {
        if (channel.equals(channels)) {
            channels = null;
        } else if (channels instanceof Map) {
            map().remove(channel.topic.name(), channel);
            if (map().size() == 1) {
                channels = map().values().iterator().next();
            }
        }
    }

    private int count() {
        return channels == null ? 0 : channels instanceof ChannelProcess ? 1 : map().size();
    }

    final Iterable<ChannelProcess> all() {
        return channels == null
                ? List.of()
                : channels instanceof ChannelProcess only ? List.of(only) : map().values();
    }

    @SuppressWarnings("unchecked") // what is neither null nor a channel
    private Map<String, ChannelProcess> map() {
        return (Map<String, ChannelProcess>) Objects.requireNonNull(channels);
    }
}
