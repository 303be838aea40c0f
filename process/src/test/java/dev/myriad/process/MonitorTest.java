package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MonitorTest {
    private static final ExitReason SHUTDOWN = new ExitReason.Shutdown("planted");

    private static Monitor monitor(Puppet owner, Process target) throws InterruptedException {
        AtomicReference<Monitor> monitor = new AtomicReference<>();
        owner.make(self -> monitor.set(self.monitor(target)));
        return monitor.get();
    }

    @Test
    void tellsWhyAProcessEnded() throws Exception {
        Puppet owner = new Puppet();
        Puppet target = new Puppet();
        Monitor monitor = monitor(owner, target);
        IllegalStateException planted = new IllegalStateException("planted");
        target.tell(
                _ -> {
                    throw planted;
                });
        assertThat(owner.gets(1))
                .containsExactly(new Down(monitor, target, new ExitReason.Crash(planted)));
    }

    @Test
    void saysNoProcessOfOneThatHasEnded() throws Exception {
        Puppet owner = new Puppet();
        Puppet target = new Puppet();
        target.endWith(SHUTDOWN);
        Monitor monitor = monitor(owner, target);
        assertThat(owner.gets(1)).containsExactly(new Down(monitor, target, ExitReason.NO_PROCESS));
    }

    @Test
    void saysTheReasonIfItLayInTheMailboxAtTheEnd() throws Exception {
        Puppet owner = new Puppet();
        Puppet target = new Puppet();
        CountDownLatch release = target.hold();
        target.stop(SHUTDOWN);
        Monitor monitor = monitor(owner, target);
        release.countDown();
        assertThat(owner.gets(1)).containsExactly(new Down(monitor, target, SHUTDOWN));
    }

    @Test
    void eachMonitorTellsOnce() throws Exception {
        Puppet owner = new Puppet();
        Puppet target = new Puppet();
        Monitor first = monitor(owner, target);
        Monitor second = monitor(owner, target);
        Monitor third = monitor(owner, target);
        owner.make(self -> self.demonitor(second));
        target.endWith(SHUTDOWN);
        assertThat(owner.gets(2))
                .containsExactlyInAnyOrder(
                        new Down(first, target, SHUTDOWN), new Down(third, target, SHUTDOWN));
        owner.flush();
        assertThat(owner.received()).hasSize(2);
    }

    @Test
    void demonitorTakesBackWhatIsUnderWay() throws Exception {
        Puppet owner = new Puppet();
        Puppet target = new Puppet();
        Monitor monitor = monitor(owner, target);
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        owner.tell(
                self -> {
                    busy.countDown();
                    ended.await();
                    self.demonitor(monitor);
                });
        Puppet.arrives(busy);
        target.endWith(SHUTDOWN);
        ended.countDown();
        owner.flush();
        owner.flush();
        assertThat(owner.received()).isEmpty();
        owner.make(self -> self.demonitor(monitor)); // again is harmless
    }

    @Test
    void onlyTheOwnerEndsAMonitor() throws Exception {
        Puppet owner = new Puppet();
        Puppet target = new Puppet();
        Monitor monitor = monitor(owner, target);
        Puppet stranger = new Puppet();
        stranger.tell(self -> self.demonitor(monitor));
        assertThat(stranger.reason())
                .isInstanceOfSatisfying(
                        ExitReason.Crash.class,
                        crash ->
                                assertThat(crash.cause())
                                        .isInstanceOf(IllegalArgumentException.class));
    }

    /** The target's end races with the monitor on its way to it. */
    @Test
    void exactlyOneDownWhateverTheRace() throws Exception {
        int rounds = 20_000;
        Puppet owner = new Puppet();
        for (int i = 0; i < rounds; i++) {
            Puppet target = new Puppet();
            owner.tell(self -> self.monitor(target));
            if (i % 2 == 0) {
                target.stop(SHUTDOWN);
            } else {
                target.tell(self -> self.exit(SHUTDOWN));
            }
        }
        List<Process> down =
                owner.gets(rounds).stream().map(each -> ((Down) each).process()).toList();
        assertThat(down).hasSize(rounds).doesNotHaveDuplicates();
        assertThat(owner.received())
                .allSatisfy(
                        each ->
                                assertThat(((Down) each).reason())
                                        .isIn(SHUTDOWN, ExitReason.NO_PROCESS));
    }

    @Test
    void noDownAfterDemonitorWhateverTheRace() throws Exception {
        int rounds = 20_000;
        Puppet owner = new Puppet();
        for (int i = 0; i < rounds; i++) {
            Puppet target = new Puppet();
            owner.tell(
                    self -> {
                        Monitor monitor = self.monitor(target);
                        target.stop(SHUTDOWN);
                        self.demonitor(monitor);
                    });
        }
        owner.flush();
        owner.flush();
        assertThat(owner.received()).isEmpty();
    }

    /** Its own end, in the midst of it, tells who monitored it and whom it monitored. */
    @Test
    void monitorsMadeInTerminatedAreGivenBack() throws Exception {
        Puppet target = new Puppet();
        Process last =
                new Process() {
                    @Override
                    protected void handle(Object message) {
                        exit(ExitReason.NORMAL);
                    }

                    @Override
                    protected void terminated(ExitReason reason) {
                        monitor(target);
                    }
                };
        Puppet witness = new Puppet();
        monitor(witness, last);
        last.send("end");
        witness.gets(1);
        AtomicReference<Boolean> watched = new AtomicReference<>();
        target.make(self -> watched.set(self.extension().hasWatches()));
        assertThat(watched).hasValue(false);
    }

    @Test
    void whoEndsWatchesNobodyAnyMore() throws Exception {
        Puppet target = new Puppet();
        for (int i = 0; i < 100; i++) {
            Puppet owner = new Puppet();
            owner.make(self -> self.monitor(target));
            owner.endWith(SHUTDOWN);
        }
        AtomicReference<Boolean> watched = new AtomicReference<>();
        target.make(self -> watched.set(self.extension().hasWatches()));
        assertThat(watched).hasValue(false);
    }

    /** Neither those that have told nor those that were ended are kept by their owner. */
    @Test
    void theOwnerKeepsLiveMonitorsOnly() throws Exception {
        Puppet owner = new Puppet();
        Puppet target = new Puppet();
        Puppet ending = new Puppet();
        owner.make(
                self -> {
                    self.demonitor(self.monitor(target));
                    self.monitor(ending);
                });
        AtomicReference<Boolean> before = new AtomicReference<>();
        owner.make(self -> before.set(self.extension().hasMonitors()));
        ending.stop(SHUTDOWN);
        owner.gets(1);
        AtomicReference<Boolean> after = new AtomicReference<>();
        owner.make(self -> after.set(self.extension().hasMonitors()));
        assertThat(before).hasValue(true);
        assertThat(after).hasValue(false);
    }
}
