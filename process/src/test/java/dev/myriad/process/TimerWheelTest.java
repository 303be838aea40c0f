package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The wheel against a model that is a map; its time is the test's. */
@Timeout(60)
class TimerWheelTest {
    private static final long DELAY_MAX = 1_000_000_000;

    /** Has no process behind it: what has fired is no longer pending. */
    private static Timer timer(long dueTick) {
        Timer timer = new Timer(new Puppet(), "message");
        timer.dueTick = dueTick;
        return timer;
    }

    private static void assertFires(Map<Timer, Long> model, long before, String seed) {
        model.entrySet()
                .removeIf(
                        entry -> {
                            boolean due = entry.getValue() < before;
                            assertThat(entry.getKey().isPending())
                                    .as("due at %d, it is %d, %s", entry.getValue(), before, seed)
                                    .isEqualTo(!due);
                            return due;
                        });
    }

    @Test
    void eachFiresInItsTickWhateverTheDelays() {
        long base = System.nanoTime();
        for (int run = 0; run < 15; run++) {
            String seed = "seed " + (base + run);
            Random random = new Random(base + run);
            long now = random.nextLong(DELAY_MAX);
            TimerWheel wheel = new TimerWheel(now);
            Map<Timer, Long> model = new HashMap<>();
            for (int step = 0; step < 300; step++) {
                for (int i = random.nextInt(5); i > 0; i--) {
                    // All magnitudes alike.
                    long due = now + random.nextLong(1L << random.nextInt(1, 30));
                    Timer timer = timer(due);
                    model.put(timer, due);
                    wheel.add(timer);
                }
                for (int i = random.nextInt(3); i > 0 && !model.isEmpty(); i--) {
                    Timer timer = model.keySet().iterator().next();
                    if (random.nextBoolean()) {
                        wheel.advance(now); // takes it in first
                    }
                    assertThat(timer.cancel()).isTrue();
                    wheel.remove(timer);
                    model.remove(timer);
                }
                wheel.advance(now);
                assertThat(wheel.nextTick()).as(seed).isGreaterThanOrEqualTo(now);
                for (long due : model.values()) {
                    assertThat(wheel.nextTick()).as(seed).isLessThanOrEqualTo(due);
                }
                now += random.nextLong(1L << random.nextInt(1, 22));
                wheel.advance(now);
                assertFires(model, now, seed);
            }
        }
    }

    /** Its bucket is that of the farthest tick that the wheels reach. */
    @Test
    void oneThatIsFartherThanTheWheelsReachWaits() {
        long start = 12_345;
        long due = start + (1L << 32) + 777;
        TimerWheel wheel = new TimerWheel(start);
        Timer far = timer(due);
        wheel.add(far);
        wheel.advance(start + (1L << 26) + 1);
        assertThat(far.isPending()).isTrue();
        assertThat(far.cancel()).isTrue();
        wheel.remove(far);
        wheel.advance(start + (1L << 26) + 2);
        assertThat(wheel.nextTick()).isGreaterThan(TimeUnit.DAYS.toMillis(36_500));
    }

    @Test
    void ofTheWheelNothingRefersToACancelledTimer() {
        TimerWheel wheel = new TimerWheel(0);
        Timer before = timer(1_000_000);
        Timer cancelled = timer(1_000_000);
        Timer after = timer(1_000_000);
        wheel.add(before);
        wheel.add(cancelled);
        wheel.add(after);
        wheel.advance(5);
        cancelled.cancel();
        wheel.remove(cancelled);
        wheel.advance(6);
        assertThat(before.next).isNotSameAs(cancelled);
        assertThat(before.previous).isNotSameAs(cancelled);
        assertThat(after.next).isNotSameAs(cancelled);
        assertThat(after.previous).isNotSameAs(cancelled);
        assertThat(cancelled.bucket).isNegative();
        assertThat(wheel.hasIncoming()).isFalse();
    }
}
