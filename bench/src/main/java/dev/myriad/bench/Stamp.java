package dev.myriad.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.myriad.protocol.FrameEncoder;

/**
 * A masked frame whose text holds a number of fixed width, which is written anew for every send.
 * Confined to one thread.
 */
final class Stamp {
    private static final int MASK = 0x5A17C3E9;

    private final byte[] frame;
    private final int textAt;
    private final int digitsAt;
    private final int digits;

    /** The number stands where the text has its first run of so many {@code #}. */
    Stamp(String text, int digits) {
        byte[] bytes = text.getBytes(UTF_8);
        this.frame = masked(bytes);
        this.textAt = frame.length - bytes.length;
        this.digitsAt = textAt + new String(bytes, UTF_8).indexOf("#".repeat(digits));
        this.digits = digits;
    }

    /** The whole masked frame of a text. */
    static byte[] masked(byte[] text) {
        return FrameEncoder.maskedFrame(FrameEncoder.TEXT, text, 0, text.length, MASK);
    }

    static byte[] masked(String text) {
        return masked(text.getBytes(UTF_8));
    }

    /** The frame with this number; valid until the next call. */
    byte[] with(int number) {
        int rest = number;
        for (int i = digitsAt + digits - 1; i >= digitsAt; i--) {
            int mask = MASK >>> (24 - 8 * ((i - textAt) & 3));
            frame[i] = (byte) (('0' + rest % 10) ^ mask);
            rest /= 10;
        }
        return frame;
    }
}
