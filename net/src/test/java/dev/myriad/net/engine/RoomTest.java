package dev.myriad.net.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.myriad.net.Connection;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How many connections an address may have. */
class RoomTest {
    private final Room room = room(Limits.DEFAULT.with(Limit.CONNECTIONS_PER_ADDRESS_MAX, 2));

    /** A connection that only has a peer. */
    private static Room room(Limits limits) {
        return new Room(limits, Memory.of(limits));
    }

    private record From(InetSocketAddress peer) implements Connection {
        From(String address, int port) {
            this(new InetSocketAddress(address, port));
        }

        @Override
        public void send(byte[] frames) {}

        @Override
        public void close(int code, String reason) {}

        @Override
        public void execute(Runnable task) {}
    }

    @Test
    void addressesCountWhateverTheirPorts() {
        assertThat(room.enterFrom(new From("10.0.0.1", 1))).isTrue();
        assertThat(room.enterFrom(new From("10.0.0.1", 2))).isTrue();
        assertThat(room.enterFrom(new From("10.0.0.1", 3))).isFalse();
        assertThat(room.enterFrom(new From("10.0.0.2", 3))).isTrue();
        room.leaveFrom(new From("10.0.0.1", 2));
        assertThat(room.enterFrom(new From("10.0.0.1", 3))).isTrue();
        assertThat(room.enterFrom(new From("10.0.0.1", 4))).isFalse();
    }

    @Test
    void anIpv6NetworkIsOneAddress() {
        assertThat(room.enterFrom(new From("2001:db8:1:1::1", 1))).isTrue();
        assertThat(room.enterFrom(new From("2001:db8:1:1:2::", 1))).isTrue();
        assertThat(room.enterFrom(new From("2001:db8:1:1:ffff::", 1))).isFalse();
        assertThat(room.enterFrom(new From("2001:db8:1:2::1", 1))).isTrue();
        assertThat(room.enterFrom(new From("::ffff:10.0.0.1", 1))).isTrue();
        assertThat(room.enterFrom(new From("::ffff:10.0.0.2", 1))).isTrue();
        assertThat(room.enterFrom(new From("10.0.0.2", 1))).isTrue();
        assertThat(room.enterFrom(new From("10.0.0.2", 1))).isFalse();
    }

    @Test
    void nothingIsKeptOfThoseWhoLeft() {
        for (int i = 0; i < 100; i++) {
            From one = new From("10.0.0." + i, 1);
            assertThat(room.enterFrom(one)).isTrue();
            assertThat(room.enterFrom(one)).isTrue();
            assertThat(room.enterFrom(one)).isFalse();
            room.leaveFrom(one);
            room.leaveFrom(one);
        }
        assertThat(room.addresses()).isZero();
    }

    @Test
    void withoutALimitNobodyIsCounted() {
        Room open = room(Limits.DEFAULT);
        From one = new From("10.0.0.1", 1);
        for (int i = 0; i < 1_000; i++) {
            assertThat(open.enterFrom(one)).isTrue();
        }
        assertThat(open.addresses()).isZero();
        open.leaveFrom(one);
    }

    @Test
    void manyThreadsNeverExceedTheLimit() throws InterruptedException {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        From one = new From("10.0.0.1", 1);
        for (int i = 0; i < 4; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int round = 0; round < 20_000; round++) {
                                            if (room.enterFrom(one)) {
                                                most.accumulateAndGet(
                                                        inside.incrementAndGet(), Math::max);
                                                inside.decrementAndGet();
                                                room.leaveFrom(one);
                                            }
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(most.get()).isBetween(1, 2);
        assertThat(room.addresses()).isZero();
    }
}
