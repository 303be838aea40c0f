package dev.myriad.protocol;

import java.nio.charset.StandardCharsets;

/**
 * Writes WebSocket frames (RFC 6455, section 5.2): always whole messages, FIN set, in the shortest
 * length encoding. Thread-safe: no state.
 *
 * <p>Frames of a server carry no mask, so the same bytes may go to any number of connections. A
 * mask key is an int whose most significant byte is the first on the wire.
 */
public final class FrameEncoder {
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** What the payload of a control frame may hold. */
    static final int CONTROL_BYTES_MAX = 125;

    static final int MASK_BIT = 0x80;
    private static final int FIN_BIT = 0x80;
    private static final int REASON_BYTES_MAX = CONTROL_BYTES_MAX - 2;

    private FrameEncoder() {}

    public static int headerLength(int payloadLength) {
        if (payloadLength < 126) {
            return 2;
        }
        return payloadLength <= 0xFFFF ? 4 : 10;
    }

    public static int maskedHeaderLength(int payloadLength) {
        return headerLength(payloadLength) + Integer.BYTES;
    }

    /** Writes the header of an unmasked frame and returns the index after it. */
    public static int writeHeader(byte[] into, int at, int opcode, int payloadLength) {
        return writeHeader(into, at, opcode, payloadLength, 0);
    }

    /** Writes the header of a masked frame, mask key included, and returns the index after it. */
    public static int writeMaskedHeader(
            byte[] into, int at, int opcode, int payloadLength, int maskKey) {
        int next = writeHeader(into, at, opcode, payloadLength, MASK_BIT);
        into[next] = (byte) (maskKey >>> 24);
        into[next + 1] = (byte) (maskKey >>> 16);
        into[next + 2] = (byte) (maskKey >>> 8);
        into[next + 3] = (byte) maskKey;
        return next + 4;
    }

    /** A whole unmasked frame around a copy of the payload. */
    public static byte[] frame(int opcode, byte[] payload, int from, int to) {
        int length = to - from;
        byte[] frame = new byte[headerLength(length) + length];
        int at = writeHeader(frame, 0, opcode, length);
        System.arraycopy(payload, from, frame, at, length);
        return frame;
    }

    /** A whole masked frame around a masked copy of the payload. */
    public static byte[] maskedFrame(int opcode, byte[] payload, int from, int to, int maskKey) {
        int length = to - from;
        byte[] frame = new byte[maskedHeaderLength(length) + length];
        int at = writeMaskedHeader(frame, 0, opcode, length, maskKey);
        System.arraycopy(payload, from, frame, at, length);
        mask(frame, at, frame.length, maskKey);
        return frame;
    }

    /** A whole unmasked close frame, see {@link #closePayload}. */
    public static byte[] close(int code, String reason) {
        byte[] payload = closePayload(code, reason);
        return frame(CLOSE, payload, 0, payload.length);
    }

    /**
     * The payload of a close frame: the code, then as many whole characters of the reason as fit
     * into 123 bytes. {@link CloseCode#NO_STATUS} gives the empty payload that says so.
     *
     * @throws IllegalArgumentException if the code must not be sent
     */
    public static byte[] closePayload(int code, String reason) {
        if (code == CloseCode.NO_STATUS) {
            return new byte[0];
        }
        if (!CloseCode.validOnWire(code)) {
            throw new IllegalArgumentException("close code " + code + " must not be sent");
        }
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, REASON_BYTES_MAX);
        while (length < text.length && length > 0 && (text[length] & 0xC0) == 0x80) {
            length--;
        }
        byte[] payload = new byte[2 + length];
        payload[0] = (byte) (code >>> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, length);
        return payload;
    }

    /** Masks or unmasks in place; the byte at {@code from} meets the first byte of the key. */
    public static void mask(byte[] bytes, int from, int to, int maskKey) {
        long four = Integer.reverseBytes(maskKey) & 0xFFFF_FFFFL;
        long eight = four << 32 | four;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            Bytes.LONGS.set(bytes, at, (long) Bytes.LONGS.get(bytes, at) ^ eight);
        }
        for (; at < to; at++, eight >>>= 8) {
            bytes[at] ^= (byte) eight;
        }
    }

    private static int writeHeader(
            byte[] into, int at, int opcode, int payloadLength, int maskBit) {
        into[at] = (byte) (FIN_BIT | opcode);
        if (payloadLength < 126) {
            into[at + 1] = (byte) (maskBit | payloadLength);
            return at + 2;
        }
        if (payloadLength <= 0xFFFF) {
            into[at + 1] = (byte) (maskBit | 126);
            into[at + 2] = (byte) (payloadLength >>> 8);
            into[at + 3] = (byte) payloadLength;
            return at + 4;
        }
        into[at + 1] = (byte) (maskBit | 127);
        for (int i = 0; i < Long.BYTES; i++) {
            into[at + 2 + i] = (byte) ((long) payloadLength >>> (56 - 8 * i));
        }
        return at + 10;
    }
}
