package dev.myriad.testkit;

import dev.myriad.protocol.Payload;
import java.util.function.Predicate;

/** An event that a client sent, and what is expected in reply. Confined to the test's thread. */
public final class TestPush {
    private final TestSocket socket;
    private final String ref;
    private final String topic;
    private final String event;

    TestPush(TestSocket socket, String ref, String topic, String event) {
        this.socket = socket;
        this.ref = ref;
        this.topic = topic;
        this.event = event;
    }

    String ref() {
        return ref;
    }

    /** There comes a reply with this status; the response is returned. */
    public Payload assertReply(String status) {
        return expect(status, "", _ -> true);
    }

    /** There comes a reply with this status and response. */
    public Payload assertReply(String status, Object response) {
        Payload expected = Json.payload(response);
        return expect(
                status,
                " " + Json.text(expected),
                message -> Json.same(expected, message.payload()));
    }

    /** There comes no reply, whatever its status. */
    public void refuteReply() {
        socket.refute("reply to " + event, this::isReply);
    }

    private Payload expect(String status, String response, Predicate<Received> matches) {
        return socket.expect(
                        "reply %s%s to %s (ref %s) on %s"
                                .formatted(status, response, event, ref, topic),
                        topic,
                        message ->
                                isReply(message)
                                        && message.word().equals(status)
                                        && matches.test(message))
                .payload();
    }

    private boolean isReply(Received message) {
        return message.kind() == Received.Kind.REPLY
                && message.ref().filter(ref::equals).isPresent();
    }
}
