package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The contracts that only concurrency can break: no loss, no lost wake-up, order, one at a time.
 */
@Timeout(120)
class ProcessStressTest {
    private record Numbered(int sender, int number) {}

    /** Checks that it runs on one thread at a time and that each sender's numbers count up. */
    private static final class Checker extends Process {
        private final AtomicBoolean running = new AtomicBoolean();
        private final int[] last;
        private final CountDownLatch left;
        private final AtomicInteger faults;

        Checker(int senders, CountDownLatch left, AtomicInteger faults) {
            this.last = new int[senders];
            this.left = left;
            this.faults = faults;
        }

        @Override
        protected void handle(Object message) {
            Numbered numbered = (Numbered) message;
            if (!running.compareAndSet(false, true)) {
                faults.incrementAndGet();
            }
            if (++last[numbered.sender()] != numbered.number()) {
                faults.incrementAndGet();
            }
            running.set(false);
            left.countDown();
        }
    }

    @Test
    void aThousandProcessesLoseNothingAndKeepOrder() throws Exception {
        int senders = 4;
        int processes = 1_000;
        int messages = 500;
        CountDownLatch left = new CountDownLatch(senders * processes * messages);
        AtomicInteger faults = new AtomicInteger();
        Checker[] checkers = new Checker[processes];
        for (int i = 0; i < processes; i++) {
            checkers[i] = new Checker(senders, left, faults);
        }
        for (int sender = 0; sender < senders; sender++) {
            int me = sender;
            Runnable work =
                    () -> {
                        for (int number = 1; number <= messages; number++) {
                            for (Checker checker : checkers) {
                                checker.send(new Numbered(me, number));
                            }
                        }
                    };
            if (sender % 2 == 0) {
                Thread.ofPlatform().start(work);
            } else {
                Thread.ofVirtual().start(work);
            }
        }
        assertThat(left.await(60, TimeUnit.SECONDS)).as("%d not handled", left.getCount()).isTrue();
        assertThat(faults).hasValue(0);
    }

    @Test
    void oneFloodedProcessKeepsOrderAcrossManyTurns() throws Exception {
        int senders = 3;
        int messages = 300_000;
        CountDownLatch left = new CountDownLatch(senders * messages);
        AtomicInteger faults = new AtomicInteger();
        Checker checker = new Checker(senders, left, faults);
        for (int sender = 0; sender < senders; sender++) {
            int me = sender;
            Thread.ofPlatform()
                    .start(
                            () -> {
                                for (int number = 1; number <= messages; number++) {
                                    checker.send(new Numbered(me, number));
                                }
                            });
        }
        assertThat(left.await(60, TimeUnit.SECONDS)).as("%d not handled", left.getCount()).isTrue();
        assertThat(faults).hasValue(0);
    }

    /** One message at a time through an idle system: each needs its own wake-up. */
    @Test
    void noWakeUpIsLost() throws Exception {
        Semaphore answers = new Semaphore(0);
        Process echo =
                new Process() {
                    @Override
                    protected void handle(Object message) {
                        answers.release();
                    }
                };
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            echo.send(i);
            assertThat(answers.tryAcquire(20, TimeUnit.SECONDS))
                    .as("wake-up %d, seed %d", i, seed)
                    .isTrue();
            for (int spin = random.nextInt(2_000); spin > 0; spin--) {
                Thread.onSpinWait();
            }
        }
    }

    /** A handler that waits for another process's answer, deeper than there are carriers. */
    @Test
    void handlersMayWaitForEachOther() throws Exception {
        int depth = 500;
        CountDownLatch answered = new CountDownLatch(1);
        class Link extends Process {
            private final int level;

            Link(int level) {
                this.level = level;
            }

            @Override
            protected void handle(Object message) throws Exception {
                if (level < depth) {
                    CountDownLatch inner = new CountDownLatch(1);
                    new Link(level + 1).send(inner);
                    inner.await();
                }
                ((CountDownLatch) message).countDown();
            }
        }
        new Link(0).send(answered);
        assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void tenThousandSleepersDoNotStopAnother() throws Exception {
        int sleepers = 10_000;
        CountDownLatch slept = new CountDownLatch(sleepers);
        CountDownLatch answered = new CountDownLatch(1);
        for (int i = 0; i < sleepers; i++) {
            new Process() {
                @Override
                protected void handle(Object message) throws Exception {
                    answered.await();
                    slept.countDown();
                }
            }.send("sleep");
        }
        new Process() {
            @Override
            protected void handle(Object message) {
                answered.countDown();
            }
        }.send("hello");
        assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
        // One after the other they would sleep for 500 seconds.
        assertThat(slept.await(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Processes that never run out of mail leave carriers to other virtual threads. */
    @Test
    void otherVirtualThreadsLiveBesideBusyProcesses() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        for (int i = 0; i < 100; i++) {
            new Process() {
                @Override
                protected void handle(Object message) {
                    if (!stop.get()) {
                        send(message);
                    }
                }
            }.send("again");
        }
        try {
            CountDownLatch done = new CountDownLatch(100);
            for (int i = 0; i < 100; i++) {
                Thread.startVirtualThread(
                        () -> {
                            for (int round = 0; round < 10; round++) {
                                LockSupport.parkNanos(1_000_000);
                            }
                            done.countDown();
                        });
            }
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            stop.set(true);
        }
    }
}
