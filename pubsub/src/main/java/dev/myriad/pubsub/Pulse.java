package dev.myriad.pubsub;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Receipt;
import dev.myriad.process.Process;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Has something told to the members of a topic whenever it has changed: no sooner than some time
 * after the last time, and no sooner than all have got that. So what is told of grows by what has
 * changed, not by how often; and if telling takes long, the topic has the shards for itself for
 * half of the time at most.
 */
final class Pulse extends Process {
    /** Tells what has changed. */
    @FunctionalInterface
    interface Beat {
        /** Gives the receipt to all that is sent. */
        void beat(Receipt receipt) throws Exception;
    }

    private static final Line FAILED =
            Log.of(PubSub.class).error("{} cannot be told; it will be tried again");
    private static final long PAUSE_NANOS = 100_000_000;

    private static final Object BEAT = "beat";
    private static final Object WAKE = "wake";

    private record Told(int beat, boolean complete) {}

    private final String name;
    private final long everyNanos;
    private final LongSupplier nanoTime;
    private final Beat beat;
    private final Runnable incomplete;
    private boolean waiting;
    private boolean telling;
    private boolean again;
    private int beats;
    private long beganNanos;
    private long nextNanos;

    /**
     * @param incomplete is run when some members have missed what was told
     */
    Pulse(String name, Duration every, LongSupplier nanoTime, Beat beat, Runnable incomplete) {
        this.name = name;
        this.everyNanos = every.toNanos();
        this.nanoTime = nanoTime;
        this.beat = beat;
        this.incomplete = incomplete;
        this.nextNanos = nanoTime.getAsLong();
    }

    /** Something has changed. To be called once between two beats, or more often. */
    void wake() {
        send(WAKE);
    }

    @Override
    protected void handle(Object message) {
        if (message == WAKE) {
            if (telling) {
                again = true;
            } else if (!waiting) {
                beatWhenDue();
            }
        } else if (message == BEAT) {
            waiting = false;
            beat();
        } else if (message instanceof Told(int number, boolean complete) && number == beats) {
            told(complete);
        }
    }

    private void beatWhenDue() {
        long left = nextNanos - nanoTime.getAsLong();
        if (left <= 0) {
            beat();
        } else {
            later(left);
        }
    }

    private void beat() {
        beganNanos = nanoTime.getAsLong();
        telling = true;
        int number = ++beats;
        Receipt receipt =
                new Receipt() {
                    @Override
                    protected void ended(boolean complete) {
                        send(new Told(number, complete));
                    }
                };
        try {
            beat.beat(receipt);
            receipt.end();
        } catch (Throwable fault) { // such as no memory: what was sent of it is not waited for
            FAILED.tell(fault, name);
            beats++;
            telling = false;
            later(PAUSE_NANOS);
        }
    }

    private void later(long nanos) {
        waiting = true;
        var _ = sendAfter(Duration.ofNanos(nanos), BEAT);
    }

    private void told(boolean complete) {
        telling = false;
        long now = nanoTime.getAsLong();
        nextNanos =
                everyNanos == 0 ? now : Math.max(beganNanos + everyNanos, now + (now - beganNanos));
        if (!complete) {
            incomplete.run();
            nextNanos = Math.max(nextNanos, now + PAUSE_NANOS);
        }
        if (again || !complete) {
            again = false;
            beatWhenDue();
        }
    }

    @Override
    protected String name() {
        return name;
    }
}
