package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever handlers do, others go on. */
@Timeout(60)
class LivenessTest {
    /** The scheduler cannot know of the latch: only the clock's thread sees who waits. */
    @Test
    void aHandlerMayWaitInForeignCodeForOneThatItSentTo() throws Exception {
        for (int round = 0; round < 200; round++) {
            Puppet sender = new Puppet();
            Puppet receiver = new Puppet();
            sender.make(
                    _ -> {
                        CountDownLatch handled = new CountDownLatch(1);
                        receiver.tell(_ -> handled.countDown());
                        Puppet.arrives(handled);
                    });
        }
    }

    @Test
    void pingsComeThroughBesideAThousandThatNeverRest() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        for (int i = 0; i < 1_000; i++) {
            new Process() {
                @Override
                protected void handle(Object message) {
                    long end = System.nanoTime() + 50_000;
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                    if (!stop.get()) {
                        send(message);
                    }
                }
            }.send("again");
        }
        try {
            Puppet pinged = new Puppet();
            new Puppet()
                    .make(
                            _ -> {
                                for (int i = 0; i < 50; i++) {
                                    pinged.flush();
                                }
                            });
        } finally {
            stop.set(true);
        }
    }

    /** Threads of others that wait for a carrier are not to be mistaken for the hogs. */
    @Test
    @SuppressWarnings("ThreadPriorityCheck") // who yields waits again
    void hogsAreFoundHoweverManyThreadsOfOthersWait() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        int hogs = 2 * Runtime.getRuntime().availableProcessors();
        int others = 50;
        CountDownLatch run = new CountDownLatch(others);
        try {
            for (int i = 0; i < hogs; i++) {
                new Puppet()
                        .tell(
                                _ -> {
                                    while (!stop.get()) {
                                        Thread.onSpinWait();
                                    }
                                });
            }
            for (int i = 0; i < others; i++) {
                Thread.startVirtualThread(
                        () -> {
                            run.countDown();
                            while (!stop.get()) {
                                Thread.yield();
                            }
                        });
            }
            new Puppet().flush();
            assertThat(run.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            stop.set(true);
        }
    }

    @Test
    void hogsAreNamedAndGetCarriersOfTheirOwnWhichAreGivenBack() throws Exception {
        Ticker ticker = Carriers.SHARED.ticker();
        int hogs = 2 * Runtime.getRuntime().availableProcessors();
        AtomicBoolean stop = new AtomicBoolean();
        for (int i = 0; i < hogs; i++) {
            new Process() {
                @Override
                protected void handle(Object message) {
                    while (!stop.get()) {
                        Thread.onSpinWait();
                    }
                }

                @Override
                protected String name() {
                    return "the hog";
                }
            }.send("spin");
        }
        try {
            Puppet pinged = new Puppet();
            for (int i = 0; i < 50; i++) {
                pinged.flush();
            }
            await().atMost(20, TimeUnit.SECONDS).until(() -> ticker.spareCarriers() > 0);
            await().atMost(20, TimeUnit.SECONDS)
                    .until(
                            () ->
                                    !Journal.entries(entry -> entry.text().contains("the hog"))
                                            .isEmpty());
        } finally {
            stop.set(true);
        }
        await().atMost(20, TimeUnit.SECONDS).until(() -> ticker.spareCarriers() == 0);
    }

    @Test
    void aHundredThousandHandlersMayWaitAtOnce() throws Exception {
        int count = 100_000;
        CountDownLatch waiting = new CountDownLatch(count);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            new Puppet()
                    .tell(
                            _ -> {
                                waiting.countDown();
                                release.await();
                                done.countDown();
                            });
        }
        assertThat(waiting.await(40, TimeUnit.SECONDS)).isTrue();
        new Puppet().flush();
        release.countDown();
        assertThat(done.await(40, TimeUnit.SECONDS)).isTrue();
    }
}
