package dev.myriad.net.uring;

/**
 * A pool of equal buffers from which the kernel takes one for each receive, so that an idle
 * connection holds none. Confined to its ring's thread.
 */
final class ReceiveBuffers {
    private static final int ENTRY_BYTES = 16;

    private final int count;
    private final int bufferBytes;
    private final long entries;
    private final long memory;
    private final long memoryBytes;
    private short tail;

    ReceiveBuffers(Kernel.Errno errno, int count, int bufferBytes) {
        this.count = count;
        this.bufferBytes = bufferBytes;
        long entriesBytes = ((long) count * ENTRY_BYTES + 4095) & ~4095L;
        memoryBytes = entriesBytes + (long) count * bufferBytes;
        entries = Kernel.mmap(errno, memoryBytes, -1, 0);
        memory = entries + entriesBytes;
        for (int i = 0; i < count; i++) {
            give(i);
        }
        publish();
    }

    /** Writes the kernel's io_uring_buf_reg for group 0. */
    void describe(long registration) {
        Kernel.putLong(registration, entries);
        Kernel.putInt(registration + 8, count);
    }

    void take(int id, byte[] into, int bytes) {
        Kernel.copyOut(memory + (long) id * bufferBytes, into, 0, bytes);
        give(id);
        publish();
    }

    private void give(int id) {
        long entry = entries + (long) (tail & (count - 1)) * ENTRY_BYTES;
        Kernel.putLong(entry, memory + (long) id * bufferBytes);
        Kernel.putInt(entry + 8, bufferBytes);
        Kernel.putShort(entry + 12, (short) id);
        tail++;
    }

    private void publish() {
        Kernel.putShortRelease(entries + 14, tail);
    }

    int bufferBytes() {
        return bufferBytes;
    }

    void close(Kernel.Errno errno) {
        Kernel.munmap(errno, entries, memoryBytes);
    }
}
