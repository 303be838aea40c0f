package dev.myriad.protocol;

/**
 * Reads the fields of a frame header (RFC 6455, section 5.2) where it lies in a {@code byte[]}.
 * Thread-safe: no state.
 *
 * <p>All but {@link #length} need the whole header to be there.
 */
final class FrameHeader {
    /** Two bytes, eight of extended length, four of mask key. */
    static final int BYTES_MAX = 14;

    static final int CONTINUATION = 0;

    private FrameHeader() {}

    /**
     * The length of the header that starts at {@code at}, as far as {@code available} bytes tell:
     * at least one more than there are if they do not.
     */
    static int length(byte[] bytes, int at, int available) {
        if (available < 2) {
            return 2;
        }
        int mask = isMasked(bytes, at) ? Integer.BYTES : 0;
        return 2 + extendedLength(bytes, at) + mask;
    }

    static boolean isFinal(byte[] bytes, int at) {
        return bytes[at] < 0;
    }

    static boolean hasReservedBits(byte[] bytes, int at) {
        return (bytes[at] & 0x70) != 0;
    }

    static int opcode(byte[] bytes, int at) {
        return bytes[at] & 0x0F;
    }

    static boolean isControl(int opcode) {
        return opcode >= FrameEncoder.CLOSE;
    }

    static boolean isMasked(byte[] bytes, int at) {
        return (bytes[at + 1] & FrameEncoder.MASK_BIT) != 0;
    }

    /**
     * The length of the payload as announced; negative if the top bit of a 64-bit length is set.
     */
    static long payloadLength(byte[] bytes, int at) {
        int extended = extendedLength(bytes, at);
        if (extended == 0) {
            return bytes[at + 1] & 0x7F;
        }
        long length = 0;
        for (int i = 0; i < extended; i++) {
            length = length << 8 | (bytes[at + 2 + i] & 0xFF);
        }
        return length;
    }

    /** The mask key, or 0 (which masks nothing) if there is none. */
    static int maskKey(byte[] bytes, int at) {
        if (!isMasked(bytes, at)) {
            return 0;
        }
        int key = at + 2 + extendedLength(bytes, at);
        return bytes[key] << 24
                | (bytes[key + 1] & 0xFF) << 16
                | (bytes[key + 2] & 0xFF) << 8
                | (bytes[key + 3] & 0xFF);
    }

    private static int extendedLength(byte[] bytes, int at) {
        return switch (bytes[at + 1] & 0x7F) {
            case 126 -> 2;
            case 127 -> 8;
            default -> 0;
        };
    }
}
