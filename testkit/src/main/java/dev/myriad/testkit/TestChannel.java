package dev.myriad.testkit;

import dev.myriad.protocol.Payload;
import dev.myriad.testkit.Received.Kind;
import java.util.function.Predicate;

/**
 * A topic that a client of a {@link ChannelTest} has joined.
 *
 * <p>An assertion finds its message wherever it is among those received, and takes it out; others
 * stay for later assertions. A refutation looks at those that no assertion took out, and waits. A
 * push is what the channel sent to this client only; a broadcast is what went to the topic's
 * clients and so to this one.
 *
 * <p>Confined to the test's thread.
 */
public final class TestChannel {
    private final TestSocket socket;
    private final String topic;
    private final String joinRef;
    private final Payload response;

    TestChannel(TestSocket socket, String topic, String joinRef, Payload response) {
        this.socket = socket;
        this.topic = topic;
        this.joinRef = joinRef;
        this.response = response;
    }

    /** What the join was answered with. */
    public Payload response() {
        return response;
    }

    /** The client's connection, to join further topics and to disconnect. */
    public TestSocket socket() {
        return socket;
    }

    /** Sends an event with the payload <code>{}</code>. */
    public TestPush push(String event) {
        return push(event, Payload.EMPTY);
    }

    /** Sends an event. */
    public TestPush push(String event, Object payload) {
        return socket.push(joinRef, topic, event, payload);
    }

    /** Leaves the topic; the reply is {@code ok}, and then the channel ends. */
    public TestPush leave() {
        return push("phx_leave");
    }

    /** The channel pushes an event; the payload is returned. */
    public Payload assertPush(String event) {
        return expect(Kind.PUSH, event, "", _ -> true);
    }

    /** The channel pushes an event with this payload. */
    public Payload assertPush(String event, Object payload) {
        return expect(Kind.PUSH, event, payload);
    }

    /** The channel does not push the event, whatever its payload. */
    public void refutePush(String event) {
        refute(Kind.PUSH, event, "", _ -> true);
    }

    /** The channel does not push the event with this payload. */
    public void refutePush(String event, Object payload) {
        refute(Kind.PUSH, event, payload);
    }

    /** A broadcast reaches this client; the payload is returned. */
    public Payload assertBroadcast(String event) {
        return expect(Kind.BROADCAST, event, "", _ -> true);
    }

    /** A broadcast with this payload reaches this client. */
    public Payload assertBroadcast(String event, Object payload) {
        return expect(Kind.BROADCAST, event, payload);
    }

    /** No broadcast of the event reaches this client, whatever its payload. */
    public void refuteBroadcast(String event) {
        refute(Kind.BROADCAST, event, "", _ -> true);
    }

    /** No broadcast of the event with this payload reaches this client. */
    public void refuteBroadcast(String event, Object payload) {
        refute(Kind.BROADCAST, event, payload);
    }

    /** The channel ended in good order: it was left, or stopped. */
    public void assertClosed() {
        Payload _ = assertPush("phx_close");
    }

    /** The channel crashed. */
    public void assertCrashed() {
        Payload _ = assertPush("phx_error");
    }

    private Payload expect(Kind kind, String event, Object payload) {
        Payload expected = Json.payload(payload);
        return expect(kind, event, " " + Json.text(expected), same(expected));
    }

    private Payload expect(Kind kind, String event, String payload, Predicate<Received> matches) {
        return socket.expect(
                        describe(kind, event, payload) + " on " + topic,
                        topic,
                        message -> is(kind, event, message) && matches.test(message))
                .payload();
    }

    private void refute(Kind kind, String event, Object payload) {
        Payload refuted = Json.payload(payload);
        refute(kind, event, " " + Json.text(refuted), same(refuted));
    }

    private void refute(Kind kind, String event, String payload, Predicate<Received> matches) {
        socket.refute(
                describe(kind, event, payload),
                message -> is(kind, event, message) && matches.test(message));
    }

    private boolean is(Kind kind, String event, Received message) {
        return message.kind() == kind
                && message.word().equals(event)
                && message.topic().equals(topic)
                && (kind == Kind.BROADCAST
                        || message.joinRef().filter(joinRef::equals).isPresent());
    }

    private static Predicate<Received> same(Payload payload) {
        return message -> Json.same(payload, message.payload());
    }

    private static String describe(Kind kind, String event, String payload) {
        return (kind == Kind.PUSH ? "push of " : "broadcast of ") + event + payload;
    }
}
