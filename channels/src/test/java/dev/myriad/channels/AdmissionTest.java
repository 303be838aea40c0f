package dev.myriad.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.myriad.net.Connection;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Network;
import dev.myriad.net.engine.LimitCounter;
import dev.myriad.net.engine.LimitCounters;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Limits by the second, on a clock that the test sets. */
class AdmissionTest {
    private static final Limits NONE =
            Limits.DEFAULT
                    .with(Limit.CONNECTION_JOINS_PER_SECOND_MAX, 0)
                    .with(Limit.CONNECTION_EVENTS_PER_SECOND_MAX, 0)
                    .with(Limit.CONNECTS_PER_SECOND_MAX, 0)
                    .with(Limit.JOINS_PER_SECOND_MAX, 0);
    private static final InetSocketAddress PEER = new InetSocketAddress("10.0.0.1", 1);

    private long nowNanos = -5; // a clock may begin anywhere

    /** A connection that only has a peer. */
    private record From(InetSocketAddress peer) implements Connection {
        static From of(String address) {
            return new From(new InetSocketAddress(address, 1));
        }

        @Override
        public void send(byte[] frames) {}

        @Override
        public void close(int code, String reason) {}

        @Override
        public void execute(Runnable task) {}
    }

    private Admission admission(Limits limits) {
        return new Admission(limits, () -> nowNanos);
    }

    private void pass(long millis) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** How many of a hundred events of a connection that has sent nothing pass at this moment. */
    private static int events(Admission admission, Connection connection) {
        long pace = admission.pace(0);
        int admitted = 0;
        for (int i = 0; i < 100; i++) {
            if (admission.admitsEvent(pace, connection)) {
                pace = Pace.plusEvent(pace);
                admitted++;
            }
        }
        return admitted;
    }

    private static int joins(Admission admission, Connection connection) {
        long pace = admission.pace(0);
        int admitted = 0;
        for (int i = 0; i < 100; i++) {
            if (admission.admitsJoin(pace, connection)) {
                pace = Pace.plusJoin(pace);
                admitted++;
            }
        }
        return admitted;
    }

