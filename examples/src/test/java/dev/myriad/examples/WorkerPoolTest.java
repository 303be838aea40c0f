package dev.myriad.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.myriad.process.CallException;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
    @Test
    void aCrashFailsItsOwnJobOnly() {
        WorkerPool pool = new WorkerPool(2);
        assertThat(pool.measure("/")).isEqualTo("contents of /".length());
        assertThatThrownBy(() -> pool.measure(""))
                .isInstanceOf(CallException.class)
                .hasCauseInstanceOf(IllegalArgumentException.class);
        await().ignoreExceptions() // while the worker is being started again there is none
                .untilAsserted(
                        () -> {
                            for (int i = 0; i < 4; i++) {
                                assertThat(pool.measure("/a")).isEqualTo("contents of /a".length());
                            }
                        });
    }
}
