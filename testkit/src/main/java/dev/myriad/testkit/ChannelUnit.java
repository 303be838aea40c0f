package dev.myriad.testkit;

import dev.myriad.channels.Callbacks;
import dev.myriad.channels.Channel;
import dev.myriad.channels.ChannelContext;
import dev.myriad.channels.Endpoint;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.channels.Socket;
import dev.myriad.process.ExitReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A channel alone, without endpoint, connection and topic: the test calls its handlers and looks at
 * what they sent.
 *
 * <pre>{@code
 * ChannelUnit room = ChannelUnit.of(new ChatRoom(), "room:lobby");
 * room.join(Map.of("name", "Ada"));
 * assertThat(room.handleIn("say", Map.of("text", "hello"))).isEqualTo(Result.ok());
 * assertThat(room.sent()).containsExactly(Sent.broadcast("said", Map.of("text", "hello")));
 * }</pre>
 *
 * <p>A handler runs on the test's thread, and what it throws comes to the test. What it sends to
 * {@code self()} is handled right after it, as the server does. Payloads are what {@link
 * ChannelTest} says. Confined to the test's thread.
 */
public final class ChannelUnit {
    private final RecordingContext context;
    private final Callbacks callbacks;

    private ChannelUnit(Channel channel, String topic) {
        context = new RecordingContext(topic);
        callbacks = new Callbacks(channel);
        ChannelContext.attach(channel, context);
    }

    /** A channel that nobody has joined yet. */
    public static ChannelUnit of(Channel channel, String topic) {
        return new ChannelUnit(channel, topic);
    }

    /** What {@code connect} gave to the connection; nothing without it. */
    public ChannelUnit assigns(Map<String, Object> assigns) {
        context.socket = new RecordingContext.UnitSocket(Map.copyOf(assigns));
        return this;
    }

    /** The channel's connection, if it is more than assigns. */
    public ChannelUnit socket(Socket socket) {
        context.socket = socket;
        return this;
    }

    /** The channel's endpoint, usually one of the test's own; there is none without it. */
    public ChannelUnit endpoint(Endpoint endpoint) {
        context.endpoint = Optional.of(endpoint);
        return this;
    }

    /** Joins; if the channel lets the client in, {@code joined} is called too. */
    public JoinResult join(Object params) throws Exception {
        JoinResult result =
                Objects.requireNonNull(callbacks.join(context.topic(), Json.payload(params)));
        if (result instanceof JoinResult.Ok) {
            context.joined = true;
            callbacks.joined();
        }
        settle();
        return result;
    }

    /** The client sends an event. */
    public Result handleIn(String event, Object payload) throws Exception {
        context.handling = true;
        Result result;
        try {
            result = Objects.requireNonNull(callbacks.handleIn(event, Json.payload(payload)));
        } finally {
            context.handling = false;
        }
        settle();
        return result;
    }

    /** Mail comes that is not the client's. */
    public void handleInfo(Object message) throws Exception {
        callbacks.handleInfo(message);
        settle();
    }

    /** Someone broadcast an intercepted event. */
    public void handleOut(String event, Object payload) throws Exception {
        callbacks.handleOut(event, Json.payload(payload));
        settle();
    }

    /** The connection is renewed, with other assigns perhaps. */
    public void renewed() throws Exception {
        callbacks.renewed();
        settle();
    }

    /** The channel ends in good order. */
    public void terminate(ExitReason reason) throws Exception {
        callbacks.terminate(reason);
    }

    /** The events that the channel intercepts. */
    public Set<String> intercepts() {
        return callbacks.intercepts();
    }

    /** What the channel has sent since this was called last, in order. */
    public List<Sent> sent() {
        List<Sent> sent = List.copyOf(context.sent);
        context.sent.clear();
        return sent;
    }

    /** What the channel gave to {@code stop}, if it did. */
    public Optional<Object> stopped() {
        return context.stopped;
    }

    /** The further topics that the channel listens to. */
    public Set<String> subscribed() {
        return Set.copyOf(context.subscribed);
    }

    /** What the client's connection and the channel were assigned. */
    public Map<String, Object> assigns() {
        return context.assigns();
    }

    /** Hands on what the channel has sent itself, or a timer has, until there is no more. */
    public void settle() throws Exception {
        List<Object> mail = context.mail();
        while (!mail.isEmpty() && context.stopped.isEmpty()) {
            for (Object message : new ArrayList<>(mail)) {
                if (context.stopped.isEmpty()) { // as in production nothing is handled after a stop
                    callbacks.handleInfo(message);
                }
            }
            mail = context.mail();
        }
    }
}
