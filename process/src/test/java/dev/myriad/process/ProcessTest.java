package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProcessTest {
    /** Remembers what it handled and how it ended. */
    private static class Recorder extends Process {
        final List<Object> handled = new ArrayList<>();
        final AtomicReference<ExitReason> ended = new AtomicReference<>();
        final AtomicInteger ends = new AtomicInteger();

        @Override
        protected void handle(Object message) throws Exception {
            handled.add(message);
            switch (message) {
                case Exception crash -> throw crash;
                case Error crash -> throw crash;
                case ExitReason reason -> exit(reason);
                case CountDownLatch latch -> latch.countDown();
                default -> {}
            }
        }

        @Override
        protected void terminated(ExitReason reason) {
            ends.incrementAndGet();
            ended.set(reason);
        }
    }

    private static void flush(Process process) throws InterruptedException {
        CountDownLatch latch = new CountDownLatch(1);
        process.send(latch);
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void handlesMessagesInTheOrderSent() throws Exception {
        Recorder process = new Recorder();
        for (int i = 0; i < 10_000; i++) {
            process.send(i);
        }
        flush(process);
        assertThat(process.handled).hasSize(10_001);
        for (int i = 0; i < 10_000; i++) {
            assertThat(process.handled.get(i)).isEqualTo(i);
        }
    }

    @Test
    void aMessageThatIsItsOwnNodeArrivesAsItself() throws Exception {
        Message own = new Message() {};
        Recorder process = new Recorder();
        process.send(own);
        flush(process);
        assertThat(process.handled.getFirst()).isSameAs(own);
    }

    @Test
    void aCrashEndsThatProcessOnly() throws Exception {
        Recorder crashing = new Recorder();
        Recorder other = new Recorder();
        IllegalStateException cause = new IllegalStateException("planted");
        crashing.send("before");
        crashing.send(cause);
        crashing.send("after");
        other.send("hello");
        await().until(() -> crashing.ended.get() != null);
        flush(other);

        assertThat(crashing.ended.get()).isEqualTo(new ExitReason.Crash(cause));
        assertThat(crashing.handled).containsExactly("before", cause);
        assertThat(crashing.isAlive()).isFalse();
        assertThat(other.isAlive()).isTrue();
    }

    @Test
    void anErrorIsACrashToo() {
        Recorder process = new Recorder();
        process.send(new StackOverflowError("planted"));
        await().until(() -> process.ended.get() instanceof ExitReason.Crash);
    }

    @Test
    void exitEndsAfterTheCurrentMessageAndDropsTheRest() {
        Recorder process = new Recorder();
        ExitReason reason = new ExitReason.Shutdown("enough");
        process.send(reason);
        process.send("dropped");
        await().until(() -> process.ended.get() != null);
        process.send("dropped too");

        assertThat(process.ended.get()).isSameAs(reason);
        assertThat(process.handled).containsExactly(reason);
        assertThat(process.ends).hasValue(1);
    }

    @Test
    void aFailureInTerminatedIsLoggedAndHarmless() throws Exception {
        Process process =
                new Process() {
                    @Override
                    protected void handle(Object message) {
                        exit(ExitReason.NORMAL);
                    }

                    @Override
                    protected void terminated(ExitReason reason) {
                        throw new IllegalStateException("planted");
                    }
                };
        process.send("end");
        await().until(() -> !process.isAlive());
        flush(new Recorder());
    }

    @Test
    void anInterruptOfOneProcessDoesNotReachAnother() throws Exception {
        AtomicInteger interrupted = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(200);
        for (int i = 0; i < 200; i++) {
            new Process() {
                @Override
                protected void handle(Object message) {
                    if (Thread.interrupted()) {
                        interrupted.incrementAndGet();
                    }
                    Thread.currentThread().interrupt();
                    done.countDown();
                }
            }.send("go");
        }
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupted).hasValue(0);
    }
}
