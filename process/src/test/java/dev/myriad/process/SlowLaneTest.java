package dev.myriad.process;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Beside handlers that never rest those of their kind that are quick go on. */
@Timeout(60)
class SlowLaneTest {
    private final AtomicBoolean stop = new AtomicBoolean();

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
