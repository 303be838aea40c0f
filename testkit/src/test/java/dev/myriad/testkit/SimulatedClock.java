package dev.myriad.testkit;

import dev.myriad.channels.EndpointClock;
import dev.myriad.process.Alarm;
import dev.myriad.process.Process;
import dev.myriad.process.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The simulation's time, and what is to happen in it. */
final class SimulatedClock implements EndpointClock {
    private final Simulation sim;
    private final List<Ring> rings = new ArrayList<>();
    private final Process caller =
            new Process() {
                @Override
                protected void handle(Object message) {
                    ((Ring) message).task.run();
                }
            };

    /** An alarm. */
    private static final class Ring {
        private final Runnable task;
        private @Nullable Timer timer;

        Ring(Runnable task) {
            this.task = task;
        }
    }

    SimulatedClock(Simulation sim) {
        this.sim = sim;
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plus(sim.elapsed());
    }

    @Override
    public Alarm after(Duration delay, Runnable task) {
        Ring ring = new Ring(task);
        Timer timer = caller.sendAfter(delay, ring);
        ring.timer = timer;
        rings.add(ring);
        return timer;
    }

    /** Alarms that are still to come. */
    long pending() {
        return rings.stream().filter(ring -> ring.timer != null && ring.timer.isPending()).count();
    }
}
