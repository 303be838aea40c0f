package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.log.Log;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StartAndEndTest {
    private static final ExitReason SHUTDOWN = new ExitReason.Shutdown("planted");

    @Test
    void startedRunsOnceAndFirst() throws Exception {
        AtomicInteger starts = new AtomicInteger();
        Puppet puppet =
                new Puppet() {
                    @Override
                    protected void started() throws Exception {
                        starts.incrementAndGet();
                        handle("started");
                    }
                };
        Process.spawn(puppet).send("message");
        assertThat(puppet.gets(2)).containsExactly("started", "message");
        assertThat(starts).hasValue(1);
    }

    @Test
    void exitAtTheStartHandlesNothing() throws Exception {
        Puppet puppet =
                new Puppet() {
                    @Override
                    protected void started() {
                        stash("stashed");
                        exit(SHUTDOWN);
                    }
                };
        puppet.send("message");
        assertThat(puppet.reason()).isEqualTo(SHUTDOWN);
        assertThat(puppet.received()).isEmpty();
    }

    @Test
    void exitInTerminatedChangesNothing() throws Exception {
        AtomicInteger ends = new AtomicInteger();
        Puppet puppet =
                new Puppet() {
                    @Override
                    protected void terminated(ExitReason reason) {
                        ends.incrementAndGet();
                        exit(ExitReason.NORMAL);
                        send("to itself");
                        super.terminated(reason);
                    }
                };
        Puppet witness = new Puppet();
        witness.make(self -> self.monitor(puppet));
        puppet.stop(SHUTDOWN);
        assertThat(((Down) witness.gets(1).getFirst()).reason()).isEqualTo(SHUTDOWN);
        assertThat(puppet.reason()).isEqualTo(SHUTDOWN);
        assertThat(ends).hasValue(1);
        assertThat(puppet.received()).isEmpty();
    }

    @Test
    void aCrashInTerminatedIsLoggedAndTheReasonStays() throws Exception {
        List<Journal.Entry> entries = crashInTerminated();
        while (entries.isEmpty()) { // others may have used up the second's share of the log
            entries = crashInTerminated();
        }
        assertThat(entries).hasSize(1);
    }

    /** What was logged of it. */
    private static List<Journal.Entry> crashInTerminated() throws Exception {
        Puppet puppet =
                new Puppet() {
                    @Override
                    protected void terminated(ExitReason reason) {
                        throw new IllegalStateException("planted in terminated");
                    }
                };
        Puppet witness = new Puppet();
        witness.make(self -> self.monitor(puppet));
        puppet.stop(SHUTDOWN);
        assertThat(((Down) witness.gets(1).getFirst()).reason()).isEqualTo(SHUTDOWN);
        assertThat(Log.flush(Duration.ofSeconds(20))).isTrue();
        return Journal.entries(
                entry -> entry.text().contains("its end") && entry.text().contains(puppet.name()));
    }

    @Test
    void aCrashAfterExitIsACrash() throws Exception {
        Puppet puppet = new Puppet();
        IllegalStateException planted = new IllegalStateException("planted");
        puppet.tell(
                self -> {
                    self.exit(SHUTDOWN);
                    throw planted;
                });
        assertThat(puppet.reason()).isEqualTo(new ExitReason.Crash(planted));
    }

    @Test
    void selfIsTheProcessWhoseHandlerRuns() throws Exception {
        Puppet puppet = new Puppet();
        AtomicReference<@Nullable Process> self = new AtomicReference<>();
        puppet.make(_ -> self.set(Process.self()));
        assertThat(self.get()).isSameAs(puppet);
        assertThat(Process.self()).isNull();
    }

    @Test
    void anInterruptOfABlockedHandlerReachesThatProcessOnly() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();
        CountDownLatch blocked = new CountDownLatch(1);
        Puppet puppet = new Puppet();
        puppet.tell(
                _ -> {
                    thread.set(Thread.currentThread());
                    blocked.countDown();
                    new CountDownLatch(1).await();
                });
        Puppet.arrives(blocked);
        thread.get().interrupt();
        assertThat(puppet.reason())
                .isInstanceOfSatisfying(
                        ExitReason.Crash.class,
                        crash ->
                                assertThat(crash.cause()).isInstanceOf(InterruptedException.class));
    }
}
