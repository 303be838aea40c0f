package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Signals that overtake messages leave the mailbox whole. */
@Timeout(60)
class SignalOrderTest {
    private static final ExitReason CRASH =
            new ExitReason.Crash(new IllegalStateException("planted"));

    @Test
    void aStopOvertakesWhatWaits() throws Exception {
        Puppet puppet = new Puppet();
        CountDownLatch release = puppet.hold();
        for (int i = 0; i < 1_000; i++) {
            puppet.send(i);
        }
        puppet.stop(ExitReason.NORMAL);
        puppet.send("after");
        release.countDown();
        assertThat(puppet.reason()).isEqualTo(ExitReason.NORMAL);
        assertThat(puppet.received()).isEmpty();
    }

    @Test
    void aStopOvertakesWhatATurnLeftOver() throws Exception {
        Puppet puppet = new Puppet();
        CountDownLatch release = puppet.hold();
        puppet.send("first");
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        puppet.tell(
                _ -> {
                    held.countDown();
                    second.await();
                });
        for (int i = 0; i < 100_000; i++) {
            puppet.send(i);
        }
        release.countDown();
        Puppet.arrives(held);
        puppet.stop(ExitReason.NORMAL);
        second.countDown();
        assertThat(puppet.reason()).isEqualTo(ExitReason.NORMAL);
        assertThat(puppet.received()).hasSizeLessThan(1_000);
    }

    /** Otherwise one sender's stop would wait for another's stale signal. */
    @Test
    void allUrgentSignalsOvertake() throws Exception {
        Puppet puppet = new Puppet();
        CountDownLatch release = puppet.hold();
        puppet.push(new Signal.LinkExit(new Puppet(), CRASH));
        puppet.send("message");
        puppet.stop(ExitReason.NORMAL);
        release.countDown();
        puppet.reason();
        assertThat(puppet.received()).isEmpty();
    }

    /**
     * An exit signal of a process that is no longer linked overtakes and then does nothing; the
     * turn ends among the messages that it overtook while more arrive.
     */
    @Test
    void nothingIsLostWhenTheNewestOvertakesInVain() throws Exception {
        int before = 500;
        Puppet puppet = new Puppet();
        List<Object> expected = new ArrayList<>();
        CountDownLatch release = puppet.hold();
        for (int i = 0; i < before; i++) {
            int number = i;
            puppet.tell(
                    self -> {
                        self.handle(number);
                        self.send("echo " + number);
                    });
            expected.add(i);
        }
        for (int i = 0; i < before; i++) {
            expected.add("echo " + i);
        }
        puppet.push(new Signal.LinkExit(new Puppet(), CRASH));
        release.countDown();
        await().atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(puppet.received()).hasSize(2 * before));
        assertThat(puppet.received()).isEqualTo(expected);
    }

    @Test
    void signalsToOneThatTrapsKeepTheMailboxOrder() throws Exception {
        Puppet puppet = new Puppet();
        Puppet linked = new Puppet();
        puppet.make(
                self -> {
                    self.trapExits(true);
                    self.link(linked);
                });
        linked.flush();
        CountDownLatch release = puppet.hold();
        puppet.send("before");
        linked.endWith(CRASH);
        puppet.send("after");
        release.countDown();
        assertThat(puppet.gets(3)).containsExactly("before", new Exited(linked, CRASH), "after");
    }

    /** Takes and gives processor time as the scheduler does after a turn, beside the next turn. */
    @Test
    void measuringAProcessLosesNoneOfItsState() throws Exception {
        class Flipping extends Process {
            volatile int handled;
            volatile int lost;
            private boolean expected;

            @Override
            @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time writes
            protected void handle(Object message) {
                for (int i = 0; i < 1_000; i++) {
                    if (isTrapping() != expected) {
                        lost++;
                    }
                    expected = !expected;
                    trapExits(expected);
                }
                handled++;
            }
        }
        Flipping flipping = new Flipping();
        int rounds = 2_000;
        for (int i = 0; i < rounds; i++) {
            flipping.send(i);
        }
        while (flipping.handled < rounds) {
            flipping.sample(1_000, 1, false);
        }
        assertThat(flipping.lost).isZero();
    }
}
