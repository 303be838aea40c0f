package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Very many handlers that never rest do not all begin, and others go on beside them. */
@Timeout(60)
class SlowLaneTest {
    private static final int HOGS = 200;

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger begun = new AtomicInteger();
    private final CountDownLatch done = new CountDownLatch(HOGS);

    private final class Hog extends Process {
        @Override
        protected void handle(Object message) {
            begun.incrementAndGet();
            while (!stop.get()) {
                Thread.onSpinWait();
            }
            done.countDown();
        }
    }

    /** Spins if it is told to, and else is quick. */
    private final class Mixed extends Process {
        @Override
        protected void handle(Object message) {
            if (message instanceof CountDownLatch latch) {
                latch.countDown();
            } else {
                while (!stop.get()) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @AfterEach
    void theyRest() {
        stop.set(true);
    }

    @Test
    void fewOfVeryManyHogsBeginAndAllGetTheirTurn() throws Exception {
        for (int i = 0; i < HOGS; i++) {
            new Hog().send("spin");
        }
        Puppet neighbour = new Puppet();
        for (int i = 0; i < 200; i++) {
            neighbour.flush();
        }
        CountDownLatch late = new CountDownLatch(1);
        neighbour.sendAfter(Duration.ofSeconds(1), (Puppet.Order) _ -> late.countDown());
        Puppet.arrives(late);
        assertThat(begun.get()).isBetween(1, HOGS / 4);
        stop.set(true);
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoIsQuickPassesThoughItsLikeHogs() throws Exception {
        int hogs = 2 * Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < hogs; i++) {
            new Mixed().send("spin");
        }
        for (int i = 0; i < 20; i++) {
            CountDownLatch latch = new CountDownLatch(1);
            new Mixed().send(latch);
            Puppet.arrives(latch);
        }
    }
}
