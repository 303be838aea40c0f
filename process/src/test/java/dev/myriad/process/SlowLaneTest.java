package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Beside handlers that never rest the others go on, and nobody is left behind. */
@Timeout(60)
class SlowLaneTest {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final int HOGS = 4 * PROCESSORS;
    private static final int MANY = 100 * PROCESSORS;

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

    private List<Mixed> processes(int count) {
        return IntStream.range(0, count).mapToObj(_ -> new Mixed()).toList();
    }

    private static void answers(Mixed process) throws InterruptedException {
        CountDownLatch latch = new CountDownLatch(1);
        process.send(latch);
        Puppet.arrives(latch);
    }

    @Test
    void whoWasQuickIsQuickBesideVeryManyThatCompute() throws Exception {
        List<Mixed> quick = processes(10);
        for (int i = 0; i < 10; i++) {
            for (Mixed process : quick) {
                answers(process);
            }
        }
        processes(MANY).forEach(hog -> hog.send("spin"));
        for (int i = 0; i < 20; i++) {
            for (Mixed process : quick) {
                answers(process);
            }
        }
    }

    @Test
    void whoIsNewComesToItsTurnToo() throws Exception {
        processes(HOGS).forEach(hog -> hog.send("spin"));
        for (Mixed process : processes(20)) {
            answers(process);
        }
    }

    @Test
    void whoHoggedOnceIsServedInTheEnd() throws Exception {
        List<Mixed> hogs = processes(MANY);
        hogs.forEach(hog -> hog.send("spin"));
        await().until(() -> Carriers.SHARED.slowLane().isOpen());
        stop.set(true);
        for (Mixed hog : hogs) {
            answers(hog);
        }
    }

    @Test
    void theKernelServesThemLastForAsLongAsTheyCompute() {
        assumeTrue(Processes.canServeHogsLast(), "the kernel cannot be told here");
        processes(HOGS).forEach(hog -> hog.send("spin"));
        await().until(() -> idleThreads() >= HOGS / 2);
        stop.set(true);
        await().untilAsserted(() -> assertThat(idleThreads()).isZero());
    }

    /** One that waits may go on on another carrier: the one before must not stay as it was. */
    @Test
    void noCarrierStaysLastThoughHandlersWaitAndComputeByTurns() {
        assumeTrue(Processes.canServeHogsLast(), "the kernel cannot be told here");
        CountDownLatch done = new CountDownLatch(MANY);
        processes(HOGS).forEach(hog -> hog.send("spin"));
        await().until(() -> Carriers.SHARED.slowLane().isOpen());
        for (int i = 0; i < MANY; i++) {
            Process.spawn(new Restless(done));
        }
        await().until(() -> done.getCount() < MANY / 2);
        stop.set(true);
        await().until(() -> done.getCount() == 0);
        await().untilAsserted(() -> assertThat(idleThreads()).isZero());
    }

    /** Waits and computes, by turns. */
    private static final class Restless extends Process {
        private final CountDownLatch done;

        Restless(CountDownLatch done) {
            this.done = done;
        }

        @Override
        protected void started() throws InterruptedException {
            for (int i = 0; i < 3; i++) {
                Thread.sleep(1);
                for (long end = System.nanoTime() + 10_000_000; System.nanoTime() < end; ) {
                    Thread.onSpinWait();
                }
            }
            done.countDown();
            exit(ExitReason.NORMAL);
        }

        @Override
        protected void handle(Object message) {}
    }

    /** Threads of this program that the kernel serves last. */
    private static long idleThreads() {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.filter(SlowLaneTest::isIdle).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isIdle(Path thread) {
        try {
            // What comes before the name's end may have any number of blanks.
            String text = Files.readString(thread.resolve("stat"));
            String fields = text.substring(text.lastIndexOf(')') + 2);
            return Integer.parseInt(fields.split(" ", -1)[38]) == KernelThreads.IDLE;
        } catch (IOException e) {
            return false; // it has ended
        }
    }
}
