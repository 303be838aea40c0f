package dev.myriad.net.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.Set;
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
    private static final AtomicInteger NEXT = new AtomicInteger(77_000);

    private final Logger logger = Logger.getLogger("dev.myriad.Limits");
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final int bound = NEXT.incrementAndGet();
    private final Handler keeper =
            new Handler() {
                @Override
                public void publish(LogRecord entry) {
                    // What another test exceeded is logged by threads that may come late.
                    if (entry.getMessage().contains(" = " + bound + " ")) {
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
        LimitCounter counter = new LimitCounter(Limit.HEADERS_MAX, bound);
        long start = System.nanoTime();
        for (int i = 0; i < 10_000; i++) {
            counter.exceeded(PEER);
        }
        assertThat(counter.count()).isEqualTo(10_000);
        await().until(() -> !lines.isEmpty());
        assertThat(lines.element())
                .isEqualTo("WARNING limit headersMax = " + bound + " exceeded by /10.0.0.1:4711");
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        assertThat(lines.size()).isLessThanOrEqualTo((int) seconds + 2);
    }

    @Test
    void aTimeThatPassesIsNoReasonToWarn() {
        new LimitCounter(Limit.IDLE_MILLIS, bound).exceeded();
        await().until(() -> !lines.isEmpty());
        assertThat(lines)
                .containsExactly(
                        "INFO limit idleMillis = " + bound + " exceeded by an unknown address");
    }

    @Test
    void whoIsNearItIsNamedButNotCounted() {
        LimitCounter counter = new LimitCounter(Limit.HEADERS_MAX, bound);
        counter.nearlyExceeded(4, PEER);
        counter.nearlyExceeded(5, PEER);
        await().until(() -> !lines.isEmpty());
        assertThat(lines)
                .containsExactly(
                        "WARNING limit headersMax = "
                                + bound
                                + " nearly reached by /10.0.0.1:4711: 4");
        assertThat(counter.count()).isZero();
    }

    @Test
    void countsAreListedInTheOrderOfTheLimits() {
        LimitCounters counters =
                new LimitCounters(Limits.DEFAULT, Set.of(Limit.IDLE_MILLIS, Limit.CONNECTIONS_MAX));
        counters.of(Limit.IDLE_MILLIS).exceeded();
        assertThat(counters.counts().toString()).isEqualTo("{connectionsMax=0, idleMillis=1}");
        assertThatThrownBy(() -> counters.of(Limit.HEADERS_MAX))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
