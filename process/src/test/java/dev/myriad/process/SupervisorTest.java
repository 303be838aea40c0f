package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SupervisorTest {
    private static final Duration LONG = Duration.ofHours(1);

    /** What children did, in order. */
    private final List<String> log = new CopyOnWriteArrayList<>();

    /** Ends as it is told, and notes its starts and ends. */
    private class Worker extends Process {
        final String name;

        Worker(String name) {
            this.name = name;
        }

        @Override
        protected void started() throws Exception {
            log.add(name + " started");
        }

        @Override
        protected void handle(Object message) throws Exception {
            switch (message) {
                case Exception crash -> throw crash;
                case ExitReason reason -> exit(reason);
                case CountDownLatch latch -> latch.await();
                default -> {}
            }
        }

        @Override
        protected void terminated(ExitReason reason) {
            log.add(name + " ended");
        }
    }

    private static ConditionFactory eventually() {
        return await().pollInterval(Duration.ofMillis(2)).atMost(Duration.ofSeconds(30));
    }

    private Supplier<Worker> worker(String name) {
        return () -> new Worker(name);
    }

    private static Process child(Supervisor supervisor, String name) {
        return eventually().until(() -> supervisor.which(name), Optional::isPresent).get();
    }

    /** Crashes a child; its successor. */
    private static Process crash(Supervisor supervisor, String name) {
        return end(supervisor, name, new IllegalStateException("planted"));
    }

    private static Process end(Supervisor supervisor, String name, Object message) {
        Process before = child(supervisor, name);
        before.send(message);
        return eventually()
                .until(() -> supervisor.which(name), now -> now.isPresent() && now.get() != before)
                .get();
    }

    private static void stop(Supervisor supervisor) {
        OnEnd end = OnEnd.of(supervisor);
        supervisor.stop(ExitReason.NORMAL);
        end.await();
    }

    private Supervisor abc(Supervision supervision) {
        Supervisor supervisor =
                supervision
                        .child("a", worker("a"))
                        .child("b", worker("b"))
                        .child("c", worker("c"))
                        .start();
        eventually().until(() -> log.size() == 3);
        log.clear();
        return supervisor;
    }

    // ---- strategies

    @Test
    void oneForOneRestartsTheChildAlone() {
        Supervisor supervisor = abc(Supervisor.oneForOne());
        Process a = child(supervisor, "a");
        Process c = child(supervisor, "c");
        crash(supervisor, "b");
        eventually().until(() -> log.size() == 2);

        assertThat(log).containsExactly("b ended", "b started");
        assertThat(supervisor.which("a")).contains(a);
        assertThat(supervisor.which("c")).contains(c);
        assertThat(supervisor.children())
                .extracting(ChildInfo::restarts)
                .containsExactly(0L, 1L, 0L);
        stop(supervisor);
    }

    @Test
    void oneForAllRestartsAll() {
        Supervisor supervisor = abc(Supervisor.oneForAll());
        crash(supervisor, "b");
        eventually().until(() -> log.size() == 6);

        assertThat(log.subList(0, 3)).containsExactly("b ended", "c ended", "a ended");
        assertThat(log.subList(3, 6))
                .containsExactlyInAnyOrder("a started", "b started", "c started");
        assertThat(supervisor.children())
                .extracting(ChildInfo::restarts)
                .containsExactly(0L, 1L, 0L);
        stop(supervisor);
    }

    @Test
    void restForOneRestartsThoseAfterIt() {
        Supervisor supervisor = abc(Supervisor.restForOne());
        Process a = child(supervisor, "a");
        crash(supervisor, "b");
        eventually().until(() -> log.size() == 4);

        assertThat(log.subList(0, 2)).containsExactly("b ended", "c ended");
        assertThat(log.subList(2, 4)).containsExactlyInAnyOrder("b started", "c started");
        assertThat(supervisor.which("a")).contains(a);
        stop(supervisor);
    }

    @Test
    void aGroupThatIsRestartedLosesItsTemporaryChildren() {
        Supervisor supervisor = abc(Supervisor.oneForAll());
        Process temporary =
                supervisor.startChild(ChildSpec.of("t", worker("t")).restart(Restart.TEMPORARY));
        Process dynamic = supervisor.startChild(worker("d"));
        crash(supervisor, "a");
        eventually().until(() -> supervisor.children().size() == 4);

        assertThat(temporary.isAlive()).isFalse();
        assertThat(dynamic.isAlive()).isFalse();
        assertThat(supervisor.which("t")).isEmpty();
        eventually()
                .until(
                        () ->
                                log.contains("d started")
                                        && log.lastIndexOf("d started") > log.indexOf("d ended"));
        stop(supervisor);
    }

    // ---- restart types

    @Test
    void aPermanentChildIsRestartedAfterAnyEnd() {
        Supervisor supervisor =
                Supervisor.oneForOne().child("a", worker("a")).restarts(3, LONG).start();
        end(supervisor, "a", ExitReason.NORMAL);
        end(supervisor, "a", new ExitReason.Shutdown("enough"));
        crash(supervisor, "a");
        assertThat(supervisor.children()).extracting(ChildInfo::restarts).containsExactly(3L);
        stop(supervisor);
    }

    @Test
    void aTransientChildIsRestartedAfterACrashOnly() {
        for (Object goodEnd : List.of(ExitReason.NORMAL, new ExitReason.Shutdown("enough"))) {
            Supervisor supervisor =
                    Supervisor.oneForOne()
                            .child(ChildSpec.of("a", worker("a")).restart(Restart.TRANSIENT))
                            .restarts(1, LONG)
                            .start();
            Process second = crash(supervisor, "a");
            OnEnd end = OnEnd.of(second);
            second.send(goodEnd);
            end.await();
            assertThat(supervisor.startChild(worker("later")).isAlive()).isTrue();
            assertThat(supervisor.which("a")).isEmpty();
            assertThat(supervisor.children())
                    .first()
                    .satisfies(child -> assertThat(child.process()).isEmpty());
            stop(supervisor);
        }
    }

    @Test
    void aTemporaryChildIsNotRestarted() {
        Supervisor supervisor = Supervisor.oneForOne().restarts(0, LONG).start();
        Process child = supervisor.startChild(ChildSpec.of(worker("a")).restart(Restart.TEMPORARY));
        child.send(new IllegalStateException("planted"));
        eventually().until(() -> supervisor.children().isEmpty());
        assertThat(supervisor.isAlive()).isTrue();
        stop(supervisor);
    }

    // ---- intensity

    @Test
    void asManyRestartsAsAllowedAreDoneAndOneMoreIsNot() {
        for (int max : new int[] {0, 1, 3, 40}) {
            Supervisor supervisor =
                    Supervisor.oneForOne().restarts(max, LONG).child("a", worker("a")).start();
            for (int i = 0; i < max; i++) {
                crash(supervisor, "a");
            }
            assertThat(supervisor.isAlive()).isTrue();
            OnEnd end = OnEnd.of(supervisor);
            child(supervisor, "a").send(new IllegalStateException("planted"));
            end.await();
        }
    }

    @Test
    void onlyRestartsWithinThePeriodCount() {
        Intensity intensity = new Intensity(3, 100);
        for (long time : new long[] {0, 10, 20}) {
            assertThat(intensity.admits(time)).isTrue();
        }
        assertThat(intensity.admits(100)).isFalse();
        assertThat(intensity.admits(101)).isTrue();
        assertThat(intensity.admits(110)).isFalse();
        assertThat(intensity.admits(111)).isTrue();
        assertThat(intensity.admits(121)).isTrue();
        assertThat(intensity.admits(201)).isFalse();
        assertThat(intensity.admits(202)).isTrue();
    }

    @Test
    void aSupervisorThatGivesUpIsRestartedByTheOneAbove() {
        Supervision below = Supervisor.oneForOne().restarts(1, LONG).child("a", worker("a"));
        Supervision middle = Supervisor.oneForOne().restarts(1, LONG).child("below", below::build);
        Supervisor top =
                Supervisor.oneForOne().restarts(1, LONG).child("middle", middle::build).start();
        OnEnd end = OnEnd.of(top);
        AtomicInteger crashes = new AtomicInteger();
        // Two crashes end one below, two of those one in the middle, two of those the top.
        Process last = top;
        while (top.isAlive()) {
            Process leaf = leaf(top);
            if (leaf != last && leaf != top) {
                crashes.incrementAndGet();
                leaf.send(new IllegalStateException("planted"));
                last = leaf;
            }
        }
        assertThat(crashes).hasValue(8);
        end.await();
        assertThat(log).hasSize(16);
    }

    /** The leaf of a chain of supervisors, or the top if there is none at the moment. */
    private static Process leaf(Supervisor top) {
        return top.which("middle")
                .flatMap(middle -> ((Supervisor) middle).which("below"))
                .flatMap(below -> ((Supervisor) below).which("a"))
                .orElse(top);
    }

    @Test
    void whoGivesUpSaysSo() {
        Supervisor supervisor =
                Supervisor.oneForOne().restarts(0, LONG).child("a", worker("a")).start();
        OnEnd end = OnEnd.of(supervisor);
        child(supervisor, "a").send(new IllegalStateException("planted"));
        assertThat(end.await()).isEqualTo(new ExitReason.Shutdown("too many restarts"));
    }

    // ---- starts that fail

    @Test
    void aChildThatCrashesInItsStartIsTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        Supervisor supervisor =
                Supervisor.oneForOne()
                        .child(
                                "a",
                                () ->
                                        new Worker("a") {
                                            @Override
                                            protected void started() throws Exception {
                                                if (tries.incrementAndGet() < 3) {
                                                    throw new IllegalStateException("planted");
                                                }
                                                super.started();
                                            }
                                        })
                        .start();
        eventually().until(() -> log.contains("a started"));
        assertThat(tries).hasValue(3);
        assertThat(supervisor.children()).extracting(ChildInfo::restarts).containsExactly(2L);
        stop(supervisor);
    }

    @Test
    void aFactoryThatFailsIsTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        Supervisor supervisor =
                Supervisor.oneForOne()
                        .child(
                                "a",
                                () -> {
                                    if (tries.incrementAndGet() < 3) {
                                        throw new IllegalStateException("planted");
                                    }
                                    return new Worker("a");
                                })
                        .start();
        eventually().until(() -> log.contains("a started"));
        assertThat(tries).hasValue(3);
        stop(supervisor);
    }

    @Test
    void aFactoryThatAlwaysFailsEndsItsSupervisor() {
        Supplier<Worker> failing =
                () -> {
                    throw new IllegalStateException("planted");
                };
        OnEnd.of(Supervisor.oneForAll().child("a", failing).child("b", worker("b")).build())
                .await();
        assertThat(log).contains("b started", "b ended");
    }

    @Test
    void theCallerHearsOfAFactoryThatFails() {
        Supervisor supervisor = Supervisor.oneForOne().restarts(0, LONG).start();
        IllegalStateException planted = new IllegalStateException("planted");
        Supplier<Worker> failing =
                () -> {
                    throw planted;
                };
        assertThatThrownBy(() -> supervisor.startChild(failing))
                .isInstanceOf(CallException.class)
                .hasCause(planted);
        supervisor.startChild(ChildSpec.of("a", worker("a")));
        assertThatThrownBy(() -> supervisor.startChild(ChildSpec.of("a", worker("a"))))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("name");
        assertThat(supervisor.children()).hasSize(1);
        stop(supervisor);
    }

    // ---- ends

    @Test
    void childrenAreStoppedInReverseOrder() {
        Supervisor supervisor = abc(Supervisor.oneForOne());
        supervisor.startChild(worker("d"));
        eventually().until(() -> log.contains("d started"));
        log.clear();
        stop(supervisor);
        assertThat(log).containsExactly("d ended", "c ended", "b ended", "a ended");
    }

    @Test
    void aSlowChildHasItsTimeToEnd() throws Exception {
        Supervisor supervisor = abc(Supervisor.oneForOne());
        CountDownLatch latch = new CountDownLatch(1);
        Process slow = child(supervisor, "b");
        slow.send(latch);
        eventually().until(() -> slow.length() == 0);
        OnEnd end = OnEnd.of(supervisor);
        supervisor.stop(ExitReason.NORMAL);
        eventually().until(() -> log.contains("c ended"));
        assertThat(log).containsExactly("c ended");
        latch.countDown();
        end.await();
        assertThat(log).containsExactly("c ended", "b ended", "a ended");
    }

    @Test
    void aChildThatDoesNotEndInTimeIsLeft() {
        CountDownLatch latch = new CountDownLatch(1);
        Supervisor supervisor =
                Supervisor.oneForOne()
                        .child("a", worker("a"))
                        .child(ChildSpec.of("b", worker("b")).shutdown(Duration.ofMillis(30)))
                        .start();
        Process slow = child(supervisor, "b");
        slow.send(latch);
        eventually().until(() -> log.contains("b started") && slow.length() == 0);
        stop(supervisor);
        assertThat(log).contains("a ended").doesNotContain("b ended");
        latch.countDown();
        eventually().until(() -> log.contains("b ended"));
    }

    @Test
    void aSupervisorBelowEndsWithItsChildren() {
        Supervisor top =
                Supervisor.oneForOne()
                        .child("below", Supervisor.oneForOne().child("b", worker("b"))::build)
                        .start();
        eventually().until(() -> log.contains("b started"));
        stop(top);
        assertThat(log).containsExactly("b started", "b ended");
    }

    @Test
    void aStoppedChildIsNoneAnyMore() {
        Supervisor supervisor = abc(Supervisor.oneForOne());
        Process a = child(supervisor, "a");
        assertThat(supervisor.stopChild(a)).isTrue();
        assertThat(supervisor.stopChild(a)).isFalse();
        assertThat(supervisor.stopChild(new Worker("stranger"))).isFalse();
        assertThat(log).containsExactly("a ended");
        assertThat(supervisor.which("a")).isEmpty();
        assertThat(supervisor.children()).extracting(ChildInfo::name).containsExactly("b", "c");
        supervisor.startChild(ChildSpec.of("a", worker("a")));
        assertThat(supervisor.children())
                .extracting(ChildInfo::name)
                .containsExactly("b", "c", "a");
        stop(supervisor);
    }

    @Test
    void aChildMayStopItself() {
        Supervisor supervisor = Supervisor.oneForOne().start();

        Process child =
                supervisor.startChild(
                        () ->
                                new Process() {
                                    @Override
                                    protected void handle(Object message) {
                                        supervisor.stopChild(this);
                                    }
                                });

        OnEnd end = OnEnd.of(child);
        child.send("stop");
        end.await();
        assertThat(supervisor.children()).isEmpty();
        stop(supervisor);
    }

    @Test
    void whoHasEndedStartsNothing() {
        Supervisor supervisor = Supervisor.oneForOne().start();
        stop(supervisor);
        assertThatThrownBy(() -> supervisor.startChild(worker("a")))
                .isInstanceOfSatisfying(
                        CallException.class,
                        e -> assertThat(e.code()).isEqualTo(CallException.Code.EXITED));
        assertThat(log).isEmpty();
    }

    // ---- many

    @Test
    void aHundredThousandChildrenComeAndGo() throws Exception {
        int count = 100_000;
        Supervisor supervisor = Supervisor.oneForOne().restarts(count, LONG).start();
        AtomicInteger starts = new AtomicInteger();
        AtomicInteger ends = new AtomicInteger();
        class Many extends Process {
            @Override
            protected void started() {
                starts.incrementAndGet();
            }

            @Override
            protected void handle(Object message) {
                exit(new ExitReason.Shutdown(message));
            }

            @Override
            protected void terminated(ExitReason reason) {
                ends.incrementAndGet();
            }
        }
        List<Process> children = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(2);
        for (int half = 0; half < 2; half++) {
            Runnable work =
                    () -> {
                        List<Process> mine = new ArrayList<>();
                        for (int i = 0; i < count / 2; i++) {
                            mine.add(supervisor.startChild(Many::new));
                        }
                        synchronized (children) {
                            children.addAll(mine);
                        }
                        done.countDown();
                    };
            if (half == 0) {
                Thread.ofPlatform().start(work);
            } else {
                Thread.ofVirtual().start(work);
            }
        }
        assertThat(done.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(supervisor.children()).hasSize(count);
        for (int i = 0; i < count; i += 10) {
            children.get(i).send("end");
        }
        eventually().until(() -> starts.get() == count + count / 10);
        for (int i = 1; i < count; i += 10_000) {
            assertThat(supervisor.stopChild(children.get(i))).isTrue();
        }
        assertThat(supervisor.children()).hasSize(count - 10);
        stop(supervisor);
        assertThat(ends).hasValue(count + count / 10);
    }

    @Test
    void aSpecThatIsSentStartsAChild() {
        Supervisor supervisor = Supervisor.oneForOne().start();
        supervisor.send(ChildSpec.of("a", worker("a")));
        eventually().until(() -> log.contains("a started"));
        assertThat(supervisor.which("a")).isPresent();
        stop(supervisor);
    }
}
