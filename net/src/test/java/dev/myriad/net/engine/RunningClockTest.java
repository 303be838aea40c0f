package dev.myriad.net.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RunningClockTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may wrap
    private final RunningClock clock = new RunningClock(nanos::get);

    private long after(Duration step) {
        nanos.addAndGet(step.toNanos());
        return clock.nanos();
    }

    @Test
    void goesAsTimeDoesWhileItIsLookedAt() {
        long time = 0;
        for (int i = 0; i < 100; i++) {
            time = after(Duration.ofMillis(50));
            assertThat(clock.stoodStill()).isFalse();
        }
        assertThat(time).isEqualTo(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void leavesOutWhatNobodySaw() {
        assertThat(after(Duration.ofMinutes(1))).isEqualTo(RunningClock.STEP_NANOS_MAX);
        assertThat(clock.stoodStill()).isTrue();
        assertThat(after(Duration.ofNanos(1))).isEqualTo(RunningClock.STEP_NANOS_MAX + 1);
        assertThat(clock.stoodStill()).isFalse();
    }
}
