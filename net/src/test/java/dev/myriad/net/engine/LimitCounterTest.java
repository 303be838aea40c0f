package dev.myriad.net.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a limit that is exceeded leaves behind. */
class LimitCounterTest {
    private static final InetSocketAddress PEER = new InetSocketAddress("10.0.0.1", 4711);
    private static final AtomicInteger NEXT = new AtomicInteger();

    private final Logger logger = Logger.getLogger("dev.myriad.Limits");
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final String limit = "limit" + NEXT.incrementAndGet() + "Max";
    private final Handler keeper =
            new Handler() {
                @Override
                public void publish(LogRecord entry) {
                    // What another test exceeded is logged by threads that may come late.
                    if (entry.getMessage().contains(limit)) {
                        lines.add(entry.getLevel() + " " + entry.getMessage());
                    }
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @BeforeEach
    void listen() {
        logger.addHandler(keeper);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(keeper);
    }

    @Test
    void everyExcessIsCountedAndTheFirstOfASecondLogged() {
        LimitCounter counter = LimitCounter.of(limit, 3);
        long start = System.nanoTime();
        for (int i = 0; i < 10_000; i++) {
            counter.exceeded(PEER);
        }
        assertThat(counter.count()).isEqualTo(10_000);
        await().until(() -> !lines.isEmpty());
        assertThat(lines.element())
                .isEqualTo(
                        "WARNING limit "
                                + limit
                                + " = 3 exceeded by /10.0.0.1:4711, 1 times so far");
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        assertThat(lines.size()).isLessThanOrEqualTo((int) seconds + 1);
    }

    @Test
    void aTimeThatPassesIsNoReasonToWarn() {
        LimitCounter.ofTime(limit, 50).exceeded();
        await().until(() -> !lines.isEmpty());
        assertThat(lines)
                .containsExactly(
                        "INFO limit "
                                + limit
                                + " = 50 exceeded by an unknown address, 1 times so far");
    }

    @Test
    void whoIsNearItIsNamedButNotCounted() {
        LimitCounter counter = LimitCounter.of(limit, 5);
        counter.nearlyExceeded(4, PEER);
        counter.nearlyExceeded(5, PEER);
        await().until(() -> !lines.isEmpty());
        assertThat(lines)
                .containsExactly(
                        "WARNING limit " + limit + " = 5 nearly reached by /10.0.0.1:4711: 4");
        assertThat(counter.count()).isZero();
    }

    @Test
    void countsAreListedInOrder() {
        LimitCounter b = LimitCounter.of("b", 1);
        LimitCounter a = LimitCounter.of("a", 1);
        a.exceeded();
        assertThat(LimitCounter.counts(List.of(b, a)).toString()).isEqualTo("{b=0, a=1}");
    }
}
