package dev.myriad.net.uring;

import java.lang.foreign.Arena;

/** A piece of native memory that its owner frees. Confined to the thread that made it. */
final class NativeBytes implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final long address;
    private final int length;

    NativeBytes(int length) {
        this.length = length;
        this.address = arena.allocate(length, 8).address();
    }

    long address() {
        return address;
    }

    int length() {
        return length;
    }

    @Override
    public void close() {
        arena.close();
    }
}
