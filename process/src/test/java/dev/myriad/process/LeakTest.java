package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeakTest {
    private static final ExitReason SHUTDOWN = new ExitReason.Shutdown("planted");

    private static long usedBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Spawns and ends processes, at most so many at a time. */
    static void spawnAndEnd(int count) throws InterruptedException {
        Semaphore alive = new Semaphore(1_000);
        for (int i = 0; i < count; i++) {
            alive.acquire();
            Process.spawn(
                            new Process() {
                                @Override
                                protected void handle(Object message) {
                                    exit(ExitReason.NORMAL);
                                }

                                @Override
                                protected void terminated(ExitReason reason) {
                                    alive.release();
                                }
                            })
                    .send("end");
        }
        alive.acquire(1_000);
    }

    @Test
    void aMillionProcessesThatCameAndWentLeaveNothing() throws Exception {
        spawnAndEnd(10_000);
        long before = usedBytes();
        spawnAndEnd(1_000_000);
        // One reference in each of them would be 4 MB; whole processes 24 MB.
        await().atMost(20, TimeUnit.SECONDS).until(() -> usedBytes() - before < 8 * 1024 * 1024);
    }

    /** Whatever ties short-lived processes to one that stays, is gone when they are. */
    @Test
    void oneThatStaysKeepsNoneThatWent() throws Exception {
        Puppet staying = new Puppet();
        staying.make(self -> self.trapExits(true));
        List<WeakReference<Process>> gone = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Puppet passing = new Puppet();
            gone.add(new WeakReference<>(passing));
            tie(staying, passing, i % 5);
            passing.stop(i % 2 == 0 ? ExitReason.NORMAL : SHUTDOWN);
        }
        staying.flush();
        await().pollInterval(Duration.ofMillis(50))
                .atMost(20, TimeUnit.SECONDS)
                .until(
                        () -> {
                            staying.forget();
                            System.gc();
                            return gone.stream().allMatch(each -> each.refersTo(null));
                        });
        assertThat(staying.isAlive()).isTrue();
    }

    private static void tie(Puppet staying, Puppet passing, int how) throws Exception {
        switch (how) {
            case 0 -> staying.make(self -> self.link(passing));
            case 1 -> passing.make(self -> self.link(staying));
            case 2 -> staying.make(self -> self.monitor(passing));
            case 3 -> passing.make(self -> self.monitor(staying));
            default -> {
                Timer far = passing.sendAfter(Duration.ofDays(1), "far");
                staying.make(self -> self.demonitor(self.monitor(passing)));
                assertThat(far.cancel()).isTrue();
            }
        }
    }
}
