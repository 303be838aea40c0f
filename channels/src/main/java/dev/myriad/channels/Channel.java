package dev.myriad.channels;

import dev.myriad.net.Connection;
import dev.myriad.process.ExitReason;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Admitted;
import dev.myriad.pubsub.Intercepted;
import dev.myriad.pubsub.PubSub;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
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
 * <p>A channel is a process: its callbacks are called by one thread at a time, in the order of the
 * messages, and may block, which holds up nothing else of the same connection. A callback that
 * throws ends this channel: the client hears {@code phx_error} and joins again. Other processes
 * reach a channel with {@link #send}; all other methods are for its own callbacks.
 *
 * <p>A payload is a {@link Payload}, whose bytes pass through untouched, or any object that the
 * endpoint's {@linkplain Endpoint.Builder#json codec} writes as a JSON object, such as a record or
 * a map; anything else throws {@link dev.myriad.protocol.PayloadException} {@code NOT_AN_OBJECT}.
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
public abstract non-sealed class Channel extends Slot {
    private @Nullable SocketHandler socket;

    /**
     * Nothing, the client's message that is being handled, or {@link Extras}, which hold that too:
     * one field, since most channels are idle and have neither.
     */
    private @Nullable Object rest;

    private boolean joined;

    protected Channel() {}

    /** What few channels have. */
    private static final class Extras {
        final Map<String, Object> assigns = new HashMap<>();
        final List<String> topics = new ArrayList<>();
        @Nullable Inbound handling;
        Set<String> intercepted = Set.of();
        @Nullable Duration handlerTimeout;
    }

    @Override
    final Mount mount() {
        return attachedSocket().mount;
    }

    @Override
    final InetSocketAddress peer() {
        return attachedSocket().peer();
    }

    /** The client wants to join; may it? */
    protected abstract JoinResult join(String topic, Payload params) throws Exception;

    /** The client sent an event. The answer is sent even if this calls {@link #stop}. */
    protected abstract Result handleIn(String event, Payload payload) throws Exception;

    /**
     * Mail that is not from the client: what another process sent, or a {@link
     * dev.myriad.pubsub.Broadcast} of a topic that this channel {@linkplain #subscribe subscribed}.
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
        SocketHandler to = joinedSocket();
        to.connection()
                .send(
                        to.serializer.push(
                                joinRef, null, topic.name(), event, mount().payload(payload)));
    }

    /** Sends an event to all clients in the topic. */
    protected final void broadcast(String event, Object payload) {
        SocketHandler from = joinedSocket();
        from.mount
                .pubSub()
                .broadcastAs(
                        from.connection(),
                        from.serializer,
                        intercepted(),
                        topic.name(),
                        event,
                        mount().payload(payload));
    }

    /** Sends an event to all clients in the topic but this one. */
    protected final void broadcastFrom(String event, Object payload) {
        SocketHandler from = joinedSocket();
        from.mount
                .pubSub()
                .broadcastFrom(from.connection(), topic.name(), event, mount().payload(payload));
    }

    /**
     * Sends an event to those in the topic who are connected to this node. There is only one node
     * today, so that it does the same as {@link #broadcast}.
     */
    protected final void broadcastLocal(String event, Object payload) {
        SocketHandler from = joinedSocket();
        from.mount
                .pubSub()
                .broadcastLocalAs(
                        from.connection(),
                        from.serializer,
                        intercepted(),
                        topic.name(),
                        event,
                        mount().payload(payload));
    }

    /** {@link #broadcastLocal}, but not to this client. */
    protected final void broadcastLocalFrom(String event, Object payload) {
        SocketHandler from = joinedSocket();
        from.mount
                .pubSub()
                .broadcastLocalFrom(
                        from.connection(), topic.name(), event, mount().payload(payload));
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
        Inbound handling = rest instanceof Extras extras ? extras.handling : (Inbound) rest;
        if (handling == null) {
            throw new ChannelException(
                    ChannelException.Code.NO_MESSAGE,
                    "there is no message of the client to answer");
        }
        return new SocketRef(this, attachedSocket(), handling.ref);
    }

    /** Ends the channel in good order after the current message: the client hears phx_close. */
    protected final void stop(Object reason) {
        exit(new ExitReason.Shutdown(reason));
    }

    /**
     * Listens to a further topic, whose messages come to {@link #handleInfo}, until the end. They
     * are bounded as those of {@link #handleOut} are.
     */
    protected final void subscribe(String topic) {
        joinedSocket().mount.pubSub().subscribe(topic, this);
        extras().topics.add(topic);
    }

    /** Ends a subscription of {@link #subscribe}. */
    protected final void unsubscribe(String topic) {
        joinedSocket().mount.pubSub().unsubscribe(topic, this);
        extras().topics.remove(topic);
    }

    /** The topic that the client joined, {@code room:lobby}. */
    protected final String topic() {
        return topic.name();
    }

    /** The endpoint that the client is connected to. */
    protected final Endpoint endpoint() {
        return attachedSocket().mount.endpoint();
    }

    /** The client's connection. */
    protected final Socket socket() {
        return attachedSocket();
    }

    /** What was assigned to the connection and to this channel; unmodifiable. */
    protected final Map<String, Object> assigns() {
        Map<String, Object> shared = attachedSocket().assigns();
        if (!(rest instanceof Extras extras) || extras.assigns.isEmpty()) {
            return shared;
        }
        Map<String, Object> all = new HashMap<>(shared);
        all.putAll(extras.assigns);
        return Collections.unmodifiableMap(all);
    }

    /**
     * Remembers a value by name, for this channel only. A field of your own is the better place.
     */
    protected final void assign(String key, Object value) {
        extras().assigns.put(key, value);
    }

    @Override
    protected final String name() {
        return "channel " + getClass().getName() + " of " + topic;
    }

    @Override
    final void deliver(Object mail) {
        send(mail);
    }

    /** The client's end, known once it has a place. */
    final Connection connection() {
        return attachedSocket().connection();
    }

    /** Gives a new channel its place. Called before anyone else sees it. */
    final void attach(Joining joining) {
        if (socket != null) {
            throw new ChannelException(
                    ChannelException.Code.CHANNEL_REUSED,
                    "a channel's factory must make a new one for each join");
        }
        socket = joining.socket;
        topic = joining.topic;
        joinRef = joining.joinRef;
        joining.route.handlerTimeout().ifPresent(limit -> extras().handlerTimeout = limit);
    }

    @Override
    protected final void handle(Object message) throws Exception {
        if (rest instanceof Extras extras && extras.handlerTimeout != null) {
            Deadline.run(this, extras.handlerTimeout, () -> dispatch(message));
        } else {
            dispatch(message);
        }
    }

    private void dispatch(Object message) throws Exception {
        switch (message) {
            case Inbound inbound -> {
                served(inbound);
                receive(inbound);
            }
            case Joining joining -> join(joining);
            case Control control -> {
                if (control == Control.RENEWED) {
                    served(Control.RENEWED_BYTES);
                    renewed();
                } else {
                    exit(control.reason);
                }
            }
            case Object early when !joined ->
                    stash(early); // the constructor gave this away: the join comes first
            case Admitted admitted -> {
                served(admitted.payload());
                if (admitted.message() instanceof Intercepted(String event, Payload payload)) {
                    handleOut(event, payload);
                } else {
                    handleInfo(admitted.message());
                }
            }
            default -> handleInfo(message);
        }
    }

    private void receive(Inbound inbound) throws Exception {
        SocketHandler from = joinedSocket();
        if (inbound.isLeave()) {
            from.reply(this, inbound.ref, Words.STATUS_OK, Payload.EMPTY);
            exit(Control.LEFT.reason);
            return;
        }
        from.mount.counters().messages.increment();
        handling(inbound);
        Result result = answer(from.mount, inbound.event, inbound.payload);
        handling(null); // after a crash there is no callback that could ask
        if (result instanceof Result.Reply reply) {
            Payload response = mount().payload(reply.response());
            from.reply(this, inbound.ref, reply.status(), response);
        }
    }

    /** The user's answer to an event, by whatever is around. */
    private Result answer(Mount mount, String event, Payload payload) throws Exception {
        Result result =
                mount.around().isEmpty()
                        ? handleIn(event, payload)
                        : mount.around()
                                .get()
                                .handleIn(socket(), topic(), event, payload, this::handleIn);
        return mount.answered(result, "handleIn of", this, "Result.noReply()");
    }

    /** The user's answer to a join, by whatever is around. */
    private JoinResult answer(Mount mount, Payload params) throws Exception {
        JoinResult result =
                mount.around().isEmpty()
                        ? join(topic(), params)
                        : mount.around().get().join(socket(), topic(), params, this::join);
        return mount.answered(result, "join of", this, "JoinResult.ok()");
    }

    private void handling(@Nullable Inbound message) {
        if (rest instanceof Extras extras) {
            extras.handling = message;
        } else {
            rest = message;
        }
    }

    private void join(Joining joining) throws Exception {
        SocketHandler from = attachedSocket();
        try {
            switch (answer(from.mount, joining.params)) {
                case JoinResult.Ok(Object response) -> {
                    byte[] reply =
                            from.serializer.reply(
                                    joinRef,
                                    joining.ref,
                                    topic.name(),
                                    Words.STATUS_OK,
                                    mount().payload(response));
                    Set<String> intercepted = Set.copyOf(intercepts());
                    if (!intercepted.isEmpty()) {
                        extras().intercepted = intercepted;
                    }
                    from.mount.counters().joins.increment();
                    topic =
                            from.mount
                                    .pubSub()
                                    .subscribe(
                                            topic,
                                            from.connection(),
                                            from.serializer,
                                            reply,
                                            intercepted,
                                            this);
                    joined = true;
                    unstashAll();
                    joining.replied();
                    from.connection().execute(() -> from.joined(joining, this));
                }
                case JoinResult.Refused(Object reason) -> {
                    joining.refused(mount().payload(reason));
                    exit(ExitReason.NORMAL);
                }
            }
        } catch (Throwable crash) {
            joining.crashed();
            throw crash;
        }
    }

    @Override
    protected final void terminated(ExitReason reason) throws Exception {
        SocketHandler from = attachedSocket();
        if (reason instanceof ExitReason.Crash) {
            from.mount.counters().crashes.increment();
        }
        if (!joined) {
            return; // the join was refused, and who asked for it knows
        }
        boolean crashed = reason instanceof ExitReason.Crash;
        try {
            if (!crashed) {
                terminate(reason);
            }
        } catch (Throwable crash) {
            crashed = true;
            from.mount.counters().crashes.increment();
            throw crash;
        } finally {
            end(from, reason, crashed);
        }
    }

    @SuppressWarnings("ReferenceEquality") // stop("closed") is not the connection's end
    private void end(SocketHandler from, ExitReason reason, boolean crashed) {
        from.mount.counters().ends.increment();
        PubSub pubSub = from.mount.pubSub();
        pubSub.unsubscribe(topic.name(), from.connection(), from.serializer, intercepted());
        if (rest instanceof Extras extras) {
            extras.topics.forEach(further -> pubSub.unsubscribe(further, this));
        }
        if (reason == Control.CLOSED.reason) {
            return;
        }
        boolean closesLater = !crashed && reason == Control.SUPERSEDED.reason;
        // In one step: a client that has heard of the end finds the topic free.
        from.connection()
                .execute(
                        () -> {
                            if (crashed) {
                                from.push(this, Words.ERROR, Words.CHANNEL_CRASH);
                            } else if (!closesLater) {
                                from.close(topic, joinRef);
                            }
                            from.ended(this, closesLater);
                        });
    }

    private Set<String> intercepted() {
        return rest instanceof Extras extras ? extras.intercepted : Set.of();
    }

    private Extras extras() {
        if (rest instanceof Extras present) {
            return present;
        }
        Extras made = new Extras();
        made.handling = (Inbound) rest;
        rest = made;
        return made;
    }

    private SocketHandler attachedSocket() {
        SocketHandler present = socket;
        if (present == null) {
            throw notJoined();
        }
        return present;
    }

    private SocketHandler joinedSocket() {
        if (!joined) {
            throw notJoined();
        }
        return attachedSocket();
    }

    private static ChannelException notJoined() {
        return new ChannelException(
                ChannelException.Code.NOT_JOINED, "the channel has not been joined yet");
    }
}
