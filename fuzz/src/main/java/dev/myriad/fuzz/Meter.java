package dev.myriad.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Holds what a parser allocates to a multiple of its input's length. Confined to the thread that it
 * is made by.
 */
final class Meter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Objects that do not depend on the length: maps, exceptions, what is made once. */
    private final long bytesMin;

    private final long bytesPerByte;
    private long begun;
    private double most;

    /** What an input may cost: so much at least, and so much for each of its bytes. */
    Meter(long bytesMin, long bytesPerByte) {
        this.bytesMin = bytesMin;
        this.bytesPerByte = bytesPerByte;
    }

    void begin() {
        begun = THREADS.getCurrentThreadAllocatedBytes();
    }

    /** The parser is through with an input of that length. */
    void end(int length) {
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - begun;
        long allowed = bytesMin + bytesPerByte * length;
        if (allocated > allowed) {
            throw new AllocatedTooMuch(
                    "allocated " + allocated + " bytes for an input of " + length);
        }
        most = Math.max(most, (double) allocated / allowed);
    }

    /** The share of what was allowed that the costliest input so far took. */
    double most() {
        return most;
    }

    /** May be the machine's doing, such as a class that was loaded: it is tried once more. */
    static final class AllocatedTooMuch extends AssertionError {
        private static final long serialVersionUID = 1L;

        AllocatedTooMuch(String message) {
            super(message);
        }
    }
}
