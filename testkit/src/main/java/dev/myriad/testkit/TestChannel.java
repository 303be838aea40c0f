package dev.myriad.testkit;

import dev.myriad.protocol.Payload;
import dev.myriad.testkit.Received.Kind;
import java.util.Map;
import java.util.Set;
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
    private final Known known = new Known();

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

    /**
     * The client knows of exactly these keys to be present, as it follows {@code presence_state}
     * and {@code presence_diff}; what is known of each is returned, its metas among it.
     */
    public Map<String, Payload> assertPresent(String... keys) {
        Set<String> expected = Set.of(keys);
        while (!known.presence().keySet().equals(expected)) {
            known.follow(
                    expect(
                            "presence of " + expected + ", not of " + known.presence().keySet(),
                            message -> Known.isPresence(message.word())));
        }
        return known.presence();
    }

    /** The client knows exactly these values, as it follows {@code state} and its diffs. */
    public void assertState(Map<String, ?> values) {
        while (!known.hasState(values)) {
            known.follow(
                    expect(
                            "state " + values + ", not " + known.state(),
                            message -> Known.isState(message.word())));
        }
    }

    /** The join gave the client all that it had missed. */
    public void assertRecovered() {
        if (!Json.tree(response.bytes()).path("resume").path("recovered").asBoolean(false)) {
            throw new AssertionError("expected to be recovered, but heard " + Json.text(response));
        }
    }

    /** The join did not give the client what it had missed, for this reason. */
    public void assertNotRecovered(String reason) {
        String heard = Json.tree(response.bytes()).path("resume").path("reason").asString("");
        if (!heard.equals(reason)) {
            throw new AssertionError(
                    "expected not to be recovered: "
                            + reason
                            + ", but heard "
                            + Json.text(response));
        }
    }

    /**
     * The params with which to join again and get what was missed, after the messages that have
     * come by now; those that no assertion has taken out count too.
     */
    public Map<String, Object> resumeParams() {
        return Known.resumeParams(response, socket.seen(topic));
    }

    /** The channel ended in good order: it was left, or stopped. */
    public void assertClosed() {
        Payload _ = assertPush("phx_close");
    }

    /** The channel crashed. */
    public void assertCrashed() {
        Payload _ = assertPush("phx_error");
    }

    /** A message to all of the topic. */
    private Received expect(String expected, Predicate<Received> matches) {
        return socket.expect(
                expected,
                topic,
                message ->
                        message.kind() == Kind.BROADCAST
                                && message.topic().equals(topic)
                                && matches.test(message));
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
