package dev.myriad.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ReliefTest {
    private final Relief relief = new Relief();

    private boolean isDue(long mail) {
        return relief.isDue(
                Map.of("mail", mail, "requests", 0L), Map.of("mail", 100L, "requests", 100L));
    }

    @Test
    void isDueOnceAfterEachTimeOfPressureWhenItHasBeenCalmForLong() {
        for (int attack = 0; attack < 3; attack++) {
            assertThat(isDue(60)).isFalse();
            for (int second = 1; second < Relief.CALM_SECONDS; second++) {
                assertThat(isDue(10)).isFalse();
            }
            assertThat(isDue(10)).isTrue();
            assertThat(isDue(10)).as("once").isFalse();
        }
    }

    @Test
    void waitsWhileMuchIsHeld() {
        assertThat(isDue(60)).isFalse();
        for (int second = 0; second < 10 * Relief.CALM_SECONDS; second++) {
            assertThat(isDue(second % Relief.CALM_SECONDS == 0 ? 30 : 10)).isFalse();
        }
    }

    @Test
    void isNeverDueWithoutPressure() {
        for (int second = 0; second < 10 * Relief.CALM_SECONDS; second++) {
            assertThat(isDue(50)).isFalse();
            assertThat(isDue(0)).isFalse();
        }
    }
}
