package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.process.ExitReason;
import dev.myriad.process.Process;
import dev.myriad.process.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A supervisor restarts no more often than its intensity allows: then it gives up, stops its
 * children and ends.
 */
public final class RestartsWithinIntensity implements LongConsumer {
    private static final int CHILDREN = 2;
    private static final int RESTARTS = 3;
    private static final Duration PERIOD = Duration.ofSeconds(5);

    /** So that a storm ends. */
    private static final int LIVES_MAX = 100;

    /** Ends by itself some time after its start. */
    private static final class Fragile extends Process {
        private final Duration life;

        Fragile(Duration life) {
            this.life = life;
        }

        @Override
        protected void started() {
            sendAfter(life, "end");
        }

        @Override
        protected void handle(Object message) {
            exit(new ExitReason.Shutdown(message));
        }
    }

    @Override
    public void accept(long seed) {
        Simulation.run(
                seed,
                sim -> {
                    List<Duration> starts = new ArrayList<>();
                    List<Process> lives = new ArrayList<>();
                    Supervisor supervisor =
                            Supervisor.oneForOne()
                                    .restarts(RESTARTS, PERIOD)
                                    .child("one", () -> begin(sim, starts, lives))
                                    .child("two", () -> begin(sim, starts, lives))
                                    .start();
                    sim.advance(Duration.ofMinutes(1));
                    List<Duration> restarts = starts.subList(CHILDREN, starts.size());
                    for (int i = RESTARTS; i < restarts.size(); i++) {
                        assertThat(restarts.get(i).minus(restarts.get(i - RESTARTS)))
                                .as("restarts within the intensity: %s", restarts)
                                .isGreaterThan(PERIOD);
                    }
                    long alive = lives.stream().filter(Process::isAlive).count();
                    assertThat(alive)
                            .as("children of a supervisor that lives: %s", supervisor.isAlive())
                            .isEqualTo(supervisor.isAlive() ? CHILDREN : 0);
                });
    }

    private static Fragile begin(Simulation sim, List<Duration> starts, List<Process> lives) {
        starts.add(sim.elapsed());
        Duration life =
                starts.size() > LIVES_MAX
                        ? Duration.ofDays(1)
                        : Duration.ofMillis(sim.random().nextInt(4_000));
        Fragile fragile = new Fragile(life);
        lives.add(fragile);
        return fragile;
    }
}
