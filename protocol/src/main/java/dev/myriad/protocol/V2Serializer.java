package dev.myriad.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The version 2.0.0 of the Phoenix format: {@code [join_ref, ref, topic, event, payload]} in text
 * frames, and binary frames for binary payloads, see {@link BinaryFrame}. Thread-safe: no state.
 *
 * <p>Elements after the fifth are checked and ignored, as Phoenix does. The payload that a client
 * sends may be any JSON value.
 */
final class V2Serializer implements Serializer {
    private static final byte[] REPLY_EVENT = Bytes.ascii(",\"phx_reply\",");

    /** Brackets and the four commas. */
    private static final int PUNCTUATION = 6;

    V2Serializer() {}

    @Override
    public String version() {
        return "2.0.0";
    }

    @Override
    public boolean carriesBinary() {
        return true;
    }

    @Override
    public void decodeText(byte[] bytes, int from, int to, Envelope into) {
        into.begin(bytes, false);
        int at = begin((byte) '[', bytes, from, to);
        int end = Ref.skip(bytes, at, to);
        into.joinRefAt(at, end);

        at = begin((byte) ',', bytes, end, to);
        end = Ref.skip(bytes, at, to);
        into.refAt(at, end);

        at = begin((byte) ',', bytes, end, to);
        end = JsonString.skip(bytes, at, to);
        into.topicAt(at + 1, end - 1);

        at = begin((byte) ',', bytes, end, to);
        end = JsonString.skip(bytes, at, to);
        into.eventAt(at + 1, end - 1);

        at = begin((byte) ',', bytes, end, to);
        end = into.endOf(JsonScanner.scan(bytes, at, to));
        into.payloadAt(at, end);

        at = JsonScanner.skipWhitespace(bytes, end, to);
        while (at < to && bytes[at] == ',') {
            end = into.endOf(JsonScanner.scan(bytes, at + 1, to));
            at = JsonScanner.skipWhitespace(bytes, end, to);
        }
        JsonScanner.skipEnd((byte) ']', bytes, at, to);
    }

    @Override
    public void decodeBinary(byte[] bytes, int from, int to, Envelope into) {
        BinaryFrame.decode(bytes, from, to, into);
    }

    @Override
    public byte[] reply(
            byte @Nullable [] joinRef,
            byte @Nullable [] ref,
            String topic,
            String status,
            Payload response) {
        if (response.isBinary()) {
            return BinaryFrame.reply(joinRef, ref, topic, status, response);
        }
        byte[] join = orNull(joinRef);
        byte[] answered = orNull(ref);
        int length =
                3
                        + join.length
                        + answered.length
                        + JsonWriter.stringLength(topic)
                        + REPLY_EVENT.length
                        + TextFrame.replyLength(status, response.bytes())
                        + 1;
        byte[] frame = TextFrame.of(length);
        int at = refs(frame, frame.length - length, join, answered);
        at = JsonWriter.writeString(topic, frame, at);
        at = Bytes.put(frame, at, REPLY_EVENT);
        at = TextFrame.putReply(frame, at, status, response.bytes());
        frame[at] = ']';
        return frame;
    }

    @Override
    public byte[] push(
            byte @Nullable [] joinRef,
            byte @Nullable [] ref,
            String topic,
            String event,
            Payload payload) {
        if (payload.isBinary()) {
            return isUserBroadcast(event, payload)
                    ? userBroadcast(topic, payload)
                    : BinaryFrame.push(joinRef, topic, event, payload);
        }
        byte[] json = TextFrame.object(payload);
        byte[] join = orNull(joinRef);
        byte[] answered = orNull(ref);
        int length =
                PUNCTUATION
                        + join.length
                        + answered.length
                        + JsonWriter.stringLength(topic)
                        + JsonWriter.stringLength(event)
                        + json.length;
        byte[] frame = TextFrame.of(length);
        return end(frame, refs(frame, frame.length - length, join, answered), topic, event, json);
    }

    @Override
    public byte[] broadcast(String topic, String event, Payload payload) {
        if (payload.isBinary()) {
            return isUserBroadcast(event, payload)
                    ? userBroadcast(topic, payload)
                    : BinaryFrame.broadcast(topic, event, payload);
        }
        return push(null, null, topic, event, payload);
    }

    private static boolean isUserBroadcast(String event, Payload payload) {
        return event.equals(UserBroadcast.EVENT) && payload.userEvent().isPresent();
    }

    private static byte[] userBroadcast(String topic, Payload payload) {
        return UserBroadcast.broadcast(topic, payload.userEvent().orElseThrow(), payload);
    }

    private static int begin(byte punctuation, byte[] bytes, int from, int to) {
        return JsonScanner.skipWhitespace(
                bytes, JsonScanner.skip(punctuation, bytes, from, to), to);
    }

    private static byte[] orNull(byte @Nullable [] token) {
        return token == null ? TextFrame.NULL : token;
    }

    private static int refs(byte[] frame, int at, byte[] joinRef, byte[] ref) {
        int next = at;
        frame[next++] = '[';
        next = Bytes.put(frame, next, joinRef);
        frame[next++] = ',';
        next = Bytes.put(frame, next, ref);
        frame[next++] = ',';
        return next;
    }

    private static byte[] end(byte[] frame, int at, String topic, String event, byte[] payload) {
        int next = JsonWriter.writeString(topic, frame, at);
        frame[next++] = ',';
        next = JsonWriter.writeString(event, frame, next);
        frame[next++] = ',';
        next = Bytes.put(frame, next, payload);
        frame[next] = ']';
        return frame;
    }
}
