package dev.myriad.protocol;

/** The parts of a JSON text frame that both serializers write. Thread-safe: no state. */
final class TextFrame {
    static final byte[] NULL = Bytes.ascii("null");
    static final byte[] STATUS = Bytes.ascii("{\"status\":");
    static final byte[] RESPONSE = Bytes.ascii(",\"response\":");

    private TextFrame() {}

    /**
     * An array of just the length of the frame, the header in it; the text goes to its last {@code
     * length} bytes.
     */
    static byte[] of(int length) {
        byte[] frame = new byte[FrameEncoder.headerLength(length) + length];
        FrameEncoder.writeHeader(frame, 0, FrameEncoder.TEXT, length);
        return frame;
    }

    /** The JSON of a push or broadcast, which clients expect to be an object. */
    static byte[] object(Payload payload) {
        if (!payload.isObject()) {
            throw new IllegalArgumentException("the payload has to be a JSON object");
        }
        return payload.bytes();
    }

    /** The length of what {@link #putReply} writes. */
    static int replyLength(String status, byte[] response) {
        return STATUS.length
                + JsonWriter.stringLength(status)
                + RESPONSE.length
                + response.length
                + 1;
    }

    static int putReply(byte[] into, int at, String status, byte[] response) {
        int next = Bytes.put(into, at, STATUS);
        next = JsonWriter.writeString(status, into, next);
        next = Bytes.put(into, next, RESPONSE);
        next = Bytes.put(into, next, response);
        into[next] = '}';
        return next + 1;
    }
}
