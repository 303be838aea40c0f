package dev.myriad.fuzz;

import java.util.zip.CRC32C;

/**
 * What a parser told, in one number: two runs that told the same have the same. Used by one thread
 * at a time.
 */
final class Digest {
    private final CRC32C crc = new CRC32C();
    private long state;

    Digest clear() {
        state = 0;
        return this;
    }

    void add(long number) {
        state = (state ^ number) * 0x9E3779B97F4A7C15L;
        state ^= state >>> 29;
    }

    void add(byte[] bytes, int from, int to) {
        crc.reset();
        crc.update(bytes, from, to - from);
        add(crc.getValue());
        add(to - from);
    }

    void add(byte[] bytes) {
        add(bytes, 0, bytes.length);
    }

    void add(String text) {
        add(text.hashCode());
        add(text.length());
    }

    long value() {
        return state;
    }
}
