package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever is thrown wherever users' code is called: its process ends, who is linked to it hears
 * that, and all others go on, first of all who waits for the same worker.
 */
@Timeout(60)
class CrashPathTest {
    private static final long HOG_NANOS = 500_000_000;

    /** Sends to a neighbour, which its worker takes next, and throws in a place of its choice. */
    private static class Thrower extends Process {
        final Puppet neighbour = new Puppet();
        final CountDownLatch reached = new CountDownLatch(1);
        private final Nasty what;

        Thrower(Nasty what) {
            this.what = what;
        }

        RuntimeException raise() {
            neighbour.tell(_ -> reached.countDown());
            throw what.raise();
        }

        @Override
        protected void handle(Object message) {
            throw raise();
        }
    }

    /** Ends the process by what it is sent, and sees to it that everybody hears it. */
    private static ExitReason endBy(Thrower process, Object message) throws Exception {
        Puppet linked = new Puppet();
        Puppet watching = new Puppet();
        linked.make(
                self -> {
                    self.trapExits(true);
                    self.link(process);
                });
        watching.make(self -> self.monitor(process));
        OnEnd end = OnEnd.of(process);
        process.send(message);
        ExitReason reason = end.await();
        assertThat(linked.gets(1)).containsExactly(new Exited(process, reason));
        assertThat(((Down) watching.gets(1).getFirst()).reason()).isEqualTo(reason);
        Puppet.arrives(process.reached);
        othersGoOn();
        return reason;
    }

