package dev.myriad.channels;

import dev.myriad.net.Budget;
import dev.myriad.net.Connection;
import dev.myriad.net.Limit;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Monitor;
import dev.myriad.process.Process;
import dev.myriad.protocol.JsonText;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Admitted;
import dev.myriad.pubsub.Intercepted;
import dev.myriad.pubsub.PubSub;
import dev.myriad.pubsub.Recovery;
import dev.myriad.pubsub.Resume;
import dev.myriad.pubsub.Subscriber;
import dev.myriad.pubsub.Topic;
import dev.myriad.pubsub.TopicException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The process of one join, from {@code phx_join} until the channel has ended: its mailbox, the
 * client's topic and refs, and what a {@link Channel} acts through. The connection's thread (see
 * {@link SocketHandler}) makes it and sends to it; all else is confined to the process, but for
 * what is said below to be another thread's.
 *
 * <p>All that the client sends to the topic goes into this one mailbox behind the {@link Join}, and
 * so does the end of the connection: nothing overtakes. While another channel of the connection has
 * the topic, this one has not got its {@link Join} yet, and puts its mail aside. What is unread at
 * the end is answered: see {@link #answerUnread}. Whatever that end is, the client hears of it or
 * the connection ends, the topic's place is free, the next join begins, and the endpoint's {@link
 * Lives} know: see {@link Join} and {@link #giveWay}.
 *
 * <p>A connection has few objects for an idle channel: this, the channel, and the place in the
 * topic's group. So {@link #rest} is several fields in one.
 */
final class ChannelProcess extends Subscriber implements ChannelContext {
    private static final int OBJECT_BYTES = 128;

    private static final long MEMORY_WAIT_NANOS = 10_000_000;

    /** What a join costs besides its parameters until it has been answered. */
    private static final int JOIN_BYTES = 512;

    /** What a channel costs that is not its connection's first. */
    private static final int CHANNEL_BYTES = 256;

    /** What a topic costs besides its name, which there is as text and as bytes. */
    private static final int TOPIC_BYTES = 512;

    /** An {@link ExpiringSocket} knows that it has joined. */
    private static final int ENTERED = 1;

    /** It is charged as a channel that is not its connection's first. */
    private static final int FURTHER = 2;

    /** It is charged with its topic, which nobody else had then. */
    private static final int NEW_TOPIC = 4;

    private static final VarHandle SUCCESSOR;

    static {
        try {
            SUCCESSOR =
                    MethodHandles.lookup()
                            .findVarHandle(ChannelProcess.class, "successor", ChannelProcess.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final SocketHandler socket;

    /** The token that the client's messages for this join carry, null if it gave none. */
    final byte @Nullable [] joinRef;

    /** The topic; once joined the object that all its subscribers share. */
    Topic topic;

    /**
     * Some of {@link #ENTERED}, {@link #FURTHER}, {@link #NEW_TOPIC}; the connection's thread's.
     */
    private byte marks;

    private @Nullable Channel channel;

    /**
     * The {@link Join} until it has succeeded; then nothing, the client's message that is being
     * handled, the {@link InboundRef} that answers it, or {@link Extras}, which hold either too.
     */
    private @Nullable Object rest;

    /** Who waits for the end of this: nobody yet, the next join, or this itself when it is over. */
    @SuppressWarnings("UnusedVariable") // through SUCCESSOR
    private volatile @Nullable ChannelProcess successor;

    /** What few channels have. */
    static final class Extras {
        Map<String, Object> assigns = Map.of();
        List<String> topics = List.of();
        @Nullable Object handling;
        Set<String> intercepted = Set.of();
        @Nullable Duration handlerTimeout;
        @Nullable Presences presences;
        @Nullable StateEvents state;

        /** Whether the client gets the places of the topic's messages. */
        boolean positioned;
    }

    ChannelProcess(SocketHandler socket, Topic topic, byte @Nullable [] joinRef, Join join) {
        this.socket = socket;
        this.topic = topic;
        this.joinRef = joinRef;
        this.rest = join;
    }

    // ---- the connection's thread's

    /** Starts a new one: now, or when its predecessor is over, which is told to end. */
    void start(Join join) {
        ChannelProcess before = join.predecessor;
        if (before != null && SUCCESSOR.compareAndSet(before, null, this)) {
            before.send(Control.SUPERSEDED);
        } else {
            join.predecessor = null;
            send(join);
        }
    }

    /** The join, while it has not been answered. It may be seen a little longer. */
    @Nullable Join joinUnderWay() {
        return rest instanceof Join join && !join.over ? join : null;
    }

    /**
     * Charges what comes because of a client's message, or tells over which limit that would be:
     * the client sends faster than it is served.
     */
    @Nullable Limit limitOver(int bytes) {
        if (waitingBytes() + bytes > socket.mount.limits().of(Limit.WAITING_BYTES_MAX)) {
            return Limit.WAITING_BYTES_MAX;
        }
        return charge(bytes) ? null : Limit.MAIL_MEMORY_PERCENT;
    }

    @Override
    protected Budget mail() {
        return socket.mount.mail();
    }

    /** Charges a join, and what the channel will cost, beside others of the connection. */
    @Nullable Limit limitOver(Join join, int others) {
        int further = others == 0 ? 0 : FURTHER;
        int newTopic = socket.mount.pubSub().has(topic.name()) ? 0 : NEW_TOPIC;
        marks = (byte) (further | newTopic);
        int before = others * CHANNEL_BYTES;
        if (!socket.mount.channelMemory().move(before, before + cost())) {
            return Limit.CHANNELS_MEMORY_PERCENT;
        }
        Limit over = limitOver(JOIN_BYTES + bytes(join.params));
        if (over != null) {
            free();
        }
        return over;
    }

    private int cost() {
        int channel = (marks & FURTHER) == 0 ? 0 : CHANNEL_BYTES;
        int name = (marks & NEW_TOPIC) == 0 ? 0 : TOPIC_BYTES + 2 * topic.utf8().length;
        return channel + name;
    }

    /** Whether an {@link ExpiringSocket} knows that it has joined. */
    boolean hasEntered() {
        return (marks & ENTERED) != 0;
    }

    void markEntered() {
        marks |= ENTERED;
    }

    /** It is over: nothing that waits or comes is charged any more. */
    private void free() {
        boolean _ = socket.mount.channelMemory().move(cost(), 0);
        unchargeAll();
    }

    // ---- any thread's

    /**
     * Counts a message of a topic that comes; false, and not counted, if too much waits already.
     */
    @Override
    protected boolean admits(Payload payload) {
        int before = waitingBytes();
        int bytes = bytes(payload);
        if (before > 0 && before + bytes > socket.mount.limits().of(Limit.MAIL_BYTES_MAX)) {
            socket.mount.admission().exceeded(Limit.MAIL_BYTES_MAX, this);
            return false;
        }
        if (!charge(bytes)) {
            socket.mount.admission().exceeded(Limit.MAIL_MEMORY_PERCENT, this);
            return false;
        }
        return true;
    }

    /** Roughly what a message costs while it waits. */
    static int bytes(Payload payload) {
        return OBJECT_BYTES + payload.bytes().length;
    }

    /** The channel ended before it came to this: nobody has the topic any more. */
    void answerUnread(Inbound message) {
        if (message.isLeave()) {
            socket.answer(this, message.ref, Words.STATUS_OK, Payload.EMPTY);
        } else if (message.ref != null) {
            socket.unmatched(message.ref, topic.name());
        }
    }

    @Override
    protected String name() {
        Channel made = channel;
        String kind = made == null ? "" : made.getClass().getName() + " ";
        return "channel " + kind + "of " + Mistakes.shown(topic.name());
    }

    // ---- the mail

    @Override
    protected void handle(Object message) throws Exception {
        if (rest instanceof Join join) {
            if (message == join) {
                join.begun = true;
                within(join.route.handlerTimeout().orElse(null), () -> join(join));
                uncharge(JOIN_BYTES + bytes(join.params));
            } else {
                stash(message); // it waits for its predecessor's end
            }
        } else if (rest instanceof Extras extras && extras.handlerTimeout != null) {
            within(extras.handlerTimeout, () -> dispatch(message));
        } else {
            dispatch(message);
        }
    }

    private void within(@Nullable Duration limit, Deadline.Handler handler) throws Exception {
        if (limit == null) {
            handler.run();
        } else {
            Deadline.run(this, limit, handler);
        }
    }

    private void dispatch(Object message) throws Exception {
        switch (message) {
            case Inbound inbound -> {
                uncharge(inbound.bytes());
                receive(inbound);
            }
            case Control control when control == Control.RENEWED -> {
                uncharge(Control.RENEWED_BYTES);
                channel().renewed();
            }
            case Control control -> exit(control.reason);
            case Admitted admitted -> {
                uncharge(bytes(admitted.payload()));
                if (admitted.message() instanceof Intercepted(String event, Payload payload)) {
                    channel().handleOut(event, payload);
                } else {
                    channel().handleInfo(admitted.message());
                }
            }
            default -> channel().handleInfo(message);
        }
    }

    private void receive(Inbound inbound) throws Exception {
        if (inbound.isLeave()) {
            socket.answer(this, inbound.ref, Words.STATUS_OK, Payload.EMPTY);
            exit(Control.LEFT.reason);
            return;
        }
        socket.mount.counters().messages.increment();
        handling(inbound);
        Result result = answer(inbound);
        Object handled = handling();
        handling(null); // after a crash there is no callback that could ask
        if (result instanceof Result.Reply reply) {
            if (handled instanceof InboundRef deferred) {
                deferred.reply(reply.status(), reply.response());
            } else {
                Payload response = socket.mount.payload(reply.response());
                socket.reply(this, inbound.ref, reply.status(), response);
            }
        }
    }

    private Result answer(Inbound inbound) throws Exception {
        StateEvents state = rest instanceof Extras extras ? extras.state : null;
        if (state != null) {
            Optional<Result.Reply> answer = state.answer(inbound.event, inbound.payload);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        return answer(channel(), inbound.event, inbound.payload);
    }

    /** The user's answer to an event, by whatever is around. */
    private Result answer(Channel asked, String event, Payload payload) throws Exception {
        Around around = socket.mount.around().orElse(null);
        Result result =
                around == null
                        ? asked.handleIn(event, payload)
                        : around.handleIn(socket, topic(), event, payload, asked::handleIn);
        return socket.mount.answered(result, "handleIn of", this, "Result.noReply()");
    }

    private @Nullable Object handling() {
        return rest instanceof Extras extras ? extras.handling : rest;
    }

    private void handling(@Nullable Object message) {
        if (rest instanceof Extras extras) {
            extras.handling = message;
        } else {
            rest = message;
        }
    }

    // ---- the join

    private void join(Join join) throws Exception {
        Channel made = join.route.factory().get();
        ChannelContext.attach(made, this);
        channel = made;
        switch (answer(made, join.params)) {
            case JoinResult.Ok(Object response) -> {
                if (enters(join, made, response)) {
                    made.joined();
                }
            }
            case JoinResult.Refused(Object reason) -> {
                Payload told = socket.mount.payload(reason);
                join.refusal = socket.replyFrames(this, join.ref, Words.STATUS_ERROR, told);
                socket.mount.joinRefused(topic.name(), told, socket.peer());
                exit(ExitReason.NORMAL);
            }
        }
    }

    /** Whether it is in: there may be no room for what the topic remembers, or no way to it. */
    private boolean enters(Join join, Channel made, Object response) throws InterruptedException {
        try {
            enter(join, made, response);
            return true;
        } catch (TopicException refused) {
            if (refused.code() == TopicException.Code.OVERLOADED) {
                socket.mount.admission().exceeded(Limit.TOPICS_MEMORY_PERCENT, socket.peer());
            }
            Payload told = socket.mount.payload(Map.of("reason", refused.code().reason()));
            join.refusal = socket.replyFrames(this, join.ref, Words.STATUS_ERROR, told);
            exit(ExitReason.NORMAL);
            return false;
        }
    }

    /** The user's answer to a join, by whatever is around. */
    private JoinResult answer(Channel asked, Payload params) throws Exception {
        Around around = socket.mount.around().orElse(null);
        JoinResult result =
                around == null
                        ? asked.join(topic(), params)
                        : around.join(socket, topic(), params, asked::join);
        return socket.mount.answered(result, "join of", this, "JoinResult.ok()");
    }

    private void enter(Join join, Channel made, Object response) throws InterruptedException {
        Payload told = socket.mount.payload(response);
        Set<String> intercepted = Set.copyOf(made.intercepts());
        if (!intercepted.isEmpty()) {
            extras().intercepted = intercepted;
        }
        join.route.handlerTimeout().ifPresent(limit -> extras().handlerTimeout = limit);
        socket.mount.counters().joins.increment();
        if (pubSub().remembers(topic.name())) {
            subscribe(join, told, intercepted);
        } else {
            byte[] reply = socket.replyFrames(this, join.ref, Words.STATUS_OK, told);
            topic =
                    pubSub().subscribe(
                                    topic,
                                    connection(),
                                    socket.serializer,
                                    reply,
                                    intercepted,
                                    this);
        }
        rest = join.extras;
        closePredecessor(join);
        socket.entered(this);
        unstashAll();
    }

    /** Enters a topic that remembers: what it remembers comes right behind the reply. */
    private void subscribe(Join join, Payload told, Set<String> intercepted)
            throws InterruptedException {
        Resume resume = told.isObject() ? ResumeWish.of(join.params) : Resume.NOTHING;
        PubSub.Entered entered =
                pubSub().enter(
                                topic,
                                connection(),
                                socket.serializer,
                                intercepted,
                                this,
                                resume,
                                recovery ->
                                        socket.replyFrames(
                                                this,
                                                join.ref,
                                                Words.STATUS_OK,
                                                with(told, recovery)));
        topic = entered.topic();
        if (entered.positioned()) {
            extras().positioned = true;
        }
        StateEvents.of(socket, topic.name()).ifPresent(state -> extras().state = state);
    }

    private static Payload with(Payload told, Optional<Recovery> recovery) {
        return recovery.map(found -> Payload.json(JsonText.with(told.bytes(), found.member())))
                .orElse(told);
    }

    /** The join has been answered: now the one whose topic this was hears that it was closed. */
    private void closePredecessor(Join join) {
        join.over = true;
        if (join.closeRef != null) {
            socket.close(topic, join.closeRef);
        }
    }

    // ---- the end

    @Override
    protected void terminated(ExitReason reason) throws Exception {
        free();
        boolean crashed = reason instanceof ExitReason.Crash;
        if (crashed) {
            socket.mount.counters().crashes.increment();
        }
        if (rest instanceof Join join) {
            if (join.begun) {
                refuse(join);
            } // else it is on its way, and is dropped
            return;
        }
        try {
            if (!crashed) {
                Duration limit = rest instanceof Extras extras ? extras.handlerTimeout : null;
                within(limit, () -> channel().terminate(reason));
            }
        } catch (Throwable crash) {
            crashed = true;
            socket.mount.counters().crashes.increment();
            throw crash;
        } finally {
            end(reason, crashed);
        }
    }

    /** The channel has not come into being. Called by the process, or when it has ended. */
    void refuse(Join join) {
        socket.mount.counters().joinsRefused.increment();
        try {
            // In one step: a client that hears of it finds the topic free.
            untilThereIsMemory(
                    () ->
                            socket.connection()
                                    .execute(
                                            () -> {
                                                socket.ended(this);
                                                tellRefused(join);
                                                closePredecessor(join);
                                            }));
        } finally {
            giveWay(null);
        }
    }

    private void tellRefused(Join join) {
        byte[] refusal = join.refusal;
        if (refusal == null) {
            socket.answer(this, join.ref, Words.STATUS_ERROR, Words.JOIN_CRASHED);
        } else {
            socket.connection().send(refusal);
        }
    }

    @SuppressWarnings("ReferenceEquality") // stop("closed") is not the connection's end
    private void end(ExitReason reason, boolean crashed) {
        socket.mount.counters().ends.increment();
        boolean closesLater = !crashed && reason == Control.SUPERSEDED.reason;
        try {
            untilThereIsMemory(
                    () -> {
                        unsubscribeAll();
                        if (reason != Control.CLOSED.reason) {
                            tellEnd(crashed, closesLater);
                        }
                    });
        } finally {
            giveWay(closesLater ? joinRef : null);
        }
    }

    /** In one step: a client that has heard of the end finds the topic free. */
    private void tellEnd(boolean crashed, boolean closesLater) {
        socket.connection()
                .execute(
                        () -> {
                            socket.ended(this);
                            if (crashed) {
                                socket.error(this);
                            } else if (!closesLater) {
                                socket.close(topic, joinRef);
                            }
                        });
    }

    /**
     * What the end of a channel must not leave undone: else its topic would stay taken. It may be
     * done again after it has been done in part.
     */
    private static void untilThereIsMemory(Runnable step) {
        while (true) {
            try {
                step.run();
                return;
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(MEMORY_WAIT_NANOS);
            }
        }
    }

    private void unsubscribeAll() {
        if (rest instanceof Extras extras && extras.presences != null) {
            extras.presences.untrackAll();
        }
        pubSub().unsubscribe(
                        topic.name(),
                        connection(),
                        socket.serializer,
                        intercepted(),
                        isPositioned());
        if (rest instanceof Extras extras) {
            extras.topics.forEach(further -> pubSub().unsubscribe(further, this));
        }
    }

    /** This is over, and the join that waits for that may begin. Called once, at any end. */
    private void giveWay(byte @Nullable [] closeRef) {
        socket.mount.lives().end();
        ChannelProcess next = (ChannelProcess) SUCCESSOR.getAndSet(this, this);
        if (next != null && next.rest instanceof Join join) {
            join.closeRef = closeRef;
            join.predecessor = null;
            next.send(join);
        }
    }

    // ---- what the channel acts through

    @Override
    public void push(String event, Object payload) {
        SocketHandler to = joined();
        to.connection()
                .send(
                        to.serializer.push(
                                joinRef, null, topic.name(), event, message(event, payload)));
    }

    @Override
    public void broadcast(String event, Object payload) {
        joined();
        Payload message = message(event, payload);
        if (isPositioned()) { // its own copy comes in the topic's order
            pubSub().broadcast(topic.name(), event, message);
        } else {
            pubSub().broadcastAs(
                            connection(),
                            socket.serializer,
                            intercepted(),
                            topic.name(),
                            event,
                            message);
        }
    }

    @Override
    public void broadcastFrom(String event, Object payload) {
        joined();
        pubSub().broadcastFrom(connection(), topic.name(), event, message(event, payload));
    }

    @Override
    public void broadcastLocal(String event, Object payload) {
        joined();
        Payload message = message(event, payload);
        if (isPositioned()) {
            pubSub().broadcastLocal(topic.name(), event, message);
        } else {
            pubSub().broadcastLocalAs(
                            connection(),
                            socket.serializer,
                            intercepted(),
                            topic.name(),
                            event,
                            message);
        }
    }

    @Override
    public void broadcastLocalFrom(String event, Object payload) {
        joined();
        pubSub().broadcastLocalFrom(connection(), topic.name(), event, message(event, payload));
    }

    private Payload message(String event, Object value) {
        return socket.mount.endpoint().message(event, value);
    }

    @Override
    public void track(String key, Object meta) {
        presences().track(key, socket.mount.payload(meta));
    }

    @Override
    public void update(String key, Object meta) {
        presences().update(key, socket.mount.payload(meta));
    }

    @Override
    public void untrack(String key) {
        presences().untrack(key);
    }

    private Presences presences() {
        joined();
        Extras own = extras();
        Presences made = own.presences;
        if (made == null) {
            made = new Presences(pubSub(), topic.name());
            own.presences = made;
        }
        return made;
    }

    @Override
    public SocketRef socketRef() {
        Object handling = handling();
        if (handling instanceof InboundRef made) {
            return made;
        }
        if (handling instanceof Inbound message) {
            InboundRef made = new InboundRef(this, message.ref);
            handling(made);
            return made;
        }
        throw new ChannelException(
                ChannelException.Code.NO_MESSAGE, "there is no message of the client to answer");
    }

    @Override
    public void end(Object reason) {
        exit(new ExitReason.Shutdown(reason));
    }

    @Override
    public void subscribe(String topic) {
        joined().mount.pubSub().subscribe(topic, this);
        Extras own = extras();
        if (own.topics.isEmpty()) {
            own.topics = new ArrayList<>(1);
        }
        own.topics.add(topic);
    }

    @Override
    public void unsubscribe(String topic) {
        joined().mount.pubSub().unsubscribe(topic, this);
        Extras own = presentExtras();
        if (own != null && !own.topics.isEmpty()) {
            own.topics.remove(topic);
        }
    }

    @Override
    public Monitor watch(Process other) {
        return monitor(other);
    }

    @Override
    public void unwatch(Monitor monitor) {
        demonitor(monitor);
    }

    @Override
    public String topic() {
        return topic.name();
    }

    @Override
    public Endpoint endpoint() {
        return socket.mount.endpoint();
    }

    @Override
    public Socket socket() {
        return socket;
    }

    @Override
    public Map<String, Object> assigns() {
        Map<String, Object> shared = socket.assigns();
        Extras present = presentExtras();
        if (present == null || present.assigns.isEmpty()) {
            return shared;
        }
        Map<String, Object> all = new HashMap<>(shared);
        all.putAll(present.assigns);
        return Collections.unmodifiableMap(all);
    }

    @Override
    public void assign(String key, Object value) {
        Extras own = extras();
        if (own.assigns.isEmpty()) {
            own.assigns = new HashMap<>(2);
        }
        own.assigns.put(key, value);
    }

    @Override
    public Process process() {
        return this;
    }

    private Channel channel() {
        return Objects.requireNonNull(channel);
    }

    Connection connection() {
        return socket.connection();
    }

    private PubSub pubSub() {
        return socket.mount.pubSub();
    }

    private SocketHandler joined() {
        if (rest instanceof Join) {
            throw new ChannelException(
                    ChannelException.Code.NOT_JOINED, "the channel has not been joined yet");
        }
        return socket;
    }

    private Set<String> intercepted() {
        return rest instanceof Extras extras ? extras.intercepted : Set.of();
    }

    private boolean isPositioned() {
        return rest instanceof Extras extras && extras.positioned;
    }

    private @Nullable Extras presentExtras() {
        return switch (rest) {
            case Join join -> join.extras;
            case Extras extras -> extras;
            case null, default -> null;
        };
    }

    private Extras extras() {
        Extras present = presentExtras();
        if (present != null) {
            return present;
        }
        Extras made = new Extras();
        if (rest instanceof Join join) {
            join.extras = made;
        } else {
            made.handling = rest;
            rest = made;
        }
        return made;
    }
}