    private static int connects(Admission admission) {
        int admitted = 0;
        for (int i = 0; i < 1_000; i++) {
            admitted += admission.admitsConnect(PEER) ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void aConnectionHasItsOwnEventsAndJoinsInEachSecond() {
        Admission admission =
                admission(
                        NONE.with(Limit.CONNECTION_EVENTS_PER_SECOND_MAX, 7)
                                .with(Limit.CONNECTION_JOINS_PER_SECOND_MAX, 3));
        From one = From.of("10.0.0.1");
        assertThat(events(admission, one)).isEqualTo(7);
        assertThat(joins(admission, one)).isEqualTo(3);
        assertThat(events(admission, one)).as("another connection").isEqualTo(7);
        assertThat(admission.counts())
                .containsEntry("connectionEventsPerSecondMax", 186L)
                .containsEntry("connectionJoinsPerSecondMax", 97L)
                .containsEntry("addressEventsPerSecondMax", 0L);
    }

    @Test
    void aPaceIsForgottenWithItsSecond() {
        Admission admission = admission(NONE.with(Limit.CONNECTION_EVENTS_PER_SECOND_MAX, 2));
        long pace = Pace.plusJoin(Pace.plusEvent(Pace.plusEvent(admission.pace(0))));
        assertThat(admission.admitsEvent(pace, From.of("10.0.0.1"))).isFalse();
        pass(999);
        assertThat(admission.pace(pace)).isEqualTo(pace);
        pass(1);
        long next = admission.pace(pace);
        assertThat(Pace.events(next)).isZero();
        assertThat(Pace.joins(next)).isZero();
        assertThat(admission.admitsEvent(next, From.of("10.0.0.1"))).isTrue();
        pass(3_600_000);
        assertThat(Pace.events(admission.pace(Pace.plusEvent(next)))).isZero();
    }

    @Test
    void aPaceHoldsAsManyAsTheLimitsAllow() {
        long pace = Pace.in(65_535, 0);
        for (int i = 0; i < 65_535; i++) {
            pace = Pace.plusEvent(Pace.plusJoin(pace));
        }
        assertThat(Pace.joins(pace)).isEqualTo(65_535);
        assertThat(Pace.events(pace)).isEqualTo(65_535);
        assertThat(Pace.in(65_535, pace)).isEqualTo(pace);
        assertThatThrownBy(() -> NONE.with(Limit.CONNECTION_JOINS_PER_SECOND_MAX, 65_536))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theConnectionsOfAnAddressShareItsEventsAndJoins() {
        Admission admission =
                admission(
                        NONE.with(Limit.ADDRESS_EVENTS_PER_SECOND_MAX, 5)
                                .with(Limit.ADDRESS_JOINS_PER_SECOND_MAX, 4));
        assertThat(events(admission, From.of("10.0.0.1"))).isEqualTo(5);
        assertThat(events(admission, From.of("10.0.0.1"))).isZero();
        assertThat(events(admission, From.of("10.0.0.2"))).isEqualTo(5);
        assertThat(joins(admission, From.of("10.0.0.1"))).isEqualTo(4);
        assertThat(events(admission, From.of("2001:db8:1:1::1"))).isEqualTo(5);
        assertThat(events(admission, From.of("2001:db8:1:1::2"))).as("same network").isZero();
        assertThat(admission.addresses()).isEqualTo(4);
        pass(1_000);
        assertThat(events(admission, From.of("10.0.0.1"))).isEqualTo(5);
        assertThat(admission.counts())
                .containsEntry("addressEventsPerSecondMax", 580L)
                .containsEntry("addressJoinsPerSecondMax", 96L);
    }

    @Test
    void addressesAreForgottenWithTheirSecondAndBounded() {
        Limit limit = Limit.ADDRESSES_COUNTED_MAX;
        LimitCounter counter = new LimitCounters(NONE, Set.of(limit)).of(limit);
        AddressPaces paces = new AddressPaces(1, 1_000, counter);
        for (int i = 0; i < 1_000; i++) {
            assertThat(paces.take(0, new Network(false, i))).isTrue();
        }
        Network late = new Network(false, -1);
        assertThat(paces.take(0, new Network(false, 0))).isFalse();
        assertThat(paces.take(0, late)).as("not counted").isTrue();
        assertThat(paces.take(0, late)).as("not counted").isTrue();
        assertThat(paces.addresses()).isEqualTo(1_000);
        assertThat(counter.count()).isEqualTo(2);
        assertThat(paces.take(1, late)).isTrue();
        assertThat(paces.take(1, late)).isFalse();
        assertThat(paces.take(0, late)).as("a thread that is late").isFalse();
        assertThat(paces.addresses()).isEqualTo(1);
    }

    @Test
    void withoutLimitsByAddressNoAddressIsKept() {
        Admission admission = admission(Limits.DEFAULT);
        assertThat(events(admission, From.of("10.0.0.1"))).isEqualTo(100);
        assertThat(joins(admission, From.of("10.0.0.1"))).isEqualTo(100);
        assertThat(admission.addresses()).isZero();
    }

    @Test
    void connectsAreASecondsWorthAtOnceAndThenTheirRate() {
        Admission admission = admission(NONE.with(Limit.CONNECTS_PER_SECOND_MAX, 50));
        assertThat(connects(admission)).isEqualTo(50);
        pass(100);
        assertThat(connects(admission)).isEqualTo(5);
        pass(10);
        assertThat(connects(admission)).isZero();
        pass(10);
        assertThat(connects(admission)).isEqualTo(1);
        pass(3_600_000);
        assertThat(connects(admission)).isEqualTo(50);
        assertThat(admission.counts()).containsEntry("connectsPerSecondMax", 4_894L);
        assertThat(connects(admission(NONE))).isEqualTo(1_000);
    }

    @Test
    void manyThreadsShareOneBucket() throws InterruptedException {
        TokenBucket bucket = new TokenBucket(10_000, 0);
        AtomicInteger taken = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int i = 0; i < 5_000; i++) {
                                            if (bucket.take(0)) {
                                                taken.incrementAndGet();
                                            }
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(taken.get()).isEqualTo(10_000);
    }

    @Test
    void aJoinHasOneObstacleAtATime() {
        Admission admission =
                admission(
                        NONE.with(Limit.CHANNELS_PER_CONNECTION_MAX, 10)
                                .with(Limit.JOINS_PER_SECOND_MAX, 2));
        From one = From.of("10.0.0.1");
        assertThat(admission.obstacle(256, 0, true, one)).contains(Words.TOPIC_TOO_LONG);
        assertThat(admission.obstacle(255, 10, true, one)).contains(Words.TOO_MANY_CHANNELS);
        assertThat(admission.obstacle(1, 1, false, one)).contains(Words.TOO_MANY_JOINS);
        assertThat(admission.obstacle(1, 9, true, one)).isEmpty();
        assertThat(admission.obstacle(1, 0, true, one)).isEmpty();
        assertThat(admission.obstacle(1, 0, true, one)).contains(Words.OVERLOADED);
        assertThat(admission.counts())
                .containsEntry("topicBytesMax", 1L)
                .containsEntry("channelsPerConnectionMax", 1L)
                .containsEntry("joinsWaitingMax", 1L)
                .containsEntry("joinsPerSecondMax", 1L);
    }

    @Test
    void senselessLimitsAreRefused() {
        assertThatThrownBy(() -> NONE.with(Limit.CHANNELS_PER_CONNECTION_MAX, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NONE.with(Limit.CONNECTS_PER_SECOND_MAX, -1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
