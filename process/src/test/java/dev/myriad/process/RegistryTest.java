package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RegistryTest {
    private static class Counter extends Process {
        final AtomicInteger handled = new AtomicInteger();

        @Override
        protected void handle(Object message) {
            handled.incrementAndGet();
        }
    }

    private static final class Full extends Counter {
        Full() {
            limit(1, Overflow.REFUSE);
        }

        @Override
        protected void handle(Object message) {
            if (message instanceof CountDownLatch latch) {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private final Registry<String> registry = new Registry<>();
    private final Groups<String> groups = new Groups<>();

    private static Process ended() {
        Process process = new Counter();
        process.stop(ExitReason.NORMAL);
        await().until(() -> !process.isAlive());
        return process;
    }

    @Test
    void aNameBelongsToOneProcess() {
        Process one = new Counter();
        Process other = new Counter();

        assertThat(registry.register("ledger", one)).isTrue();
        assertThat(registry.register("ledger", one)).isTrue();
        assertThat(registry.register("ledger", other)).isFalse();
        assertThat(registry.lookup("ledger")).contains(one);
        assertThat(registry.lookup("nobody")).isEmpty();
    }

    @Test
    void aNameGoesWithItsProcess() {
        Process process = new Counter();
        registry.register("first", process);
        registry.register("second", process);
        process.stop(ExitReason.NORMAL);
        await().until(() -> registry.size() == 0);

        assertThat(registry.lookup("first")).isEmpty();
    }

    @Test
    void aProcessThatHasEndedLeavesNoEntry() {
        Process process = ended();

        assertThat(registry.register("ledger", process)).isFalse();
        assertThat(registry.size()).isZero();
        assertThat(groups.join("ledgers", process)).isFalse();
        assertThat(groups.size()).isZero();
    }

    @Test
    void theNameOfADeadProcessCanBeTakenAtOnce() {
        CountDownLatch ending = new CountDownLatch(1);
        Process slow =
                new Counter() {
                    @Override
                    protected void terminated(ExitReason reason) throws Exception {
                        ending.await(); // its watches hear of the end after this
                    }
                };
        Process next = new Counter();
        registry.register("ledger", slow);
        OnEnd end = OnEnd.of(slow);
        slow.stop(ExitReason.NORMAL);
        await().until(() -> !slow.isAlive());

        assertThat(registry.lookup("ledger")).isEmpty();
        assertThat(registry.size()).isOne();
        assertThat(registry.register("ledger", next)).isTrue();
        ending.countDown();
        end.await();
        assertThat(registry.lookup("ledger")).contains(next);
    }

    @Test
    void aNameCanBeGivenBackByItsOwnerOnly() {
        Process process = new Counter();
        registry.register("ledger", process);

        assertThat(registry.unregister("ledger", new Counter())).isFalse();
        assertThat(registry.unregister("ledger", process)).isTrue();
        assertThat(registry.unregister("ledger", process)).isFalse();
        assertThat(registry.size()).isZero();
        assertThat(registry.register("ledger", process)).isTrue();
    }

    @Test
    void processesThatEndWhileTheyAreRegisteredLeaveNothing() throws Exception {
        int rounds = 20_000;
        CountDownLatch done = new CountDownLatch(2);
        Process[] processes = new Process[rounds];
        for (int i = 0; i < rounds; i++) {
            processes[i] = new Counter();
        }
        Thread.ofPlatform()
                .start(
                        () -> {
                            for (int i = 0; i < rounds; i++) {
                                registry.register("name " + i % 10, processes[i]);
                                groups.join("group " + i % 10, processes[i]);
                            }
                            done.countDown();
                        });
        Thread.ofPlatform()
                .start(
                        () -> {
                            for (int i = 0; i < rounds; i++) {
                                processes[i].stop(ExitReason.NORMAL);
                            }
                            done.countDown();
                        });
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        await().until(() -> registry.size() == 0 && groups.size() == 0);
    }

    @Test
    void aGroupHasManyProcessesUntilTheyLeaveOrEnd() {
        Counter leaves = new Counter();
        Counter ends = new Counter();
        Counter stays = new Counter();
        groups.join("room", leaves);
        groups.join("room", ends);
        groups.join("room", stays);
        groups.join("room", stays);
        assertThat(groups.lookup("room")).containsExactlyInAnyOrder(leaves, ends, stays);

        assertThat(groups.leave("room", leaves)).isTrue();
        assertThat(groups.leave("room", leaves)).isFalse();
        ends.stop(ExitReason.NORMAL);
        await().until(() -> groups.lookup("room").size() == 1);
        assertThat(groups.lookup("room")).containsExactly(stays);
        stays.stop(ExitReason.NORMAL);
        await().until(() -> groups.size() == 0);
    }

    @Test
    void aDispatchReachesAllOfAGroup() {
        Counter one = new Counter();
        Counter other = new Counter();
        Counter stranger = new Counter();
        groups.join("room", one);
        groups.join("room", other);
        groups.join("elsewhere", stranger);

        assertThat(groups.dispatch("room", "hello")).isEqualTo(2);
        assertThat(groups.dispatch("room", new Message() {})).isEqualTo(2);
        assertThat(groups.dispatch("nowhere", "hello")).isZero();
        await().until(() -> one.handled.get() == 2 && other.handled.get() == 2);
        assertThat(stranger.handled).hasValue(0);
    }

    @Test
    void aFullMailboxDoesNotKeepADispatchFromTheOthers() {
        CountDownLatch latch = new CountDownLatch(1);
        Full full = new Full();
        Counter other = new Counter();
        groups.join("room", full);
        groups.join("room", other);
        full.send(latch); // counted until it is handled

        assertThat(groups.dispatch("room", "hello")).isEqualTo(1);
        await().until(() -> other.handled.get() == 1);
        latch.countDown();
    }
}
