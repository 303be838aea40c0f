package dev.myriad.channels;

/**
 * How much one connection sent in one second, in the 64 bits that it has for it: the second (the
 * lowest 16 bits of its number), joins (16 bits), events (32 bits). Thread-safe: functions only.
 *
 * <p>The second's number comes again after 18 hours; a connection that said nothing in between
 * would then begin with an old count, for one second.
 */
final class Pace {
    private static final int JOINS_SHIFT = 32;
    private static final int SECOND_SHIFT = 48;
    private static final long JOIN = 1L << JOINS_SHIFT;
    private static final long COUNT_MASK = 0xffff;

    private Pace() {}

    /** The pace in a second: what it was, or nothing if it was another second's. */
    static long in(long second, long pace) {
        long begun = second << SECOND_SHIFT;
        return ((pace ^ begun) >>> SECOND_SHIFT) == 0 ? pace : begun;
    }

    static int joins(long pace) {
        return (int) (pace >>> JOINS_SHIFT & COUNT_MASK);
    }

    static int events(long pace) {
        return (int) pace;
    }

    /** One more join, of fewer than 65,535. */
    static long plusJoin(long pace) {
        return pace + JOIN;
    }

    /** One more event, of fewer than {@link Integer#MAX_VALUE}. */
    static long plusEvent(long pace) {
        return pace + 1;
    }
}
