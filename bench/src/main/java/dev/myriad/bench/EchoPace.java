package dev.myriad.bench;

import org.HdrHistogram.Histogram;

/**
 * Open loop: echoes leave at fixed times, whether earlier ones have come back or not, and are timed
 * from when they should have left; a server that stalls cannot hide it by slowing the load down
 * (coordinated omission). Confined to its client thread.
 */
final class EchoPace implements ClientThread.Echoes, Duty {
    private static final long LATER = Long.MAX_VALUE;
    private static final long MICROS_MAX = 600_000_000;

    private final ClientThread thread;
    private final ClientRing ring;
    private final Stamp echo;
    private final double interval;
    private final Histogram lateness = new Histogram(1, MICROS_MAX, 3);
    private long start;
    private long until;
    private int sent;
    private int returned;
    private boolean running;

    EchoPace(ClientThread thread, Plan plan, int perSecond) {
        this.thread = thread;
        this.ring = thread.rings().getFirst();
        this.echo = plan.messages().echo(0);
        this.interval = 1e9 / perSecond;
        for (int slot = 0; slot < ring.clients(); slot++) {
            ring.noDelay(slot);
        }
        thread.echoes(this);
        thread.add(this);
    }

    /** Starts anew, for so long. */
    void start(long nanos) {
        start = System.nanoTime();
        until = start + nanos;
        sent = 0;
        returned = 0;
        lateness.reset();
        running = true;
    }

    boolean isIdle() {
        return !running && returned == sent;
    }

    int sent() {
        return sent;
    }

    int returned() {
        return returned;
    }

    /** How late echoes left, in microseconds: the generator's own fault. */
    Histogram lateness() {
        return lateness.copy();
    }

    @Override
    public long turn(long now) {
        if (!running) {
            return LATER;
        }
        while (intended(sent) <= Math.min(now, until)) {
            lateness.recordValue(Math.clamp((now - intended(sent)) / 1_000, 1, MICROS_MAX));
            ring.send(sent % ring.clients(), echo.with(Messages.ECHO_REF + sent));
            sent++;
        }
        running = now < until;
        return Math.max(0, intended(sent) - now);
    }

    private long intended(int number) {
        return start + (long) (number * interval);
    }

    @Override
    public void echoed(ClientRing ring, int slot, int ref) {
        returned++;
        thread.recordMicros(System.nanoTime() - intended(ref - Messages.ECHO_REF));
    }
}
