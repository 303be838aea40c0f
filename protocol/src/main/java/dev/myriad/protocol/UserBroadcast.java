package dev.myriad.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/**
 * The two binary messages that supabase's clients add to the V2 format, for the event {@code
 * broadcast} and an event of the user's own within it. Thread-safe: no state.
 *
 * <p>Laid out as in {@link BinaryFrame}; the byte before the strings tells what the data is, 0 for
 * raw bytes and 1 for JSON; the metadata is a JSON object or empty:
 *
 * <pre>
 * from a client   3  join_ref  ref  topic  user_event  metadata  encoding
 * from a server   4  topic  user_event  metadata  encoding
 * </pre>
 *
 * <p>What a client sends is read as the standard message that means the same. JSON data becomes the
 * object that these clients send as text, {@code {"type":"broadcast","event":..,"payload":..}} with
 * the members of the metadata before, and goes on as text, which every client reads. Raw data
 * becomes a binary payload that knows its {@link Payload#userEvent}; its metadata is dropped.
 *
 * <p>Source: packages/core/realtime-js/src/lib/serializer.ts in supabase/supabase-js, and
 * lib/realtime_web/socket/v2_serializer.ex in supabase/realtime.
 */
final class UserBroadcast {
    static final int PUSH = 3;
    static final String EVENT = "broadcast";

    private static final int BROADCAST = 4;
    private static final int RAW = 0;
    private static final int JSON = 1;
    private static final int PUSH_HEADER_BYTES = 7;
    private static final int BROADCAST_HEADER_BYTES = 5;

    private static final byte[] EVENT_UTF8 = EVENT.getBytes(UTF_8);
    private static final byte[] BEFORE_PAYLOAD = Bytes.ascii(",\"broadcast\",{");
    private static final byte[] BEFORE_EVENT = Bytes.ascii("\"type\":\"broadcast\",\"event\":");
    private static final byte[] BEFORE_DATA = Bytes.ascii(",\"payload\":");
    private static final byte[] END = Bytes.ascii("}]");

    private UserBroadcast() {}

    static void decode(byte[] bytes, int from, int to, Envelope into) {
        int joinRef = from + PUSH_HEADER_BYTES;
        if (joinRef > to) {
            throw ProtocolException.undecodable("binary: cut short");
        }
        int ref = joinRef + (bytes[from + 1] & 0xFF);
        int topic = ref + (bytes[from + 2] & 0xFF);
        int event = topic + (bytes[from + 3] & 0xFF);
        int metadata = event + (bytes[from + 4] & 0xFF);
        int data = metadata + (bytes[from + 5] & 0xFF);
        if (data > to) {
            throw ProtocolException.undecodable("binary: cut short");
        }
        int encoding = bytes[from + 6];
        boolean utf8 =
                Utf8.valid(bytes, joinRef, ref)
                        && Utf8.valid(bytes, ref, topic)
                        && Utf8.valid(bytes, topic, event)
                        && Utf8.valid(bytes, event, metadata)
                        && Utf8.valid(bytes, metadata, data)
                        && (encoding == RAW || Utf8.valid(bytes, data, to));
        if (!utf8) {
            throw ProtocolException.undecodable("binary: not UTF-8");
        }
        if (metadata != data) {
            int end = JsonScanner.skipObject(bytes, metadata, data);
            JsonScanner.checkEnd(bytes, end, data);
        }
        ByteArrayOutputStream standard = new ByteArrayOutputStream(to - from + 64);
        switch (encoding) {
            case RAW -> {
                standard.write(BinaryFrame.PUSH);
                standard.write(bytes, from + 1, 3);
                standard.write(EVENT_UTF8.length);
                standard.write(bytes, joinRef, event - joinRef);
                standard.writeBytes(EVENT_UTF8);
                standard.write(bytes, data, to - data);
                byte[] push = standard.toByteArray();
                BinaryFrame.decode(push, 0, push.length, into);
                into.userEventIs(new String(bytes, event, metadata - event, UTF_8));
            }
            case JSON -> {
                JsonScanner.checkEnd(bytes, into.endOf(JsonScanner.scan(bytes, data, to)), to);
                standard.write('[');
                standard.writeBytes(token(bytes, joinRef, ref));
                standard.write(',');
                standard.writeBytes(token(bytes, ref, topic));
                standard.write(',');
                standard.writeBytes(Ref.quoted(bytes, topic, event));
                standard.writeBytes(BEFORE_PAYLOAD);
                putMembers(bytes, metadata, data, standard);
                standard.writeBytes(BEFORE_EVENT);
                standard.writeBytes(Ref.quoted(bytes, event, metadata));
                standard.writeBytes(BEFORE_DATA);
                standard.write(bytes, data, to - data);
                standard.writeBytes(END);
                byte[] text = standard.toByteArray();
                Serializer.V2.decodeText(text, 0, text.length, into);
            }
            default -> throw ProtocolException.undecodable("binary: no such encoding");
        }
    }

    /** Raw data for all subscribers of a topic, as a whole WebSocket frame. */
    static byte[] broadcast(String topic, String userEvent, Payload payload) {
        int topicLength = BinaryFrame.length(topic);
        int eventLength = BinaryFrame.length(userEvent);
        byte[] data = payload.bytes();
        int length = BROADCAST_HEADER_BYTES + topicLength + eventLength + data.length;
        byte[] frame = BinaryFrame.of(length);
        int at = frame.length - length;
        frame[at++] = BROADCAST;
        frame[at++] = (byte) topicLength;
        frame[at++] = (byte) eventLength;
        frame[at++] = 0; // no metadata
        frame[at++] = RAW;
        return BinaryFrame.end(frame, at, topic, userEvent, payload);
    }

    /** The members of an object that has been checked, each followed by a comma. */
    private static void putMembers(byte[] bytes, int from, int to, ByteArrayOutputStream into) {
        if (from == to) {
            return;
        }
        int first = JsonScanner.skipWhitespace(bytes, from + 1, to);
        if (bytes[first] == '}') {
            return;
        }
        int last = to - 1;
        while (bytes[last] != '}') {
            last--;
        }
        into.write(bytes, first, last - first);
        into.write(',');
    }

    private static byte[] token(byte[] bytes, int from, int to) {
        return from == to ? TextFrame.NULL : Ref.quoted(bytes, from, to);
    }
}
