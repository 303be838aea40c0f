package dev.myriad.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The binary messages of the V2 serializer. Thread-safe: no state.
 *
 * <p>Byte 0 is the kind; then follows one unsigned byte for the length of each string, then the
 * strings, then the payload up to the end of the frame:
 *
 * <pre>
 * push, from a client   0  join_ref  ref  topic  event
 * push, from a server   0  join_ref  topic  event          (no ref: the format is asymmetric)
 * reply                 1  join_ref  ref  topic  status
 * broadcast             2  topic  event
 * </pre>
 *
 * <p>Kinds 3 and 4 are in {@link UserBroadcast}.
 *
 * <p>Source: lib/phoenix/socket/serializers/v2_json_serializer.ex and
 * assets/js/phoenix/serializer.js in phoenixframework/phoenix.
 */
final class BinaryFrame {
    static final int PUSH = 0;
    private static final int REPLY = 1;
    private static final int BROADCAST = 2;
    private static final int STRING_BYTES_MAX = 255;
    private static final byte[] NONE = {};

    private BinaryFrame() {}

    /** Decodes what a client sends. */
    static void decode(byte[] bytes, int from, int to, Envelope into) {
        if (from < to && bytes[from] == UserBroadcast.PUSH) {
            UserBroadcast.decode(bytes, from, to, into);
            return;
        }
        if (to - from < 5 || bytes[from] != PUSH) {
            throw ProtocolException.undecodable("binary: not a push");
        }
        int joinRef = from + 5;
        int ref = joinRef + (bytes[from + 1] & 0xFF);
        int topic = ref + (bytes[from + 2] & 0xFF);
        int event = topic + (bytes[from + 3] & 0xFF);
        int payload = event + (bytes[from + 4] & 0xFF);
        if (payload > to) {
            throw ProtocolException.undecodable("binary: cut short");
        }
        boolean utf8 =
                Utf8.valid(bytes, joinRef, ref)
                        && Utf8.valid(bytes, ref, topic)
                        && Utf8.valid(bytes, topic, event)
                        && Utf8.valid(bytes, event, payload);
        if (!utf8) {
            throw ProtocolException.undecodable("binary: not UTF-8");
        }
        Ref.check(bytes, joinRef, ref);
        Ref.check(bytes, ref, topic);
        into.begin(bytes, true);
        into.joinRefAt(joinRef, ref);
        into.refAt(ref, topic);
        into.topicAt(topic, event);
        into.eventAt(event, payload);
        into.payloadAt(payload, to);
    }

    static byte[] push(byte @Nullable [] joinRef, String topic, String event, Payload payload) {
        byte[] join = plain(joinRef);
        int topicLength = length(topic);
        int eventLength = length(event);
        int length = 4 + join.length + topicLength + eventLength + payload.bytes().length;
        byte[] frame = of(length);
        int at = frame.length - length;
        frame[at++] = PUSH;
        frame[at++] = (byte) join.length;
        frame[at++] = (byte) topicLength;
        frame[at++] = (byte) eventLength;
        at = Bytes.put(frame, at, join);
        return end(frame, at, topic, event, payload);
    }

    static byte[] reply(
            byte @Nullable [] joinRef,
            byte @Nullable [] ref,
            String topic,
            String status,
            Payload response) {
        byte[] join = plain(joinRef);
        byte[] answered = plain(ref);
        int topicLength = length(topic);
        int statusLength = length(status);
        int length =
                5
                        + join.length
                        + answered.length
                        + topicLength
                        + statusLength
                        + response.bytes().length;
        byte[] frame = of(length);
        int at = frame.length - length;
        frame[at++] = REPLY;
        frame[at++] = (byte) join.length;
        frame[at++] = (byte) answered.length;
        frame[at++] = (byte) topicLength;
        frame[at++] = (byte) statusLength;
        at = Bytes.put(frame, at, join);
        at = Bytes.put(frame, at, answered);
        return end(frame, at, topic, status, response);
    }

    static byte[] broadcast(String topic, String event, Payload payload) {
        int topicLength = length(topic);
        int eventLength = length(event);
        int length = 3 + topicLength + eventLength + payload.bytes().length;
        byte[] frame = of(length);
        int at = frame.length - length;
        frame[at++] = BROADCAST;
        frame[at++] = (byte) topicLength;
        frame[at++] = (byte) eventLength;
        return end(frame, at, topic, event, payload);
    }

    /**
     * An array of just the length of the frame, the header in it; the message goes to its last
     * {@code length} bytes.
     */
    static byte[] of(int length) {
        byte[] frame = new byte[FrameEncoder.headerLength(length) + length];
        FrameEncoder.writeHeader(frame, 0, FrameEncoder.BINARY, length);
        return frame;
    }

    static byte[] end(byte[] frame, int at, String topic, String eventOrStatus, Payload payload) {
        int next = Utf8.write(topic, frame, at);
        next = Utf8.write(eventOrStatus, frame, next);
        Bytes.put(frame, next, payload.bytes());
        return frame;
    }

    private static byte[] plain(byte @Nullable [] token) {
        return token == null ? NONE : Ref.plain(token);
    }

    static int length(String text) {
        int length = Utf8.length(text);
        if (length > STRING_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "longer than " + STRING_BYTES_MAX + " bytes in a binary frame: " + text);
        }
        return length;
    }
}
