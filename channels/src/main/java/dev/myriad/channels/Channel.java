package dev.myriad.channels;

import dev.myriad.process.Down;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Monitor;
import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.PubSub;
import dev.myriad.pubsub.State;
import dev.myriad.pubsub.TopicException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One client in one topic. A route makes an instance for each join; what the channel remembers lies
 * in the fields of your subclass.
 *
 * <pre>{@code
 * final class ChatRoom extends Channel {
 *     private int said;
 *
 *     @Override
 *     protected JoinResult join(String topic, Payload params) {
 *         return JoinResult.ok();
 *     }
 *
 *     @Override
 *     protected Result handleIn(String event, Payload payload) {
 *         return switch (event) {
 *             case "say" -> {
 *                 broadcast("said", payload);
 *                 yield Result.ok(Map.of("count", ++said));
 *             }
 *             case "bye" -> {
 *                 stop("bye");
 *                 yield Result.noReply();
 *             }
 *             default -> Result.error(Map.of("reason", "unknown event"));
 *         };
 *     }
 * }
 * }</pre>
 *
 * <p>Each channel has a process of its own, {@link #self}: its callbacks are called by one thread
 * at a time, in the order of the messages, and may block, which holds up nothing else of the same
 * connection. A callback that throws ends this channel: the client hears {@code phx_error} and
 * joins again; if it was {@link #join}, the client hears an error as its answer. All methods are
 * for the channel's own callbacks; others reach it by {@code send} to what {@link #self} gave them.
 *
 * <p>What the client sent before its connection ended, or before it left, is handled first; then
 * {@link #terminate} is called.
 *
 * <p>A payload is a {@link Payload}, whose bytes pass through untouched, or any object that the
 * endpoint's {@linkplain Endpoint.Builder#json codec} writes as a JSON object, such as a record or
 * a map; anything else throws {@link dev.myriad.protocol.PayloadException} {@code NOT_AN_OBJECT}.
 * What a client sends may be any JSON, {@code [1]} or {@code "x"}: its payload can be read and sent
 * back as a reply, but only an object can be pushed and broadcast, as in Phoenix.
 *
 * <p>Broadcasts go straight from the sender to the connections of the topic, without waking their
 * channels.
 *
 * <p>What a channel sends to its own client arrives in the order sent: replies, pushes, and the
 * client's copy of what the channel broadcasts. The exception is an event that it {@linkplain
 * #intercepts intercepts}, which comes by its mailbox, so after the reply. Broadcasts of others,
 * and those that a callback makes by {@link Endpoint} or {@link PubSub}, keep their order among
 * themselves and may arrive later than all that.
 */
public abstract class Channel {
    private @Nullable ChannelContext context;

    protected Channel() {}

    /** The client wants to join; may it? */
    protected abstract JoinResult join(String topic, Payload params) throws Exception;

    /**
     * The client is in, and this is called before anything else: whoever reads a history here
     * misses nothing, if those who write store a message first and broadcast it then. What comes in
     * between is in the history and is broadcast, so the client drops what it has already.
     */
    protected void joined() throws Exception {}

    /** The client sent an event. The answer is sent even if this calls {@link #stop}. */
    protected abstract Result handleIn(String event, Payload payload) throws Exception;

    /**
     * Mail that is not from the client: what someone sent to {@link #self}, a {@link
     * dev.myriad.pubsub.Broadcast} of a topic that this channel {@linkplain #subscribe subscribed},
     * or the {@link Down} of a process that it {@linkplain #monitor monitors}.
     */
    protected void handleInfo(Object message) throws Exception {}

    /**
     * The events whose broadcasts in the channel's topic do not go straight to the client but to
     * {@link #handleOut}. Asked once, after the client has been let in.
     */
    protected Set<String> intercepts() {
        return Set.of();
    }

    /**
     * Someone broadcast an intercepted event: pushes it, as it is unless this is overridden to push
     * something else, or nothing. A client that intercepts makes a broadcast wake its channel and
     * be encoded for it alone, so intercept few events. Intercepted messages keep their order among
     * themselves but may arrive after others that were sent later. If {@link
     * dev.myriad.net.Limit#MAIL_BYTES_MAX} wait for the channel, further ones are dropped, counted
     * in {@link EndpointStats#dropped} and logged.
     */
    protected void handleOut(String event, Payload payload) throws Exception {
        push(event, payload);
    }

    /**
     * The client has {@linkplain SocketRoutes#renew renewed} its connection with a new token, and
     * {@link Socket#assigns} may say something else than at the join: {@link #stop} if it may not
     * stay in this topic.
     */
    protected void renewed() throws Exception {}

    /**
     * The channel has ended in good order; the last call. Not called after a crash.
     *
     * @param reason {@link ExitReason.Shutdown} with {@code "left"}, {@code "closed"} (the
     *     connection is gone), {@code "duplicate join"}, or what was given to {@link #stop}
     */
    protected void terminate(ExitReason reason) throws Exception {}

    /** Sends an event to this client. */
    protected final void push(String event, Object payload) {
        context().push(event, payload);
    }

    /** Sends an event to all clients in the topic. */
    protected final void broadcast(String event, Object payload) {
        context().broadcast(event, payload);
    }

    /** Sends an event to all clients in the topic but this one. */
    protected final void broadcastFrom(String event, Object payload) {
        context().broadcastFrom(event, payload);
    }

    /**
     * Sends an event to those in the topic who are connected to this node. No topic remembers it.
     */
    protected final void broadcastLocal(String event, Object payload) {
        context().broadcastLocal(event, payload);
    }

    /** {@link #broadcastLocal}, but not to this client. */
    protected final void broadcastLocalFrom(String event, Object payload) {
        context().broadcastLocalFrom(event, payload);
    }

    /**
     * A reference to the client's message that is being handled, to answer it later:
     *
     * <pre>{@code
     * SocketRef ref = socketRef();
     * search.start(payload, found -> ref.reply("ok", found));
     * return Result.noReply();
     * }</pre>
     *
     * @throws ChannelException {@code NO_MESSAGE} outside of {@link #handleIn}
     */
    protected final SocketRef socketRef() {
        return context().socketRef();
    }

    /**
     * Ends the channel in good order after the current message: the client hears phx_close. What it
     * has sent since is answered with an error.
     */
    protected final void stop(Object reason) {
        context().end(reason);
    }

    /**
     * Listens to a further topic, whose messages come to {@link #handleInfo}, until the end. They
     * are bounded as those of {@link #handleOut} are.
     */
    protected final void subscribe(String topic) {
        context().subscribe(topic);
    }

    /** Ends a subscription of {@link #subscribe}. */
    protected final void unsubscribe(String topic) {
        context().unsubscribe(topic);
    }

    /**
     * This channel's client is present in the topic under a key, until {@link #untrack} or the
     * channel's end, whatever that is. The topic needs a {@link dev.myriad.pubsub.PresenceRule}.
     *
     * @param meta what is known of it, as payloads are
     * @throws TopicException if the key is tracked by this channel already, or a bound of the rule
     *     is reached
     */
    protected final void track(String key, Object meta) {
        context().track(key, meta);
    }

    /**
     * Changes what is known of a key that this channel tracks.
     *
     * @throws TopicException {@code NOT_TRACKED}, or if it is larger than the rule allows
     */
    protected final void update(String key, Object meta) {
        context().update(key, meta);
    }

    /** Ends what {@link #track} began; nothing if that key is not tracked. */
    protected final void untrack(String key) {
        context().untrack(key);
    }

    /** Who is present in the topic: the metas of each key. */
    protected final Map<String, List<Payload>> presences() {
        return context().endpoint().presences(context().topic());
    }

    /** The values of the topic by key. It needs a {@link dev.myriad.pubsub.StateRule}. */
    protected final State state() {
        return context().endpoint().state(context().topic());
    }

    /** From now on a {@link Down} comes to {@link #handleInfo} when the process ends. */
    protected final Monitor monitor(Process other) {
        return context().watch(other);
    }

    /** Ends a monitor of {@link #monitor}; its {@link Down} does not come any more. */
    protected final void demonitor(Monitor monitor) {
        context().unwatch(monitor);
    }

    /**
     * The channel's process, to be given to others: what they send to it, or a timer does, comes to
     * {@link #handleInfo}, and they may monitor it.
     */
    protected final Process self() {
        return context().process();
    }

    /** The topic that the client joined, {@code room:lobby}. */
    protected final String topic() {
        return context().topic();
    }

    /** The endpoint that the client is connected to. */
    protected final Endpoint endpoint() {
        return context().endpoint();
    }

    /** The client's connection. */
    protected final Socket socket() {
        return context().socket();
    }

    /** What was assigned to the connection and to this channel; unmodifiable. */
    protected final Map<String, Object> assigns() {
        return context().assigns();
    }

    /**
     * Remembers a value by name, for this channel only. A field of your own is the better place.
     */
    protected final void assign(String key, Object value) {
        context().assign(key, value);
    }

    final void attach(ChannelContext given) {
        if (context != null) {
            throw new ChannelException(
                    ChannelException.Code.CHANNEL_REUSED,
                    "a channel's factory must make a new one for each join");
        }
        context = given;
    }

    private ChannelContext context() {
        ChannelContext present = context;
        if (present == null) {
            throw new ChannelException(
                    ChannelException.Code.NOT_JOINED,
                    "a channel's constructor can do nothing: the join has not begun");
        }
        return present;
    }
}
