package dev.myriad.bench;

import java.util.Arrays;
import java.util.Optional;

/**
 * A message that many clients get, as far as the first of them has got it. Confined to the thread
 * of its {@link SharedFrames}.
 */
final class SharedFrame {
    final byte[] bytes;
    private int filled;
    private Optional<Object> meaning = Optional.empty();

    SharedFrame(int length) {
        this.bytes = new byte[length];
    }

    /** Whether it goes on like this from an index on, as far as it is known. */
    boolean agrees(int at, byte[] others, int from, int count) {
        if (at > filled) {
            return false;
        }
        int known = Math.min(count, filled - at);
        return Arrays.equals(bytes, at, at + known, others, from, from + known);
    }

    /** Learns bytes that agree. */
    void learn(int at, byte[] others, int from, int count) {
        if (at + count > filled) {
            System.arraycopy(others, from, bytes, at, count);
            filled = at + count;
        }
    }

    /** What it means, which the first who asks finds out. */
    <T> T meaning(Class<T> type, Reader<T> reader) {
        if (meaning.isEmpty()) {
            meaning = Optional.of(reader.read(bytes));
        }
        return type.cast(meaning.get());
    }

    /** Reads a message. */
    interface Reader<T> {
        T read(byte[] message);
    }
}
