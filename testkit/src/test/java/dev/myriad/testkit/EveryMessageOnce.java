package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.process.Process;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Every message sent is handled, once, and those of one sender in the order sent. */
public final class EveryMessageOnce implements LongConsumer {
    private static final int SENDERS = 3;
    private static final int MESSAGES = 4;

    private record Numbered(int sender, int number) {}

    private static final class Receiver extends Process {
        private final List<List<Integer>> got = new ArrayList<>();

        Receiver() {
            for (int i = 0; i < SENDERS; i++) {
                got.add(new ArrayList<>());
            }
        }

        @Override
        protected void handle(Object message) {
            Numbered numbered = (Numbered) message;
            got.get(numbered.sender()).add(numbered.number());
        }
    }

    @Override
    public void accept(long seed) {
        Simulation.run(
                seed,
                sim -> {
                    Receiver receiver = new Receiver();
                    for (int i = 0; i < SENDERS; i++) {
                        int me = i;
                        sim.fork(
                                () -> {
                                    for (int number = 0; number < MESSAGES; number++) {
                                        receiver.send(new Numbered(me, number));
                                    }
                                });
                    }
                    sim.runUntilIdle();
                    assertThat(receiver.got)
                            .as("every message is handled once")
                            .allSatisfy(numbers -> assertThat(numbers).containsExactly(0, 1, 2, 3));
                });
    }
}
