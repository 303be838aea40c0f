package dev.myriad.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BudgetTest {
    private static final long BYTES_MAX = 16 << 20;

    private final Budget budget = new Budget(BYTES_MAX);

    /** Grows a holder in steps until it is refused; what it holds then. */
    private long fill(long wanted, long step) {
        long held = 0;
        while (held + step <= wanted && budget.move(held, held + step)) {
            held += step;
        }
        return held;
    }

    @Test
    void chargesTheDifferenceAndGivesItBack() {
        assertThat(budget.move(0, 1_000)).isTrue();
        assertThat(budget.move(1_000, 5_000)).isTrue();
        assertThat(budget.held()).isEqualTo(5_000);
        assertThat(budget.move(5_000, 200)).isTrue();
        assertThat(budget.held()).isEqualTo(200);
        assertThat(budget.move(200, 0)).isTrue();
        assertThat(budget.held()).isZero();
    }

    @Test
    void oneMayHoldMuchWhileThereIsMuch() {
        assertThat(fill(BYTES_MAX * 3 / 4, 64 << 10)).isEqualTo(BYTES_MAX * 3 / 4);
        assertThat(budget.isShort()).isFalse();
    }

    @Test
    void aRefusalChangesNothing() {
        long held = fill(BYTES_MAX, 1_000);
        long before = budget.held();
        assertThat(budget.move(held, held + 1_000)).isFalse();
        assertThat(budget.move(0, BYTES_MAX)).isFalse();
        assertThat(budget.held()).isEqualTo(before);
    }

    @Test
    void whoHoldsMostIsRefusedFirstAndWhoHoldsLittleLast() {
        long large = fill(BYTES_MAX, 4_096);
        assertThat(budget.isShort()).isTrue();
        assertThat(budget.mayHold(large)).isFalse();
        assertThat(budget.mayHold(64 << 10)).isTrue();
        List<Long> crowd = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            crowd.add(fill(1 << 20, 4_096));
        }
        assertThat(crowd.getFirst()).isGreaterThan(256 << 10);
        assertThat(crowd.getLast()).isLessThanOrEqualTo(16 << 10);
        assertThat(fill(500, 500)).as("a neighbour").isEqualTo(500);
        assertThat(budget.mayHold(256 << 10)).isFalse();
        assertThat(budget.held()).isLessThan(BYTES_MAX);
    }

    @Test
    void neverGivesMoreThanThereIsWhateverThreadsDo() throws InterruptedException {
        long seed = System.nanoTime();
        AtomicBoolean exceeded = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            Random random = new Random(seed + t);
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        long[] held = new long[64];
                                        for (int i = 0; i < 300_000; i++) {
                                            int at = random.nextInt(held.length);
                                            long now =
                                                    random.nextInt(3) == 0
                                                            ? 0
                                                            : random.nextInt(1 << 18);
                                            if (budget.move(held[at], now)) {
                                                held[at] = now;
                                            }
                                            if (budget.held() > BYTES_MAX) {
                                                exceeded.set(true);
                                            }
                                        }
                                        for (long left : held) {
                                            budget.move(left, 0);
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(exceeded).as("seed %d", seed).isFalse();
        assertThat(budget.held()).as("seed %d", seed).isZero();
        assertThat(fill(BYTES_MAX / 2, 64 << 10)).isEqualTo(BYTES_MAX / 2);
    }

    @Test
    void aTinyOneStillServesTheSmall() {
        Budget tiny = new Budget(4_096);
        assertThat(tiny.move(0, 512)).isTrue();
        assertThat(tiny.move(512, 0)).isTrue();
        assertThat(tiny.held()).isZero();
    }
}
