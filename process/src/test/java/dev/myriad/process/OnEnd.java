package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a test wait until a process has ended, its {@code terminated} included. */
final class OnEnd extends Watch {
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile ExitReason reason = ExitReason.NO_PROCESS;

    private OnEnd() {}

    /** To be called before the process can have begun to end. */
    static OnEnd of(Process process) {
        OnEnd end = new OnEnd();
        process.push(end);
        return end;
    }

    @Override
    void ended(Process process, ExitReason why) {
        reason = why;
        over.countDown();
    }

    /** Waits; the reason. */
    ExitReason await() {
        try {
            assertThat(over.await(30, TimeUnit.SECONDS)).as("has ended").isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return reason;
    }
}
