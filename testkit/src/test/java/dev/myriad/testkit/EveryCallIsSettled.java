package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.process.Call;
import dev.myriad.process.CallException;
import dev.myriad.process.Caller;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Overflow;
import dev.myriad.process.Process;
import dev.myriad.process.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Every call is answered, or fails because the process has ended, and none waits until its time is
 * over; with a bounded mailbox as with one that is not, with answers at once and from the stash.
 */
public final class EveryCallIsSettled implements LongConsumer {
    private static final int CALLERS = 4;

    private record Next() implements Request<Integer> {}

    private static final class Counter extends Process {
        private int count;

        Counter(boolean bounded) {
            if (bounded) {
                limit(1, Overflow.WAIT);
            }
        }

        @Override
        protected void handle(Object message) {
            if (message instanceof Call(Next _, Caller caller)) {
                if (count++ % 2 == 0) {
                    stash(message);
                    sendAfter(Duration.ZERO, "unstash");
                } else {
                    caller.reply(count);
                }
            } else {
                unstashAll();
            }
        }
    }

    @Override
    public void accept(long seed) {
        Simulation.run(
                seed,
                sim -> {
                    Counter counter = new Counter(seed % 2 == 0);
                    List<String> outcomes = new ArrayList<>();
                    for (int i = 0; i < CALLERS; i++) {
                        sim.fork(() -> outcomes.add(outcomeOf(counter)));
                    }
                    if (seed % 4 < 2) {
                        sim.fork(() -> counter.stop(new ExitReason.Shutdown("enough")));
                    }
                    sim.advance(Duration.ofMillis(1));
                    assertThat(sim.waiting()).as("calls that wait").isEmpty();
                    assertThat(outcomes)
                            .as("outcomes")
                            .hasSize(CALLERS)
                            .allMatch(
                                    outcome ->
                                            outcome.equals("answer")
                                                    || (seed % 4 < 2 && outcome.equals("EXITED")));
                });
    }

    private static String outcomeOf(Process process) {
        try {
            process.call(new Next());
            return "answer";
        } catch (CallException e) {
            return e.code().toString();
        }
    }
}
