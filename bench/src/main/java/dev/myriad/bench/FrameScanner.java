package dev.myriad.bench;

import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.ProtocolException;

/**
 * Walks over the frames of a server that lie whole in a piece of bytes. Confined to one thread, and
 * meant to be used again and again.
 *
 * <p>It checks less than the protocol module's decoder: what a benchmark receives is small, whole
 * and unmasked, and anything else is an error.
 */
final class FrameScanner {
    private static final int HEADER_BYTES_MAX = 10;

    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    private int opcode;
    private int from;
    private int to;
    private int partFrom;
    private int partLength;

    /** Starts over, with the bytes between two indices. */
    void over(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    /**
     * Goes to the next frame; false if the rest, from {@link #rest} on, is not a whole one.
     *
     * @throws ProtocolException for a frame that is masked, fragmented, compressed or huge
     */
    boolean next() {
        int left = end - at;
        partLength = -1;
        if (left < 2) {
            return false;
        }
        int length = bytes[at + 1];
        int header = 2;
        if (length >= 126) {
            header = length == 126 ? 4 : HEADER_BYTES_MAX;
            if (left < header) {
                return false;
            }
            length = longLength(header);
        }
        if ((bytes[at] & 0xF0) != 0x80 || length < 0) {
            throw new ProtocolException(
                    CloseCode.PROTOCOL_ERROR, "a frame that this generator does not understand");
        }
        if (left - header < length) {
            partFrom = at + header;
            partLength = length;
            return false;
        }
        opcode = bytes[at] & 0x0F;
        from = at + header;
        to = from + length;
        at = to;
        return true;
    }

    /** The length that follows a short one of 126 or 127, or -1 if it is absurd. */
    private int longLength(int header) {
        long length = 0;
        for (int i = 2; i < header; i++) {
            length = length << 8 | (bytes[at + i] & 0xFF);
        }
        return length > Integer.MAX_VALUE - HEADER_BYTES_MAX || length < 0 ? -1 : (int) length;
    }

    int opcode() {
        return opcode;
    }

    /** The index of the payload's first byte. */
    int from() {
        return from;
    }

    /** The index after the payload. */
    int to() {
        return to;
    }

    /** When {@link #next} was false: how long the payload is of which a part is there, or -1. */
    int partLength() {
        return partLength;
    }

    /** The index of that part. */
    int partFrom() {
        return partFrom;
    }

    /** The index of what has not been walked over. */
    int rest() {
        return at;
    }
}
