package dev.myriad.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link FrameDecoder} keeps of one connection between two reads: an unfinished header, an
 * unfinished frame, an unfinished message. Opaque, and confined to the thread that decodes that
 * connection.
 *
 * <p>Every byte is copied into it once, and its buffers grow geometrically with the bytes that
 * really arrived, never with a length that was only announced. So a peer that dribbles costs linear
 * time, and one that announces much costs nothing.
 */
public final class Partial {
    private static final byte[] NOTHING = {};

    /**
     * A close frame was seen: whatever follows is ignored. Shared by all connections, never written
     * to.
     */
    static final Partial CLOSED = new Partial(new Pieces());

    /**
     * More frames of the message may come: to make room for this one only would mean a copy for
     * each.
     */
    static final int MORE = Integer.MAX_VALUE;

    private byte[] header = NOTHING;
    private int headerLength;

    private boolean inFrame;
    private int opcode;
    private boolean isFinal;
    private int maskKey;
    private int frameLength;
    private int frameReceived;

    private byte[] control = NOTHING;

    private int messageOpcode;
    private final Gathered message;
    private int utf8 = Utf8.COMPLETE;

    Partial(Pieces pieces) {
        this.message = new Gathered(pieces);
    }

    static boolean inMessage(@Nullable Partial partial) {
        return partial != null && partial.messageOpcode != 0;
    }

    static int messageLength(@Nullable Partial partial) {
        return partial == null ? 0 : partial.message.length();
    }

    /** How much memory it holds, roughly; for whoever bounds the sum over all connections. */
    public int bytes() {
        return header.length + control.length + message.capacity();
    }

    boolean inHeader() {
        return headerLength > 0;
    }

    boolean inFrame() {
        return inFrame;
    }

    int opcode() {
        return opcode;
    }

    boolean isFinal() {
        return isFinal;
    }

    int messageOpcode() {
        return messageOpcode;
    }

    byte[] header() {
        return header;
    }

    byte[] control() {
        return control;
    }

    Gathered message() {
        return message;
    }

    /** It will not be completed: what it holds may be used again. */
    public void abandon() {
        message.free();
    }

    /**
     * Takes bytes up to the end of the header and returns the next index; see {@link
     * #headerComplete}.
     */
    int takeHeader(byte[] bytes, int from, int to) {
        if (header.length == 0) {
            header = new byte[FrameHeader.BYTES_MAX];
        }
        int at = from;
        while (at < to && !headerComplete()) {
            header[headerLength++] = bytes[at++];
        }
        return at;
    }

    boolean headerComplete() {
        return headerLength >= FrameHeader.length(header, 0, headerLength);
    }

    /** Begins the frame whose checked header lies at {@code at}. */
    void openFrame(byte[] bytes, int at, int payloadLength) {
        headerLength = 0;
        inFrame = true;
        opcode = FrameHeader.opcode(bytes, at);
        isFinal = FrameHeader.isFinal(bytes, at);
        maskKey = FrameHeader.maskKey(bytes, at);
        frameLength = payloadLength;
        frameReceived = 0;
        if (FrameHeader.isControl(opcode)) {
            control = new byte[payloadLength];
        } else if (opcode != FrameHeader.CONTINUATION) {
            openMessage(opcode);
        }
    }

    /**
     * Takes payload bytes up to the end of the frame and returns the next index; see {@link
     * #frameComplete}.
     */
    int takePayload(byte[] bytes, int from, int to) {
        int taken = Math.min(to - from, frameLength - frameReceived);
        int key = Integer.rotateLeft(maskKey, 8 * (frameReceived & 3));
        if (FrameHeader.isControl(opcode)) {
            System.arraycopy(bytes, from, control, frameReceived, taken);
            FrameEncoder.mask(control, frameReceived, frameReceived + taken, key);
        } else {
            FrameEncoder.mask(bytes, from, from + taken, key);
            append(bytes, from, from + taken, isFinal ? frameLength - frameReceived : MORE);
        }
        frameReceived += taken;
        return from + taken;
    }

    boolean frameComplete() {
        return frameReceived == frameLength;
    }

    void closeFrame() {
        inFrame = false;
        control = NOTHING;
    }

    void openMessage(int dataOpcode) {
        messageOpcode = dataOpcode;
        utf8 = Utf8.COMPLETE;
    }

    /**
     * Adds bytes to the message; these and what follows are at most {@code left}, or {@link #MORE}
     * if nobody knows.
     */
    void append(byte[] bytes, int from, int to, int left) {
        message.append(bytes, from, to, left);
        if (messageOpcode == FrameEncoder.TEXT) {
            utf8 = Utf8.resume(utf8, bytes, from, to);
            if (utf8 == Utf8.INVALID) {
                throw new ProtocolException(CloseCode.INVALID_PAYLOAD, "text message is not UTF-8");
            }
        }
    }

    /** Whether the text so far does not end inside a character. */
    boolean textComplete() {
        return utf8 == Utf8.COMPLETE;
    }
}
