package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who keeps a carrier busy is named in the log, and nobody else. */
@Timeout(120)
class HogLogTest {
    private static final int SLEEPERS = 200;
    private static final int COLD_STARTS = 3;
    private static final long SLEEP_MILLIS = 300;

    private final AtomicBoolean stop = new AtomicBoolean();

    /** Does one thing in its handler, under a name. */
    private static final class Named extends Process {
        private final String name;
        private final Puppet.Order order;

        Named(String name, Puppet.Order order) {
            this.name = name;
            this.order = order;
        }

        @Override
        protected void handle(Object message) throws Exception {
            order.run((Puppet) message);
        }

        @Override
        protected String name() {
            return name;
        }
    }

    private static CountDownLatch start(int count, String name, Puppet.Order order) {
        CountDownLatch done = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            new Named(
                            name,
                            puppet -> {
                                order.run(puppet);
                                done.countDown();
                            })
                    .send(new Puppet());
        }
        return done;
    }

    private static List<String> named(String name) {
        List<String> texts = new ArrayList<>();
        Journal.entries(entry -> entry.text().contains(name + " has kept"))
                .forEach(entry -> texts.add(entry.text()));
        return texts;
    }

    private void spin() {
        while (!stop.get()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whoSleepsIsNotNamed() throws Exception {
        Puppet.arrives(start(SLEEPERS, "a sleeper", _ -> Thread.sleep(SLEEP_MILLIS)));
        assertThat(named("a sleeper")).isEmpty();
    }

    /** The first handlers of a JVM, which load what sleeping and logging need. */
    @Test
    void whoSleepsInAColdJvmIsNotNamed() throws Exception {
        for (int i = 0; i < COLD_STARTS; i++) {
            java.lang.Process jvm =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    ColdStart.class.getName())
                            .redirectErrorStream(true)
                            .start();
            String said = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(said.strip()).isEqualTo("named: 0");
        }
    }

    /** A JVM of its own. */
    static final class ColdStart {
        private ColdStart() {}

        static void main() throws Exception {
            CountDownLatch slept = start(SLEEPERS, "a sleeper", _ -> Thread.sleep(SLEEP_MILLIS));
            Puppet.arrives(slept);
            IO.println("named: " + Processes.stats().hogs());
        }
    }

    @Test
    void whoSpinsIsNamedAmongThoseWhoSleepAndWaitForACarrier() throws Exception {
        int hogs = Runtime.getRuntime().availableProcessors();
        try {
            CountDownLatch slept =
                    start(SLEEPERS, "a waiting one", _ -> Thread.sleep(SLEEP_MILLIS));
            start(hogs, "a spinning one", _ -> spin());
            await().atMost(20, TimeUnit.SECONDS).until(() -> !named("a spinning one").isEmpty());
            Puppet.arrives(slept);
        } finally {
            stop.set(true);
        }
        assertThat(named("a waiting one")).isEmpty();
        assertThat(named("a spinning one").getFirst()).contains("HogLogTest");
    }

    /** Takes long to be initialized. */
    private static final class Ponderous {
        static final long READY = ready();

        private static long ready() {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_500);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return end;
        }
    }

    @Test
    void whoInitializesAClassIsNotNamedNorWhoWaitsForThat() throws Exception {
        Puppet.arrives(
                start(3, "an initializing one", _ -> assertThat(Ponderous.READY).isNotZero()));
        assertThat(named("an initializing one")).isEmpty();
    }

    /** Takes long to be initialized, and waits meanwhile, as for a file. */
    private static final class Waiting {
        static final long READY = ready();

        private static long ready() {
            for (int i = 0; i < 30; i++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            return System.nanoTime();
        }
    }

    @Test
    void whoWaitsForAClassThatAnotherInitializesWaitingIsNotNamed() throws Exception {
        Puppet.arrives(
                start(3, "one who needs the class", _ -> assertThat(Waiting.READY).isNotZero()));
        assertThat(named("one who needs the class")).isEmpty();
    }
}
