package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory runs out at any allocation of the runtime's that something depends on. */
@Timeout(120)
class NoMemoryTest {
    private static final int PROCESSES = 500;

    @AfterEach
    void thereIsMemoryAgain() {
        Memory.scarcity = null;
    }

    /** One in three allocations fails. */
    private static void runOut(long seed) {
        Random random = new Random(seed);
        Memory.scarcity =
                () -> {
                    boolean fails;
                    synchronized (random) {
                        fails = random.nextInt(3) == 0;
                    }
                    if (fails) {
                        throw new OutOfMemoryError("planted");
                    }
                };
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whoeverWaitsForAnEndHearsIt(long seed) throws Exception {
        Registry<Integer> names = new Registry<>();
        Groups<Integer> groups = new Groups<>();
        List<Puppet> linked = new ArrayList<>();
        List<Puppet> watching = new ArrayList<>();
        List<Puppet> ending = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            Puppet process = new Puppet();
            Puppet link = new Puppet();
            Puppet watcher = new Puppet();
            link.make(
                    self -> {
                        self.trapExits(true);
                        self.link(process);
                    });
            watcher.make(self -> self.monitor(process));
            process.make(self -> self.monitor(watcher));
            assertThat(names.register(i, process)).isTrue();
            assertThat(groups.join(i % 7, process)).isTrue();
            ending.add(process);
            linked.add(link);
            watching.add(watcher);
        }
        runOut(seed);
        for (int i = 0; i < PROCESSES; i++) {
            if (i % 2 == 0) {
                ending.get(i).stop(new ExitReason.Shutdown("told to"));
            } else {
                ending.get(i)
                        .tell(
                                _ -> {
                                    throw new OutOfMemoryError("planted");
                                });
            }
        }
        for (int i = 0; i < PROCESSES; i++) {
            assertThat(ending.get(i).reason()).isNotNull();
            assertThat(linked.get(i).gets(1)).hasSize(1);
            assertThat(watching.get(i).gets(1)).hasSize(1);
        }
        await().until(() -> names.size() == 0 && groups.size() == 0);
    }

