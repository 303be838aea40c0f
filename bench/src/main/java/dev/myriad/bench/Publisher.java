package dev.myriad.bench;

import org.HdrHistogram.Histogram;

/**
 * Broadcasts through one client, and waits until all subscribers have got what it sent. Confined to
 * that client's thread, but for {@link #isIdle} and {@link #completed}.
 */
final class Publisher implements Duty {
    private static final long SOON = 1_000_000;
    private static final long LATER = Long.MAX_VALUE;
    private static final long MICROS_MAX = 600_000_000;

    private final ClientRing ring;
    private final int slot;
    private final Stamp shout;
    private final Broadcasts broadcasts;
    private final int subscribers;
    private Histogram untilLast = new Histogram(1, MICROS_MAX, 3);

    private int next;
    private int end;
    private int window;
    private long until;
    private long interval;
    private long due;
    private volatile int completed;
    private volatile boolean idle = true;

    Publisher(ClientRing ring, int slot, Plan plan, int subscribers) {
        this.ring = ring;
        this.slot = slot;
        this.shout = plan.messages().shout();
        this.broadcasts = plan.broadcasts();
        this.subscribers = subscribers;
        ring.noDelay(slot);
    }

    /** Back to back: so many under way at a time, until there were enough or the time is up. */
    void flood(int window, int messages, long nanos) {
        start(window, messages, nanos, 0);
    }

    /** One for each interval, for so long. */
    void tick(long interval, long nanos) {
        start(Broadcasts.WINDOW_MAX / 2, Integer.MAX_VALUE, nanos, interval);
    }

    private void start(int window, int messages, long nanos, long interval) {
        this.window = window;
        this.end = (int) Math.min((long) next + messages, Integer.MAX_VALUE);
        this.due = System.nanoTime();
        this.until = due + nanos;
        this.interval = interval;
        this.idle = false;
    }

    /** Whether it has stopped sending, and everybody has got everything. */
    boolean isIdle() {
        return idle;
    }

    int completed() {
        return completed;
    }

    /** Gives away the times from sending to the last delivery, in microseconds. */
    Histogram takeUntilLast() {
        Histogram taken = untilLast;
        untilLast = new Histogram(1, MICROS_MAX, 3);
        return taken;
    }

    @Override
    public long turn(long now) {
        if (idle) {
            return LATER;
        }
        settle(now);
        if (next == end || now - until >= 0) {
            end = next;
            idle = completed == next;
            return SOON;
        }
        while (next < end && next - completed < window && now - due >= 0) {
            broadcasts.sending(next, System.nanoTime());
            ring.send(slot, shout.with(next));
            next++;
            due += interval;
        }
        return interval == 0 ? SOON : Math.clamp(due - now, 0, SOON);
    }

    private void settle(long now) {
        int complete = completed;
        while (complete < next && broadcasts.delivered(complete) >= subscribers) {
            long micros = (now - broadcasts.sentAt(complete)) / 1_000;
            untilLast.recordValue(Math.clamp(micros, 1, MICROS_MAX));
            complete++;
        }
        completed = complete;
    }
}
