package dev.myriad.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The version 1.0.0 of the Phoenix format: an object with the keys topic, event, payload and ref,
 * in text frames. Thread-safe: no state.
 *
 * <p>It has no binary frames, and no join ref in what a server sends. A client may add {@code
 * join_ref}; other keys are checked and ignored, the last of several equal keys counts.
 */
final class V1Serializer implements Serializer {
    private static final byte[] TOPIC = Bytes.ascii("topic");
    private static final byte[] EVENT = Bytes.ascii("event");
    private static final byte[] PAYLOAD = Bytes.ascii("payload");
    private static final byte[] REF = Bytes.ascii("ref");
    private static final byte[] JOIN_REF = Bytes.ascii("join_ref");

    private static final int SEEN_TOPIC = 1;
    private static final int SEEN_EVENT = 2;
    private static final int SEEN_PAYLOAD = 4;
    private static final int SEEN_REF = 8;
    private static final int SEEN_ALL = 15;

    private static final byte[] BEFORE_TOPIC = Bytes.ascii("{\"topic\":");
    private static final byte[] BEFORE_EVENT = Bytes.ascii(",\"event\":");
    private static final byte[] BEFORE_PAYLOAD = Bytes.ascii(",\"payload\":");
    private static final byte[] BEFORE_REF = Bytes.ascii(",\"ref\":");
    private static final int PUNCTUATION =
            BEFORE_TOPIC.length
                    + BEFORE_EVENT.length
                    + BEFORE_PAYLOAD.length
                    + BEFORE_REF.length
                    + 1;

    private static final String REPLY_EVENT = "phx_reply";

    V1Serializer() {}

    @Override
    public String version() {
        return "1.0.0";
    }

    @Override
    public boolean carriesBinary() {
        return false;
    }

    @Override
    public void decodeText(byte[] bytes, int from, int to, Envelope into) {
        into.begin(bytes, false);
        int seen = 0;
        int at =
                JsonScanner.skipWhitespace(
                        bytes, JsonScanner.skip((byte) '{', bytes, from, to), to);
        boolean more = at < to && bytes[at] != '}';
        while (more) {
            int keyEnd = JsonString.skip(bytes, at, to);
            int value =
                    JsonScanner.skipWhitespace(
                            bytes, JsonScanner.skip((byte) ':', bytes, keyEnd, to), to);
            int end;
            if (isKey(TOPIC, bytes, at, keyEnd)) {
                end = JsonString.skip(bytes, value, to);
                into.topicAt(value + 1, end - 1);
                seen |= SEEN_TOPIC;
            } else if (isKey(EVENT, bytes, at, keyEnd)) {
                end = JsonString.skip(bytes, value, to);
                into.eventAt(value + 1, end - 1);
                seen |= SEEN_EVENT;
            } else if (isKey(PAYLOAD, bytes, at, keyEnd)) {
                end = into.endOf(JsonScanner.scan(bytes, value, to));
                into.payloadAt(value, end);
                seen |= SEEN_PAYLOAD;
            } else if (isKey(REF, bytes, at, keyEnd)) {
                end = Ref.skip(bytes, value, to);
                into.refAt(value, end);
                seen |= SEEN_REF;
            } else if (isKey(JOIN_REF, bytes, at, keyEnd)) {
                end = Ref.skip(bytes, value, to);
                into.joinRefAt(value, end);
            } else {
                end = into.endOf(JsonScanner.scan(bytes, value, to));
            }
            at = JsonScanner.skipWhitespace(bytes, end, to);
            more = at < to && bytes[at] == ',';
            at = more ? JsonScanner.skipWhitespace(bytes, at + 1, to) : at;
        }
        JsonScanner.skipEnd((byte) '}', bytes, at, to);
        if (seen != SEEN_ALL) {
            throw ProtocolException.undecodable("topic, event, payload or ref is missing");
        }
    }

    @Override
    public void decodeBinary(byte[] bytes, int from, int to, Envelope into) {
        throw ProtocolException.undecodable("V1 has no binary messages");
    }

    @Override
    public byte[] reply(
            byte @Nullable [] joinRef,
            byte @Nullable [] ref,
            String topic,
            String status,
            Payload response) {
        byte[] json = json(response);
        byte[] answered = ref == null ? TextFrame.NULL : ref;
        int length = length(topic, REPLY_EVENT, TextFrame.replyLength(status, json), answered);
        byte[] frame = TextFrame.of(length);
        int at = begin(frame, frame.length - length, topic, REPLY_EVENT);
        return end(frame, TextFrame.putReply(frame, at, status, json), answered);
    }

    @Override
    public byte[] push(
            byte @Nullable [] joinRef,
            byte @Nullable [] ref,
            String topic,
            String event,
            Payload payload) {
        byte[] json = TextFrame.object(payload);
        byte[] answered = ref == null ? TextFrame.NULL : ref;
        int length = length(topic, event, json.length, answered);
        byte[] frame = TextFrame.of(length);
        int at = begin(frame, frame.length - length, topic, event);
        return end(frame, Bytes.put(frame, at, json), answered);
    }

    @Override
    public byte[] broadcast(String topic, String event, Payload payload) {
        return push(null, null, topic, event, payload);
    }

    private static boolean isKey(byte[] key, byte[] bytes, int from, int to) {
        return JsonString.is(key, bytes, from + 1, to - 1);
    }

    private static byte[] json(Payload payload) {
        if (payload.isBinary()) {
            throw new IllegalArgumentException("V1 cannot carry a binary payload");
        }
        return payload.bytes();
    }

    private static int length(String topic, String event, int payloadLength, byte[] ref) {
        return PUNCTUATION
                + JsonWriter.stringLength(topic)
                + JsonWriter.stringLength(event)
                + payloadLength
                + ref.length;
    }

    private static int begin(byte[] frame, int at, String topic, String event) {
        int next = Bytes.put(frame, at, BEFORE_TOPIC);
        next = JsonWriter.writeString(topic, frame, next);
        next = Bytes.put(frame, next, BEFORE_EVENT);
        next = JsonWriter.writeString(event, frame, next);
        return Bytes.put(frame, next, BEFORE_PAYLOAD);
    }

    private static byte[] end(byte[] frame, int at, byte[] ref) {
        int next = Bytes.put(frame, at, BEFORE_REF);
        next = Bytes.put(frame, next, ref);
        frame[next] = '}';
        return frame;
    }
}
