package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BoundTest {
    private static final ExitReason SHUTDOWN = new ExitReason.Shutdown("planted");

    private record Ask() implements Request<String> {}

    private record Stashed(int number) {}

    /** Answers calls, and stashes what says so until it is told otherwise. */
    private static class Bounded extends Puppet {
        boolean stashing = true;

        Bounded(int limit, Overflow overflow) {
            limit(limit, overflow);
        }

        @Override
        protected void handle(Object message) throws Exception {
            switch (message) {
                case Call(Ask _, Caller caller) -> caller.reply("answer");
                case Stashed _ when stashing -> stash(message);
                default -> super.handle(message);
            }
        }

        int waiting() {
            return Objects.requireNonNull(extension().bound).waiting();
        }
    }

    private static Thread started(Runnable work) {
        Thread thread = Thread.ofPlatform().start(work);
        await().pollInterval(Duration.ofMillis(1))
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> thread.getState() != Thread.State.RUNNABLE);
        return thread;
    }

    @Test
    void dropsAndCounts() throws Exception {
        Bounded process = new Bounded(3, Overflow.DROP);
        CountDownLatch release = process.hold();
        for (int i = 0; i < 10; i++) {
            process.send(i);
        }
        assertThat(process.info().overflows()).isEqualTo(8);
        release.countDown();
        await().pollInterval(Duration.ofMillis(1))
                .atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(process.received()).containsExactly(0, 1));
    }

    @Test
    void refusesAndCounts() throws Exception {
        Bounded process = new Bounded(2, Overflow.REFUSE);
        CountDownLatch release = process.hold();
        process.send("fits");
        assertThatThrownBy(() -> process.send("does not")).isInstanceOf(MailboxFullException.class);
        assertThat(process.info().overflows()).isEqualTo(1);
        release.countDown();
        await().pollInterval(Duration.ofMillis(1))
                .atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(process.received()).containsExactly("fits"));
    }

    @Test
    void aCallThatIsDroppedFailsAtOnce() throws Exception {
        Bounded process = new Bounded(1, Overflow.DROP);
        CountDownLatch release = process.hold();
        assertThatThrownBy(() -> process.call(new Ask(), Duration.ofDays(1)))
                .isInstanceOf(CallException.class)
                .hasCauseInstanceOf(MailboxFullException.class);
        release.countDown();
    }

    @Test
    void whoWaitsGoesOnWhenThereIsRoom() throws Exception {
        Bounded process = new Bounded(1, Overflow.WAIT);
        CountDownLatch release = process.hold();
        Thread sender = started(() -> process.send("waited"));
        assertThat(sender.isAlive()).isTrue();
        release.countDown();
        assertThat(sender.join(Duration.ofSeconds(20))).isTrue();
        assertThat(process.gets(1)).containsExactly("waited");
    }

    @Test
    void whoWaitsGoesOnWhenTheProcessEnds() throws Exception {
        Bounded process = new Bounded(1, Overflow.WAIT);
        CountDownLatch release = process.hold();
        Thread sender = started(() -> process.send("dropped"));
        process.stop(SHUTDOWN);
        release.countDown();
        assertThat(sender.join(Duration.ofSeconds(20))).isTrue();
        assertThat(process.reason()).isEqualTo(SHUTDOWN);
    }

    @Test
    void aCallThatWaitsForRoomHearsOfTheEnd() throws Exception {
        Bounded process = new Bounded(1, Overflow.WAIT);
        CountDownLatch release = process.hold();
        CallException[] failure = new CallException[1];
        Thread caller =
                started(
                        () -> {
                            try {
                                process.call(new Ask(), Duration.ofDays(1));
                            } catch (CallException e) {
                                failure[0] = e;
                            }
                        });
        process.stop(SHUTDOWN);
        release.countDown();
        assertThat(caller.join(Duration.ofSeconds(20))).isTrue();
        assertThat(failure[0].code()).isEqualTo(CallException.Code.EXITED);
    }

    @Test
    void aCallWaitsForRoomNoLongerThanItsTimeout() throws Exception {
        Bounded process = new Bounded(1, Overflow.WAIT);
        CountDownLatch release = process.hold();
        assertThatThrownBy(() -> process.call(new Ask(), Duration.ofMillis(5)))
                .isInstanceOfSatisfying(
                        CallException.class,
                        e -> assertThat(e.code()).isEqualTo(CallException.Code.TIMEOUT));
        release.countDown();
    }

    @Test
    void anInterruptEndsACallThatWaitsForRoom() throws Exception {
        Bounded process = new Bounded(1, Overflow.WAIT);
        CountDownLatch release = process.hold();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> process.call(new Ask(), Duration.ofDays(1)))
                .isInstanceOfSatisfying(
                        CallException.class,
                        e -> assertThat(e.code()).isEqualTo(CallException.Code.INTERRUPTED));
        assertThat(Thread.interrupted()).isTrue();
        release.countDown();
    }

    /** It waits, rather than spins: else its state would be runnable. */
    @Test
    void aSendThatIsInterruptedWaitsOnAndKeepsTheInterrupt() throws Exception {
        Bounded process = new Bounded(1, Overflow.WAIT);
        CountDownLatch release = process.hold();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread sender =
                started(
                        () -> {
                            Thread.currentThread().interrupt();
                            process.send("waited");
                            interrupted.set(Thread.interrupted());
                        });
        await().pollInterval(Duration.ofMillis(1))
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> sender.getState() == Thread.State.TIMED_WAITING);
        release.countDown();
        assertThat(sender.join(Duration.ofSeconds(20))).isTrue();
        assertThat(interrupted).isTrue();
        assertThat(process.gets(1)).containsExactly("waited");
    }

    @Test
    void aProcessDoesNotWaitForRoomInItsOwnMailbox() throws Exception {
        Bounded process = new Bounded(1, Overflow.WAIT);
        process.tell(self -> self.send("never fits"));
        assertThat(process.reason())
                .isInstanceOfSatisfying(
                        ExitReason.Crash.class,
                        crash ->
                                assertThat(crash.cause())
                                        .isInstanceOf(IllegalStateException.class));
    }

    /** One that was full when it ended is no longer full: what is sent to it is dropped. */
    @Test
    void oneThatHasEndedRefusesNothing() throws Exception {
        CountDownLatch ending = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Bounded process =
                new Bounded(1, Overflow.REFUSE) {
                    @Override
                    protected void terminated(ExitReason reason) {
                        ending.countDown();
                        try {
                            Puppet.arrives(release);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                };
        CountDownLatch held = process.hold();
        process.stop(SHUTDOWN);
        Objects.requireNonNull(process.extension().bound).entered();
        held.countDown();
        Puppet.arrives(ending);
        process.send("dropped");
        release.countDown();
    }

    /** Signals, timers, calls, stashes: whatever happens, the count returns to nothing. */
    @Test
    void theCountDoesNotDrift() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Bounded process = new Bounded(1_000_000, Overflow.DROP);
        Puppet other = new Puppet();
        for (int i = 0; i < 20_000; i++) {
            int number = i;
            switch (random.nextInt(10)) {
                case 0 -> process.send(new Stashed(i));
                case 1 -> process.tell(Puppet::unstashAll);
                case 2 -> process.sendAfter(Duration.ZERO, i);
                case 3 -> process.tell(self -> self.demonitor(self.monitor(other)));
                case 4 ->
                        process.tell(
                                self -> {
                                    self.link(other);
                                    self.unlink(other);
                                });
                case 5 -> {
                    Puppet ended = new Puppet();
                    process.tell(
                            self -> {
                                self.monitor(ended);
                                ended.stop(ExitReason.NORMAL);
                            });
                }
                case 6 -> process.call(new Ask());
                case 7 -> process.send(new Message() {});
                case 8 ->
                        process.tell(
                                self -> {
                                    self.stash(new Stashed(number));
                                    self.unstashAll();
                                });
                default -> process.send(i);
            }
        }
        process.make(
                self -> {
                    process.stashing = false;
                    self.unstashAll();
                });
        process.flush();
        await().pollInterval(Duration.ofMillis(1))
                .atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(process.waiting()).as("seed %d", seed).isZero());
        assertThat(process.info().mailbox()).isZero();
    }
}
