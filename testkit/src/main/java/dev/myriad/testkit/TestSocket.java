package dev.myriad.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.Payload;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A client's connection in a {@link ChannelTest}. It keeps what it receives until an assertion
 * takes it out. Confined to the test's thread.
 */
public final class TestSocket {
    /** So often a wait for a message looks whether the connection has ended. */
    private static final Duration LOOK = Duration.ofMillis(10);

    private final Link link;
    private final Patience patience;
    private final List<Received> received = new ArrayList<>();
    private final List<Received> all = new ArrayList<>();
    private int lastRef;

    TestSocket(Link link, Patience patience) {
        this.link = link;
        this.patience = patience;
    }

    /** Joins a topic and waits until that has succeeded. */
    public TestChannel join(String topic) {
        return join(topic, Payload.EMPTY);
    }

    /** Joins a topic with the params and waits until that has succeeded. */
    public TestChannel join(String topic, Object params) {
        TestPush push = askToJoin(topic, params);
        return new TestChannel(this, topic, push.ref(), push.assertReply("ok"));
    }

    /** The client may not join; the reason that it hears is returned. */
    public Payload assertJoinRefused(String topic) {
        return assertJoinRefused(topic, Payload.EMPTY);
    }

    /** The client may not join with the params; the reason that it hears is returned. */
    public Payload assertJoinRefused(String topic, Object params) {
        return askToJoin(topic, params).assertReply("error");
    }

    /** The client closes the connection in good order; the channels hear so. */
    public void close() {
        link.close();
    }

    /**
     * Takes nothing in, as a client that is too slow: what it is sent waits, first with it and then
     * with the server, up to {@link dev.myriad.net.Limit#OUTBOUND_BYTES_MAX}. Over it the server
     * cuts the connection off, which the client sees as 1006 once it reads on.
     */
    public void pauseReading() {
        link.pause();
    }

    /** Takes in what waits, and what comes. */
    public void resumeReading() {
        link.resume();
    }

    /** The connection breaks, as when the client's network does; the channels hear so. */
    public void disconnect() {
        link.vanish();
    }

    /** The server closed the connection, with this code. */
    public void assertDisconnected(int code) {
        if (!link.closedWith(patience.assertion()).equals(Optional.of(code))) {
            await(_ -> false, Duration.ZERO);
            throw new AssertionError(
                    "expected to be disconnected with " + code + instead(_ -> true));
        }
    }

    private TestPush askToJoin(String topic, Object params) {
        String ref = nextRef();
        return push(ref, ref, topic, "phx_join", params);
    }

    TestPush push(String joinRef, String topic, String event, Object payload) {
        return push(joinRef, nextRef(), topic, event, payload);
    }

    private TestPush push(String joinRef, String ref, String topic, String event, Object payload) {
        Payload sent = Json.payload(payload);
        if (sent.isBinary()) {
            link.send(binary(List.of(joinRef, ref, topic, event), sent.bytes()));
        } else {
            link.send(
                    "[\"%s\",\"%s\",%s,%s,%s]"
                            .formatted(
                                    joinRef,
                                    ref,
                                    Json.quoted(topic),
                                    Json.quoted(event),
                                    Json.text(sent)));
        }
        return new TestPush(this, ref, topic, event);
    }

    private String nextRef() {
        return Integer.toString(++lastRef);
    }

    private static byte[] binary(List<String> fields, byte[] data) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0);
        for (String field : fields) {
            int length = field.getBytes(UTF_8).length;
            if (length > 255) {
                throw new IllegalArgumentException("more than 255 bytes: " + field);
            }
            frame.write(length);
        }
        fields.forEach(field -> frame.writeBytes(field.getBytes(UTF_8)));
        frame.writeBytes(data);
        return frame.toByteArray();
    }

    /**
     * Takes out the first message that matches, waiting for it.
     *
     * @param expected in words, for the failure
     */
    Received expect(String expected, String topic, Predicate<Received> matches) {
        return await(matches, patience.assertion())
                .orElseThrow(
                        () ->
                                new AssertionError(
                                        "expected within %d ms: %s%s%s"
                                                .formatted(
                                                        patience.assertion().toMillis(),
                                                        expected,
                                                        instead(
                                                                message ->
                                                                        message.topic()
                                                                                .equals(topic)),
                                                        hint())));
    }

    /**
     * Fails if a message matches.
     *
     * @param refuted in words, for the failure
     */
    void refute(String refuted, Predicate<Received> matches) {
        await(matches, patience.refutation())
                .ifPresent(
                        message -> {
                            throw new AssertionError(
                                    "expected no %s, but there came a %s"
                                            .formatted(refuted, message));
                        });
    }

    /** All messages of a topic that have come, those that were taken out too. */
    List<Received> seen(String topic) {
        while (receive(System.nanoTime())) {
            // what is there already
        }
        return all.stream().filter(message -> message.topic().equals(topic)).toList();
    }

    private Optional<Received> await(Predicate<Received> matches, Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        int looked = 0;
        do {
            for (; looked < received.size(); looked++) {
                Received message = received.get(looked);
                if (matches.test(message)) {
                    received.remove(looked);
                    return Optional.of(message);
                }
            }
        } while (receive(deadline));
        return Optional.empty();
    }

    /** Waits for one message more; false if none came in time, or none can come any more. */
    private boolean receive(long deadline) {
        boolean last;
        Optional<String> message;
        do {
            boolean closed = isClosed(); // what came before the end has been received by now
            long left = Math.max(0, deadline - System.nanoTime());
            last = closed || left == 0;
            message =
                    link.next(
                            closed
                                    ? Duration.ZERO
                                    : Duration.ofNanos(Math.min(left, LOOK.toNanos())));
        } while (message.isEmpty() && !last);
        message.map(Received::of)
                .ifPresent(
                        came -> {
                            received.add(came);
                            all.add(came);
                        });
        return message.isPresent();
    }

    private boolean isClosed() {
        return link.closedWith(Duration.ZERO).isPresent();
    }

    private String hint() {
        return isClosed() ? "; use assertDisconnected on the socket" : "";
    }

    private String instead(Predicate<Received> nearby) {
        List<Received> near = received.stream().filter(nearby).toList();
        String end =
                link.closedWith(Duration.ZERO)
                        .map(code -> "\nThe connection was closed: " + code)
                        .orElse("");
        return (near.isEmpty()
                        ? "\nNothing came."
                        : near.stream()
                                .map(Received::toString)
                                .collect(Collectors.joining("\n  ", "\nInstead came:\n  ", "")))
                + end;
    }
}