    private static void othersGoOn() throws Exception {
        Puppet other = new Puppet();
        other.sendAfter(Duration.ofMillis(1), "the ticker lives");
        other.gets(1);
        CountDownLatch all = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            new Puppet().tell(_ -> all.countDown());
        }
        Puppet.arrives(all);
    }

    private static void isCrash(ExitReason reason, Nasty nasty) {
        assertThat(reason).isInstanceOf(ExitReason.Crash.class);
        assertThat(((ExitReason.Crash) reason).cause().getClass())
                .isEqualTo(nasty.make().getClass());
    }

    @ParameterizedTest
    @EnumSource
    void inAHandler(Nasty nasty) throws Exception {
        long before = CrashLog.SHARED.total();
        isCrash(endBy(new Thrower(nasty), "throw"), nasty);
        assertThat(CrashLog.SHARED.total()).isGreaterThan(before);
    }

    @ParameterizedTest
    @EnumSource
    void inAStart(Nasty nasty) throws Exception {
        class Starter extends Thrower {
            Starter() {
                super(nasty);
            }

            @Override
            protected void started() {
                throw raise();
            }
        }
        Starter starter = new Starter();
        OnEnd end = OnEnd.of(starter);
        end.await();
        Puppet.arrives(starter.reached);
        othersGoOn();
    }

    @ParameterizedTest
    @EnumSource
    void inAnEnd(Nasty nasty) throws Exception {
        class Ender extends Thrower {
            Ender() {
                super(nasty);
            }

            @Override
            protected void handle(Object message) {
                exit(new ExitReason.Shutdown("told to"));
            }

            @Override
            protected void terminated(ExitReason reason) {
                throw raise();
            }
        }
        assertThat(endBy(new Ender(), "end")).isEqualTo(new ExitReason.Shutdown("told to"));
    }

    @ParameterizedTest
    @EnumSource
    void inAHandlerAndTheEndAfterIt(Nasty nasty) throws Exception {
        class Twice extends Thrower {
            Twice() {
                super(nasty);
            }

            @Override
            protected void terminated(ExitReason reason) {
                throw nasty.raise();
            }
        }
        isCrash(endBy(new Twice(), "throw"), nasty);
    }

    @ParameterizedTest
    @EnumSource
    void inTheNameOfWhoCrashes(Nasty nasty) throws Exception {
        class Unnamed extends Thrower {
            Unnamed() {
                super(nasty);
            }

            @Override
            protected String name() {
                throw nasty.raise();
            }
        }
        isCrash(endBy(new Unnamed(), "throw"), nasty);
    }

    @ParameterizedTest
    @EnumSource
    void inTheTextOfTheMessage(Nasty nasty) throws Exception {
        class Unprintable {
            @Override
            public String toString() {
                throw nasty.raise();
            }
        }
        isCrash(endBy(new Thrower(nasty), new Unprintable()), nasty);
    }

    /** Those behind it are told all the same. */
    @ParameterizedTest
    @EnumSource
    void inAMessageThatWasNotComeTo(Nasty nasty) throws Exception {
        class Undroppable extends Message {
            @Override
            protected void dropped(Process by, ExitReason reason) {
                throw nasty.raise();
            }
        }
        Puppet ending = new Puppet();
        CountDownLatch release = ending.hold();
        ending.stop(new ExitReason.Shutdown("told to"));
        ending.send(new Undroppable());
        OnEnd behind = OnEnd.of(ending);
        Reply call = new Reply(new Supervisor.Ready());
        ending.push(call);
        release.countDown();
        behind.await();
        await().until(call::isSettled);
        new Puppet().make(_ -> ending.send(new Undroppable())); // its sender is not at fault
        new Puppet().make(_ -> ending.sendAfter(Duration.ZERO, new Undroppable()));
        othersGoOn();
    }

    @ParameterizedTest
    @EnumSource
    void inAFactory(Nasty nasty) throws Exception {
        AtomicInteger tries = new AtomicInteger();
        CountDownLatch asked = new CountDownLatch(2);
        CountDownLatch made = new CountDownLatch(1);
        Supervisor supervisor =
                Supervisor.oneForOne()
                        .child(
                                "child",
                                () -> {
                                    if (tries.incrementAndGet() < 3) {
                                        throw nasty.raise();
                                    }
                                    made.countDown();
                                    return new Puppet();
                                })
                        .start();
        Puppet.arrives(made);
        await().until(() -> supervisor.which("child").isPresent());
        supervisor.send(
                ChildSpec.of(
                        () -> {
                            asked.countDown();
                            throw nasty.raise();
                        }));
        Process asking =
                new Process() {
                    @Override
                    protected void handle(Object message) {
                        supervisor.startChild(
                                () -> {
                                    asked.countDown();
                                    throw nasty.raise();
                                });
                    }
                };
        asking.send("ask");
        Puppet.arrives(asked);
        assertThat(supervisor.call(new Supervisor.Ready())).isTrue(); // it goes on
        supervisor.stop(ExitReason.NORMAL);
    }

    @ParameterizedTest
    @EnumSource
    void inASupervisedChild(Nasty nasty) throws Exception {
        CountDownLatch lives = new CountDownLatch(3);
        Supervisor supervisor =
                Supervisor.oneForOne()
                        .child(
                                "child",
                                () -> {
                                    lives.countDown();
                                    return new Thrower(nasty);
                                })
                        .start();
        for (int i = 0; i < 2; i++) {
            await().until(() -> supervisor.which("child").isPresent());
            Process child = supervisor.which("child").orElseThrow();
            child.send("throw");
            await().until(() -> !child.isAlive());
        }
        Puppet.arrives(lives);
        supervisor.stop(ExitReason.NORMAL);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ONE_WHOSE_MESSAGE_NEVER_COMES")
    void inATask(Nasty nasty) throws Exception {
        Task<String> task =
                Task.async(
                        () -> {
                            throw nasty.raise();
                        });
        try {
            task.await(Duration.ofSeconds(20));
            throw new AssertionError("there can be no result");
        } catch (CallException failed) {
            assertThat(failed.code()).isEqualTo(CallException.Code.FAILED);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OUT_OF_MEMORY")
    void inTheKeyOfARegistry(Nasty nasty) throws Exception {
        AtomicInteger looks = new AtomicInteger();
        class Key {
            @Override
            public int hashCode() {
                if (looks.incrementAndGet() > 2) {
                    throw nasty.raise();
                }
                return 1;
            }

            @Override
            public boolean equals(Object other) {
                return other == this;
            }
        }
        Thrower process = new Thrower(nasty);
        Registry<Key> names = new Registry<>();
        try {
            names.register(new Key(), process);
        } catch (Throwable early) {
            assertThat(early.getClass()).isEqualTo(nasty.make().getClass());
        }
        looks.set(10);
        isCrash(endBy(process, "throw"), nasty);
    }

    /** It is asked by the log, and of several hogs in a second one only. */
    @ParameterizedTest
    @EnumSource
    void inTheNameOfAHog(Nasty nasty) throws Exception {
        CountDownLatch named = new CountDownLatch(1);
        class Hog extends Process {
            @Override
            protected void handle(Object message) {
                long end = System.nanoTime() + HOG_NANOS;
                while (named.getCount() > 0 && System.nanoTime() - end < 0) {
                    Thread.onSpinWait();
                }
            }

            @Override
            protected String name() {
                named.countDown();
                throw nasty.raise();
            }
        }
        new Hog().send("spin");
        boolean _ = named.await(HOG_NANOS, TimeUnit.NANOSECONDS);
        othersGoOn();
    }
}
