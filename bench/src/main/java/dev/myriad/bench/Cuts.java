package dev.myriad.bench;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Cuts clients off, one at random at a time, each of which comes back after a time at random.
 * Confined to its client thread.
 */
final class Cuts implements Duty {
    private static final long LATER = Long.MAX_VALUE;

    private record Return(long at, ClientRing ring, int slot) {}

    private final ClientThread thread;
    private final long awayNanosMax;
    private final Pace pace;
    private final Random random = new Random(1);
    private final PriorityQueue<Return> away =
            new PriorityQueue<>(Comparator.comparingLong(Return::at));
    private boolean over;

    Cuts(ClientThread thread, LogFollower follower, double perSecond, long awayNanosMax) {
        this.thread = thread;
        this.awayNanosMax = awayNanosMax;
        this.pace = new Pace(perSecond, _ -> cut());
        follower.onGone(this::gone);
        thread.add(this);
    }

    private boolean cut() {
        ClientRing ring = thread.rings().get(random.nextInt(thread.rings().size()));
        return ring.drop(random.nextInt(ring.clients()), random.nextBoolean());
    }

    private void gone(ClientRing ring, int slot) {
        long pause = over ? 0 : (long) (random.nextDouble() * awayNanosMax);
        away.add(new Return(System.nanoTime() + pause, ring, slot));
    }

    /** Cuts nobody off any more; who is away comes back when his time has come. */
    void stop() {
        over = true;
        pace.stop();
    }

    long cutOff() {
        return pace.done();
    }

    @Override
    public long turn(long now) {
        long next = pace.turn(now);
        for (Return due = away.peek(); due != null; due = away.peek()) {
            if (due.at > now) {
                return Math.min(next, due.at - now);
            }
            away.remove();
            due.ring.comeFrom(Sources.anyBlock());
            thread.again(due.ring, due.slot, false);
        }
        return Math.min(next, LATER);
    }
}
