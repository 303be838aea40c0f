package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimerTest {
    /** A timer that was set, and the times between which it is due. */
    private record Due(long earliest, long latest) {}

    @Test
    void isNeverEarly() throws Exception {
        record Arrival(Due due, long at) {}
        ConcurrentLinkedQueue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
        Process process =
                new Process() {
                    @Override
                    protected void handle(Object message) {
                        arrivals.add(new Arrival((Due) message, System.nanoTime()));
                    }
                };
        for (int millis = 0; millis < 50; millis++) {
            Duration delay = Duration.ofMillis(millis).plusNanos(999_999L * (millis % 2));
            process.sendAfter(delay, new Due(System.nanoTime() + delay.toNanos(), 0));
        }
        await().atMost(20, TimeUnit.SECONDS).until(() -> arrivals.size() == 50);
        assertThat(arrivals)
                .allSatisfy(
                        arrival ->
                                assertThat(arrival.at() - arrival.due().earliest())
                                        .isNotNegative());
    }

    /** Set by many threads, in no order; to one process they come in theirs. */
    @Test
    void comeInTheOrderOfTheirTime() throws Exception {
        Puppet puppet = new Puppet();
        long seed = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            Random random = new Random(seed + t);
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 1_250; i++) {
                                            long delay = random.nextInt(1, 300) * 1_000_000L;
                                            long before = System.nanoTime();
                                            Stamped stamped = new Stamped();
                                            stamped.earliest = before + delay;
                                            puppet.sendAfter(Duration.ofNanos(delay), stamped);
                                            stamped.latest = System.nanoTime() + delay;
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        await().atMost(20, TimeUnit.SECONDS).until(() -> puppet.received().size() == 10_000);
        long tick = Ticker.TICK_NANOS;
        long latestSoFar = Long.MIN_VALUE;
        for (Object each : puppet.received()) {
            Stamped due = (Stamped) each;
            assertThat(due.latest + 2 * tick).as("seed %d", seed).isGreaterThan(latestSoFar);
            latestSoFar = Math.max(latestSoFar, due.earliest);
        }
    }

    private static final class Stamped {
        volatile long earliest;
        volatile long latest;
    }

    @Test
    void whenCancelledItDoesNotCome() throws Exception {
        Puppet puppet;
        Timer cancelled;
        do { // a machine that stalls may let it come first
            puppet = new Puppet();
            cancelled = puppet.sendAfter(Duration.ofMillis(5), "cancelled");
        } while (!cancelled.cancel());
        assertThat(cancelled.cancel()).isFalse();
        assertThat(cancelled.isPending()).isFalse();
        Puppet waits = puppet;
        waits.sendAfter(Duration.ofMillis(15), "later");
        await().atMost(20, TimeUnit.SECONDS).until(() -> !waits.received().isEmpty());
        assertThat(waits.received()).containsExactly("later");
    }

    /** Each either comes or was cancelled, and never both. */
    @Test
    void cancelRacesWithTheTime() throws Exception {
        int timers = 10_000;
        Puppet puppet = new Puppet();
        AtomicInteger cancelled = new AtomicInteger();
        Random random = new Random(1);
        List<Timer> set = new ArrayList<>();
        for (int i = 0; i < timers; i++) {
            set.add(puppet.sendAfter(Duration.ofNanos(random.nextInt(20_000_000)), i));
            if (i % 2 == 1 && set.get(random.nextInt(set.size())).cancel()) {
                cancelled.incrementAndGet();
            }
        }
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> puppet.received().size() + cancelled.get() >= timers);
        assertThat(puppet.received()).hasSize(timers - cancelled.get()).doesNotHaveDuplicates();
    }

    @Test
    void aDelayOfAgesIsNotDueNow() throws Exception {
        Puppet puppet = new Puppet();
        List<Timer> ages = new ArrayList<>();
        for (Duration delay :
                List.of(
                        Duration.ofNanos(Long.MAX_VALUE),
                        Duration.ofSeconds(Long.MAX_VALUE),
                        Duration.ofDays(10_000))) {
            ages.add(puppet.sendAfter(delay, delay));
        }
        puppet.sendAfter(Duration.ofSeconds(-1), "at once");
        await().atMost(20, TimeUnit.SECONDS).until(() -> !puppet.received().isEmpty());
        assertThat(puppet.received()).containsExactly("at once");
        assertThat(ages).allMatch(Timer::cancel);
    }

    /** Set while there is nothing else to watch, so that the clock's thread sleeps. */
    @Test
    void oneThatIsSetWhileTheClockSleepsFires() throws Exception {
        for (int round = 0; round < 3; round++) {
            Puppet puppet = new Puppet();
            Timer far = puppet.sendAfter(Duration.ofDays(1), "far");
            await().atMost(20, TimeUnit.SECONDS).until(() -> Carriers.SHARED.ticker().isAsleep());
            puppet.sendAfter(Duration.ofMillis(1), "near");
            await().atMost(20, TimeUnit.SECONDS).until(() -> !puppet.received().isEmpty());
            assertThat(puppet.received()).containsExactly("near");
            assertThat(far.cancel()).isTrue();
        }
    }

    /**
     * A cancelled timer is let go at once, though its time is far and the clock's thread sleeps.
     */
    @Test
    void nothingRefersToTimersThatWereCancelled() {
        Puppet puppet = new Puppet();
        Timer farther = puppet.sendAfter(Duration.ofDays(1), "farther");
        await().atMost(20, TimeUnit.SECONDS).until(() -> Carriers.SHARED.ticker().isAsleep());
        Timer first = puppet.sendAfter(Duration.ofDays(2), "cancelled");
        for (int i = 0; i < 1_000; i++) {
            puppet.sendAfter(Duration.ofDays(2), "cancelled").cancel();
        }
        assertThat(first.cancel()).isTrue();
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> first.wheel != null && !first.wheel.hasIncoming());
        assertThat(farther.cancel()).isTrue();
    }
}
