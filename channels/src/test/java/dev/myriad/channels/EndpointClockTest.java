package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.memory.MemoryClient;
import dev.myriad.net.memory.MemoryTransport;
import dev.myriad.process.Alarm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An endpoint goes by its clock. */
@Timeout(60)
class EndpointClockTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Stands still until it is advanced. Thread-safe by its lock. */
    private static final class Still implements EndpointClock {
        private record Due(Instant at, Runnable task, AtomicBoolean over) implements Alarm {
            @Override
            public boolean cancel() {
                return over.compareAndSet(false, true);
            }
        }

        private final List<Due> dues = new ArrayList<>();
        private Instant now = START;

        @Override
        public synchronized Instant instant() {
            return now;
        }

        @Override
        public synchronized Alarm after(Duration delay, Runnable task) {
            Due due = new Due(now.plus(delay), task, new AtomicBoolean());
            dues.add(due);
            return due;
        }

        void advance(Duration by) {
            Instant end = instant().plus(by);
            for (Optional<Due> due = next(end); due.isPresent(); due = next(end)) {
                if (due.get().cancel()) {
                    due.get().task().run();
                }
            }
            synchronized (this) {
                now = end;
            }
        }

        private synchronized Optional<Due> next(Instant end) {
            Optional<Due> next =
                    dues.stream()
                            .filter(due -> !due.at().isAfter(end))
                            .min(Comparator.comparing(Due::at));
            next.ifPresent(
                    due -> {
                        dues.remove(due);
                        now = due.at().isAfter(now) ? due.at() : now;
                    });
            return next;
        }

        synchronized boolean waits() {
            return dues.stream().anyMatch(due -> !due.over().get());
        }
    }

    private final Still clock = new Still();

    private Endpoint.Builder builder() {
        return Endpoint.builder().clock(clock).transport(app -> MemoryTransport.start(1, app));
    }

    private static MemoryClient connect(Endpoint endpoint) {
        return ((MemoryTransport) endpoint.transport()).connect("/s/websocket?vsn=2.0.0");
    }

    @Test
    void connectionsExpireByIt() {
        try (Endpoint endpoint =
                builder()
                        .socket(
                                "/s",
                                socket ->
                                        socket.channel("*", Filter::new)
                                                .connect(
                                                        (_, info) ->
                                                                ConnectResult.ok()
                                                                        .expiresAt(
                                                                                info.now()
                                                                                        .plusSeconds(
                                                                                                3_600))))
                        .start()) {
            MemoryClient client = connect(endpoint);
            assertThat(client.status()).isEqualTo(101);
            await().until(clock::waits);
            clock.advance(Duration.ofSeconds(3_599));
            assertThat(client.closedWith(Duration.ofMillis(50))).isEmpty();
            await().until(clock::waits);
            clock.advance(Duration.ofSeconds(1));
            assertThat(client.closedWith(Duration.ofSeconds(20))).contains(3000);
        }
    }

    @Test
    void ratesAreCountedByIt() {
        try (Endpoint endpoint =
                builder()
                        .limits(Limits.DEFAULT.with(Limit.CONNECTS_PER_SECOND_MAX, 2))
                        .socket("/s", socket -> socket.channel("*", Filter::new))
                        .start()) {
            assertThat(connect(endpoint).status()).isEqualTo(101);
            assertThat(connect(endpoint).status()).isEqualTo(101);
            assertThat(connect(endpoint).status()).isEqualTo(503);
            clock.advance(Duration.ofSeconds(1));
            assertThat(connect(endpoint).status()).isEqualTo(101);
        }
    }

    @Test
    void theMachinesCallsWhenItIsTime() throws InterruptedException {
        EndpointClock system = EndpointClock.system();
        CountDownLatch rung = new CountDownLatch(1);
        Alarm _ =
                system.after(
                        Duration.ofMillis(1),
                        () -> {
                            throw new IllegalStateException("planted");
                        });
        Alarm _ = system.after(Duration.ofMillis(20), rung::countDown);
        assertThat(rung.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(system.after(Duration.ofDays(1), rung::countDown).cancel()).isTrue();
    }
}
