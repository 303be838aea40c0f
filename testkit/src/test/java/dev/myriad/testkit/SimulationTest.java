package dev.myriad.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.myriad.process.Call;
import dev.myriad.process.CallException;
import dev.myriad.process.Caller;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Groups;
import dev.myriad.process.Overflow;
import dev.myriad.process.Process;
import dev.myriad.process.Request;
import dev.myriad.process.Supervisor;
import dev.myriad.process.Task;
import dev.myriad.process.Timer;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SimulationTest {
    /** Answers with what it is asked, if it is ever told to. */
    private record Echo(String text) implements Request<String> {}

    private static final class Mirror extends Process {
        @Override
        protected void handle(Object message) {
            if (message instanceof Call(Echo(String text), Caller caller)) {
                caller.reply(text);
            }
        }
    }

    /** Writes what it handles into a log, and sends the rest of the number on. */
    private static final class Relay extends Process {
        private final int id;
        private final List<String> log;
        private final List<Relay> others;

        Relay(int id, List<String> log, List<Relay> others) {
            this.id = id;
            this.log = log;
            this.others = others;
        }

        @Override
        protected void handle(Object message) {
            int left = (Integer) message;
            log.add(id + " got " + left);
            if (left > 0) {
                for (Relay other : others) {
                    if (other != this) {
                        other.send(left - 1);
                    }
                }
                sendAfter(Duration.ofMillis(left), 0);
            }
        }
    }

    private record Played(List<String> log, List<Simulation.Step> trace) {}

    private static Played play(long seed) {
        List<String> log = new ArrayList<>();
        List<Simulation.Step> trace = new ArrayList<>();
        Simulation.run(
                seed,
                sim -> {
                    List<Relay> relays = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        relays.add(new Relay(i, log, relays));
                    }
                    relays.forEach(relay -> relay.send(3));
                    sim.advance(Duration.ofSeconds(1));
                    trace.addAll(sim.trace());
                });
        return new Played(log, trace);
    }

    @Test
    void theSameSeedDoesTheSame() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(play(seed)).isEqualTo(play(seed));
        }
    }

    @Test
    void otherSeedsDoOtherThings() {
        Set<List<String>> logs = new HashSet<>();
        for (long seed = 0; seed < 20; seed++) {
            logs.add(play(seed).log());
        }
        assertThat(logs).hasSizeGreaterThan(15);
    }

    @Test
    void aFailureNamesItsSeed() {
        List<Long> failed = new ArrayList<>();
        Simulation.Scenario racy =
                sim -> {
                    List<String> log = new ArrayList<>();
                    new Relay(1, log, List.of()).send(0);
                    new Relay(2, log, List.of()).send(0);
                    sim.runUntilIdle();
                    if (log.getFirst().startsWith("2")) {
                        failed.add(sim.seed());
                        throw new AssertionError("2 was first");
                    }
                };
        assertThatThrownBy(() -> Simulation.seeds(100).run(racy))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("2 was first")
                .satisfies(e -> assertThat(e.getMessage()).startsWith("seed " + failed.getFirst()));
        assertThatThrownBy(() -> Simulation.run(failed.getFirst(), racy))
                .hasMessageContaining("2 was first");
    }

    @Test
    void timersFireInOrderAndInVirtualTime() {
        Simulation.seeds(20)
                .run(
                        sim -> {
                            List<Object> got = new ArrayList<>();
                            Process clock =
                                    new Process() {
                                        @Override
                                        protected void handle(Object message) {
                                            got.add(message + " at " + sim.elapsed().toSeconds());
                                        }
                                    };
                            clock.sendAfter(Duration.ofSeconds(3), "c");
                            clock.sendAfter(Duration.ofSeconds(1), "a");
                            clock.sendAfter(Duration.ofSeconds(2), "b");
                            Timer cancelled = clock.sendAfter(Duration.ofSeconds(1), "no");
                            clock.sendAfter(Duration.ofDays(1), "later");
                            assertThat(cancelled.cancel()).isTrue();
                            sim.runUntilIdle();
                            assertThat(got).isEmpty();
                            sim.advance(Duration.ofSeconds(2));
                            assertThat(got).containsExactly("a at 1", "b at 2");
                            sim.advance(Duration.ofSeconds(2));
                            assertThat(got).containsExactly("a at 1", "b at 2", "c at 3");
                            assertThat(sim.elapsed()).isEqualTo(Duration.ofSeconds(4));
                            sim.advance(Duration.ofDays(1));
                            assertThat(got).hasSize(4);
                        });
    }

    @Test
    void theScenarioMayCall() {
        Simulation.seeds(20)
                .run(sim -> assertThat(new Mirror().call(new Echo("hello"))).isEqualTo("hello"));
    }

    @Test
    void timePassesWhileAllWait() {
        Process silent =
                new Process() {
                    @Override
                    protected void handle(Object message) {}
                };
        Simulation.run(
                1,
                sim -> {
                    assertThatThrownBy(() -> silent.call(new Echo("?"), Duration.ofHours(1)))
                            .isInstanceOfSatisfying(
                                    CallException.class,
                                    e ->
                                            assertThat(e.code())
                                                    .isEqualTo(CallException.Code.TIMEOUT));
                    assertThat(sim.elapsed()).isEqualTo(Duration.ofHours(1));
                });
    }

    /** Two processes that call each other: only time ends that. */
    @Test
    void aHandlerThatWaitsIsSeen() {
        class Asker extends Process {
            private final Process[] pair;
            private final int other;
            private final List<String> log;

            Asker(Process[] pair, int other, List<String> log) {
                this.pair = pair;
                this.other = other;
                this.log = log;
            }

            @Override
            protected void handle(Object message) {
                if (message.equals("go")) {
                    try {
                        pair[other].call(new Echo("?"), Duration.ofSeconds(1 + other));
                    } catch (CallException e) {
                        log.add(other + " " + e.code());
                    }
                }
            }

            @Override
            protected String name() {
                return "asker of " + other;
            }
        }
        Simulation.seeds(20)
                .run(
                        sim -> {
                            List<String> log = new ArrayList<>();
                            Process[] pair = new Process[2];
                            pair[0] = new Asker(pair, 1, log);
                            pair[1] = new Asker(pair, 0, log);
                            pair[0].send("go");
                            pair[1].send("go");
                            sim.runUntilIdle();
                            assertThat(sim.waiting())
                                    .containsExactlyInAnyOrder("asker of 0", "asker of 1");
                            assertThat(log).isEmpty();
                            sim.advance(Duration.ofSeconds(3));
                            assertThat(sim.waiting()).isEmpty();
                            assertThat(log).containsExactly("0 TIMEOUT", "1 TIMEOUT");
                        });
    }

    /** A process with room for two messages, which may wait for another one such. */
    private static final class Narrow extends Process {
        private int handled;
        private Process next = this;
        private int times;

        Narrow() {
            limit(2, Overflow.WAIT);
        }

        Narrow sendsTo(Process other, int count) {
            next = other;
            times = count;
            return this;
        }

        @Override
        protected void handle(Object message) {
            handled++;
            for (int i = 0; i < times; i++) {
                next.send(message);
            }
        }
    }

    @Test
    void whoSendsToAFullMailboxLetsOthersRun() {
        Simulation.seeds(50)
                .run(
                        sim -> {
                            Narrow last = new Narrow();
                            Narrow first = new Narrow().sendsTo(last, 7);
                            for (int i = 0; i < 10; i++) {
                                first.send(i); // waits, too
                            }
                            sim.runUntilIdle();
                            assertThat(first.handled).isEqualTo(10);
                            assertThat(last.handled).isEqualTo(70);
                        });
    }

    @Test
    void aDeadlockIsReported() {
        Simulation.Scenario deadlock =
                sim -> {
                    Narrow left = new Narrow();
                    Narrow right = new Narrow().sendsTo(left, 5);
                    left.sendsTo(right, 5);
                    left.send("go");
                    right.send("go");
                    sim.runUntilIdle();
                };
        assertThatThrownBy(() -> Simulation.run(3, deadlock))
                .hasMessageContaining("seed 3: a deadlock")
                .hasMessageContaining("SimulationTest$Narrow#");
    }

    /** Who calls a process that has no room waits for room only as long as for the answer. */
    @Test
    void timePassesWhileAFullMailboxIsWaitedFor() {
        Simulation.run(
                1,
                sim -> {
                    Narrow stuck = new Narrow();
                    Narrow asks = new Narrow().sendsTo(stuck, 3);
                    stuck.sendsTo(asks, 9);
                    stuck.send("go");
                    asks.send("go");
                    asks.send("go");
                    sim.fork(
                            () ->
                                    assertThatThrownBy(() -> stuck.call(new Echo("?")))
                                            .isInstanceOf(CallException.class));
                    sim.runUntilIdle();
                    assertThat(sim.waiting()).hasSize(3);
                    assertThatThrownBy(() -> asks.call(new Echo("?")))
                            .isInstanceOf(CallException.class);
                    assertThat(sim.elapsed()).isEqualTo(Process.CALL_TIMEOUT);
                });
    }

    @Test
    void anEndlessRunEnds() {
        assertThatThrownBy(
                        () ->
                                Simulation.run(
                                        1,
                                        sim -> {
                                            sim.limitSteps(1_000);
                                            new Process() {
                                                @Override
                                                protected void handle(Object message) {
                                                    send(message);
                                                }
                                            }.send("again");
                                            sim.runUntilIdle();
                                        }))
                .hasMessageContaining("no end after 1000 steps");
    }

    @Test
    void forkedTasksAreLikeThreads() {
        Set<List<String>> logs = new HashSet<>();
        Simulation.seeds(50)
                .run(
                        sim -> {
                            List<String> log = new ArrayList<>();
                            Mirror mirror = new Mirror();
                            for (int i = 0; i < 3; i++) {
                                int me = i;
                                sim.fork(
                                        () -> {
                                            for (int round = 0; round < 3; round++) {
                                                mirror.call(new Echo("?"));
                                                log.add(me + "." + round);
                                                sim.letOthersRun();
                                            }
                                        });
                            }
                            sim.runUntilIdle();
                            assertThat(log).hasSize(9);
                            logs.add(log);
                        });
        assertThat(logs).hasSizeGreaterThan(25);
    }

    @Test
    void whatAForkedTaskThrowsFailsTheSimulation() {
        assertThatThrownBy(
                        () ->
                                Simulation.run(
                                        1,
                                        sim -> {
                                            sim.fork(
                                                    () -> {
                                                        throw new IllegalStateException("oops");
                                                    });
                                            sim.runUntilIdle();
                                        }))
                .hasMessageContaining("oops")
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void anotherThreadIsNotLetIn() {
        Simulation.run(
                1,
                sim -> {
                    AtomicInteger refused = new AtomicInteger();
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            sim.fork(() -> {});
                                        } catch (IllegalStateException e) {
                                            refused.incrementAndGet();
                                        }
                                    })
                            .join();
                    assertThat(refused).hasValue(1);
                });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void linksAreToldInTheSameOrder(boolean idle) {
        Set<List<String>> logs = new HashSet<>();
        for (int round = 0; round < 10; round++) {
            List<String> log = new ArrayList<>();
            Simulation.run(
                    7,
                    sim -> {
                        Process hub =
                                new Process() {
                                    @Override
                                    protected void started() {
                                        for (int i = 0; i < 10; i++) {
                                            spawnLinked(new Linked(i, log));
                                        }
                                    }

                                    @Override
                                    protected void handle(Object message) {
                                        exit(new ExitReason.Shutdown("done"));
                                    }
                                };
                        Process.spawn(hub);
                        if (idle) {
                            sim.runUntilIdle();
                        }
                        hub.send("end");
                        sim.runUntilIdle();
                    });
            logs.add(log);
            assertThat(log).hasSize(10);
        }
        assertThat(logs).hasSize(1);
    }

    /** Groups keep processes in a hash table, whose order is another one each time. */
    @Test
    void groupsDoTheSameWithTheSameSeed() {
        Set<List<Integer>> logs = new HashSet<>();
        for (int round = 0; round < 10; round++) {
            List<Integer> log = new ArrayList<>();
            Simulation.run(
                    11,
                    sim -> {
                        Groups<String> groups = new Groups<>();
                        for (int i = 0; i < 10; i++) {
                            int me = i;
                            groups.join(
                                    "all",
                                    new Process() {
                                        @Override
                                        protected void handle(Object message) {
                                            log.add(me);
                                        }
                                    });
                        }
                        sim.runUntilIdle();
                        groups.dispatch("all", "hello");
                        sim.runUntilIdle();
                    });
            logs.add(log);
            assertThat(log).hasSize(10);
        }
        assertThat(logs).hasSize(1);
    }

    @Test
    void tasksAreAwaitedInHandlers() {
        Simulation.seeds(50)
                .run(
                        sim -> {
                            List<Integer> sums = new ArrayList<>();
                            new Process() {
                                @Override
                                protected void handle(Object message) {
                                    Task<Integer> one = Task.async(() -> 1);
                                    Task<Integer> two = Task.async(() -> one.await() + 1);
                                    sums.add(one.await() + two.await());
                                }
                            }.send("go");
                            sim.runUntilIdle();
                            assertThat(sums).containsExactly(3);
                            assertThat(sim.elapsed()).isZero();
                        });
    }

    /** It stops its children one after the other, and waits for each, within one handler. */
    @Test
    void aSupervisorThatAwaitsItsChildrenLetsThemEnd() {
        Simulation.seeds(50)
                .run(
                        sim -> {
                            List<String> log = new ArrayList<>();
                            Supervisor supervisor =
                                    Supervisor.oneForAll()
                                            .child("a", () -> new Linked(1, log))
                                            .child("b", () -> new Linked(2, log))
                                            .child("c", () -> new Linked(3, log))
                                            .start();
                            sim.runUntilIdle();
                            supervisor
                                    .which("b")
                                    .orElseThrow()
                                    .stop(new ExitReason.Shutdown("enough"));
                            sim.runUntilIdle();
                            assertThat(log).hasSize(3);
                            assertThat(log.get(0)).startsWith("2").contains("enough");
                            assertThat(log.get(1)).startsWith("3");
                            assertThat(log.get(2)).startsWith("1");
                            assertThat(supervisor.children())
                                    .hasSize(3)
                                    .allMatch(child -> child.process().isPresent());
                            assertThat(sim.elapsed()).isZero();
                        });
    }

    @Test
    void aHandlerThatWaitsOutsideIsNamed() {
        CountDownLatch never = new CountDownLatch(1);
        assertThatThrownBy(
                        () ->
                                Simulation.run(
                                        1,
                                        sim -> {
                                            sim.limitStep(Duration.ofMillis(100));
                                            new Process() {
                                                @Override
                                                protected void handle(Object message)
                                                        throws InterruptedException {
                                                    never.await();
                                                }

                                                @Override
                                                protected String name() {
                                                    return "patient";
                                                }
                                            }.send("go");
                                            sim.runUntilIdle();
                                        }))
                .hasMessageContaining("patient does not end, or waits outside");
        never.countDown();
    }

    @Test
    void whatStillWaitsInTheEndIsCollected() {
        List<WeakReference<Object>> kept = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Simulation.run(
                    i,
                    sim -> {
                        Process waits =
                                new Process() {
                                    @Override
                                    protected void handle(Object message) {
                                        Linked silent = new Linked(0, new ArrayList<>());
                                        silent.call(new Echo("?"));
                                    }
                                };
                        kept.add(new WeakReference<>(waits));
                        waits.send("go");
                        sim.runUntilIdle();
                        assertThat(sim.waiting()).hasSize(1);
                    });
        }
        await().until(
                        () -> {
                            System.gc();
                            return kept.stream().allMatch(reference -> reference.get() == null);
                        });
    }

    private static final class Linked extends Process {
        private final int id;
        private final List<String> log;

        Linked(int id, List<String> log) {
            this.id = id;
            this.log = log;
        }

        @Override
        protected void handle(Object message) {}

        @Override
        protected void terminated(ExitReason reason) {
            log.add(id + " " + reason);
        }
    }
}
