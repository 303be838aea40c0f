package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.process.Process;
import java.util.function.LongConsumer;

/** No two handlers of one process run at once, whatever happens while one is under way. */
public final class OneHandlerAtATime implements LongConsumer {
    private static final class Alone extends Process {
        private final Simulation sim;
        private boolean busy;
        private int faults;

        Alone(Simulation sim) {
            this.sim = sim;
        }

        @Override
        protected void handle(Object message) {
            faults += busy ? 1 : 0;
            busy = true;
            sim.letOthersRun();
            busy = false;
        }
    }

    @Override
    public void accept(long seed) {
        Simulation.run(
                seed,
                sim -> {
                    Alone alone = new Alone(sim);
                    for (int i = 0; i < 3; i++) {
                        sim.fork(
                                () -> {
                                    alone.send("one");
                                    alone.send("two");
                                });
                    }
                    sim.runUntilIdle();
                    assertThat(alone.faults).as("handlers at once").isZero();
                });
    }
}
