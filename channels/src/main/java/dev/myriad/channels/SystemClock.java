package dev.myriad.channels;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.process.Alarm;
import dev.myriad.process.Process;
import java.time.Duration;
import java.time.Instant;

/** The machine's clock; its alarms are timers of one process. Thread-safe. */
final class SystemClock implements EndpointClock {
    private static final Line FAULT =
            Log.of(Endpoint.class).error("an alarm of the endpoint's clock");

    private final Caller caller = new Caller();

    @Override
    public Instant instant() {
        return Instant.now();
    }

    @Override
    public long millis() {
        return System.currentTimeMillis();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Alarm after(Duration delay, Runnable task) {
        return caller.sendAfter(delay, task);
    }

    /** Whom the timers wake. */
    private static final class Caller extends Process {
        @Override
        protected void handle(Object message) {
            try {
                ((Runnable) message).run();
            } catch (Throwable fault) { // the others' alarms still have to ring
                FAULT.tell(fault);
            }
        }

        @Override
        protected String name() {
            return "clock of an endpoint";
        }
    }
}