    /** What comes may be what there is no memory for: that ends the process, and is told, too. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void whoeverLinksWhileMemoryIsShortHearsOfTheEnd(long seed) throws Exception {
        List<Puppet> linked = new ArrayList<>();
        List<Puppet> ending = new ArrayList<>();
        runOut(seed);
        for (int i = 0; i < PROCESSES; i++) {
            Puppet process = new Puppet();
            Puppet link = new Puppet();
            link.make(
                    self -> {
                        self.trapExits(true);
                        self.link(process);
                    });
            ending.add(process);
            linked.add(link);
        }
        for (int i = 0; i < PROCESSES; i++) {
            ending.get(i).stop(new ExitReason.Shutdown("told to"));
            assertThat(ending.get(i).reason()).isNotNull();
            assertThat(linked.get(i).gets(1)).hasSize(1);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void noMessageIsLostAndNoneComesTwice(long seed) throws Exception {
        runOut(seed);
        int each = 2_000;
        List<Puppet> receivers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            receivers.add(new Puppet());
        }
        for (int message = 0; message < each; message++) {
            for (Puppet receiver : receivers) {
                receiver.send(message);
            }
        }
        for (Puppet receiver : receivers) {
            List<Object> received = receiver.gets(each);
            for (int message = 0; message < each; message++) {
                assertThat(received.get(message)).isEqualTo(message);
            }
            assertThat(received).hasSize(each);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void everyTimerFiresOnce(long seed) throws Exception {
        runOut(seed);
        Puppet puppet = new Puppet();
        int timers = 100;
        for (int i = 0; i < timers; i++) {
            puppet.sendAfter(Duration.ofMillis(i % 50), i);
        }
        puppet.gets(timers);
        puppet.sendAfter(Duration.ofMillis(100), "last");
        assertThat(puppet.gets(timers + 1)).hasSize(timers + 1).endsWith("last");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void supervisorsRestartAndStopTheirChildren(long seed) throws Exception {
        AtomicInteger alive = new AtomicInteger();
        class Child extends Process {
            @Override
            protected void started() {
                alive.incrementAndGet();
            }

            @Override
            protected void handle(Object message) {
                throw new IllegalStateException("planted");
            }

            @Override
            protected void terminated(ExitReason reason) {
                alive.decrementAndGet();
            }
        }
        var supervision = Supervisor.oneForOne().restarts(1_000_000, Duration.ofSeconds(1));
        for (int i = 0; i < 5; i++) {
            supervision.child("child " + i, Child::new);
        }
        Supervisor supervisor = supervision.start();
        await().until(() -> alive.get() == 5);
        runOut(seed);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 5; i++) {
                String name = "child " + i;
                await().atMost(20, TimeUnit.SECONDS)
                        .until(() -> supervisor.which(name).isPresent());
                Process child = supervisor.which(name).orElseThrow();
                child.send("throw");
                await().atMost(20, TimeUnit.SECONDS).until(() -> !child.isAlive());
            }
        }
        supervisor.stop(ExitReason.NORMAL);
        await().atMost(20, TimeUnit.SECONDS).until(() -> alive.get() == 0);
    }

    /** No plan: a JVM of its own, whose heap is full again and again. */
    @Test
    void aSmallJvmGoesOn() throws Exception {
        java.lang.Process jvm =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx24m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SmallJvm.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).contains("all told, all timers, all go on");
    }

    /** Handlers that take all memory there is, beside others that go on. */
    static final class SmallJvm {
        private static final int HUNGRY = 60;

        private SmallJvm() {}

        private static final class Hungry extends Process {
            @Override
            protected void handle(Object message) {
                Object all = message;
                while (all != null) {
                    Object[] bite = new Object[1 << 15]; // each holds the one before it
                    bite[0] = all;
                    all = bite;
                }
            }
        }

        /** Hears of one end, or ends itself because there is no memory to hear of it. */
        private static final class Hearing extends Process {
            private final CountDownLatch told;
            private final Process other;

            Hearing(CountDownLatch told, Process other) {
                this.told = told;
                this.other = other;
            }

            @Override
            protected void started() {
                trapExits(true);
                link(other);
            }

            @Override
            protected void handle(Object message) {
                if (message instanceof Exited) {
                    exit(ExitReason.NORMAL);
                }
            }

            @Override
            protected void terminated(ExitReason reason) {
                told.countDown();
            }
        }

        /** Allocates nothing itself while memory is short, and sends all that it has to. */
        private static final class Going extends Process {
            private final CountDownLatch reached;

            Going(CountDownLatch reached) {
                this.reached = reached;
            }

            @Override
            protected void handle(Object message) {
                reached.countDown();
            }
        }

        private static void insist(Process to, Object message) {
            while (true) {
                try {
                    to.send(message);
                    return;
                } catch (OutOfMemoryError e) {
                    Thread.onSpinWait();
                }
            }
        }

        static void main() throws Exception {
            CountDownLatch told = new CountDownLatch(HUNGRY);
            CountDownLatch reached = new CountDownLatch(2 * HUNGRY);
            List<Process> hungry = new ArrayList<>();
            List<Process> going = new ArrayList<>();
            for (int i = 0; i < HUNGRY; i++) {
                hungry.add(new Hungry());
                insist(new Hearing(told, hungry.get(i)), "link");
                going.add(new Going(reached));
                going.get(i).sendAfter(Duration.ofMillis(1_000 + i), "late");
            }
            for (int i = 0; i < HUNGRY; i++) {
                insist(hungry.get(i), "eat");
                insist(going.get(i), "now");
            }
            boolean all = told.await(30, TimeUnit.SECONDS) && reached.await(30, TimeUnit.SECONDS);
            IO.println(
                    all && Processes.stats().outOfMemory() >= HUNGRY
                            ? "all told, all timers, all go on"
                            : "told all but "
                                    + told.getCount()
                                    + ", reached all but "
                                    + reached.getCount()
                                    + ", "
                                    + Processes.stats());
        }
    }
}
