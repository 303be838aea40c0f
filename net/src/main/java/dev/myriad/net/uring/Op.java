package dev.myriad.net.uring;

/**
 * What an operation's user data says: its kind, the generation and slot of its connection, and for
 * sends the queue entry, where the unsent bytes are found again.
 *
 * <p>Thread-safe: functions only. Slots are reused; the generation tells a late completion of the
 * last owner from one of the present owner.
 */
final class Op {
    static final int ACCEPT = 1;
    static final int ACCEPT_PLAIN = 2;
    static final int RECEIVE = 3;
    static final int CANCEL = 4;
    static final int CLOSE = 5;
    static final int WAKE = 6;
    static final int SHUT = 7;

    /** Those handled at once, in the middle of a submission, have the highest numbers. */
    static final int FIRST_URGENT = 8;

    static final int SEND_NOW = 8;
    static final int SEND_ALL = 9;
    static final int PEER = 10;

    private static final int SLOT_BITS = 24;
    private static final int GENERATION_BITS = 20;
    private static final int ENTRY_BITS = 12;
    static final int GENERATION_MASK = (1 << GENERATION_BITS) - 1;

    private Op() {}

    static long of(int kind, int generation, int slot) {
        return of(kind, 0, generation, slot);
    }

    static long of(int kind, int entry, int generation, int slot) {
        return (long) kind << (SLOT_BITS + GENERATION_BITS + ENTRY_BITS)
                | (long) entry << (SLOT_BITS + GENERATION_BITS)
                | (long) generation << SLOT_BITS
                | slot;
    }

    static int kind(long userData) {
        return (int) (userData >>> (SLOT_BITS + GENERATION_BITS + ENTRY_BITS));
    }

    static int entry(long userData) {
        return (int) (userData >>> (SLOT_BITS + GENERATION_BITS)) & ((1 << ENTRY_BITS) - 1);
    }

    static int generation(long userData) {
        return (int) (userData >>> SLOT_BITS) & GENERATION_MASK;
    }

    static int slot(long userData) {
        return (int) userData & ((1 << SLOT_BITS) - 1);
    }
}
