package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.process.Down;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Process;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Every monitor hears exactly one end, be it asked for before, during or after it. */
public final class EveryMonitorHearsOnce implements LongConsumer {
    private static final class Watcher extends Process {
        private final Process target;
        private final List<Down> heard = new ArrayList<>();

        Watcher(Process target) {
            this.target = target;
        }

        @Override
        protected void started() {
            monitor(target);
        }

        @Override
        protected void handle(Object message) {
            heard.add((Down) message);
        }
    }

    @Override
    public void accept(long seed) {
        Simulation.run(
                seed,
                sim -> {
                    Process target =
                            new Process() {
                                @Override
                                protected void handle(Object message) {}
                            };
                    List<Watcher> watchers = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        watchers.add(new Watcher(target));
                    }
                    for (Watcher watcher : watchers) {
                        sim.fork(() -> Process.spawn(watcher));
                    }
                    sim.fork(
                            () -> {
                                target.send("one");
                                target.stop(new ExitReason.Shutdown("enough"));
                            });
                    sim.runUntilIdle();
                    assertThat(target.isAlive()).isFalse();
                    assertThat(watchers)
                            .as("every monitor hears one end")
                            .allSatisfy(watcher -> assertThat(watcher.heard).hasSize(1));
                });
    }
}
