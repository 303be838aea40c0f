package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProcessesTest {
    private static final class Worker extends Process {
        private final String name;

        Worker(String name) {
            this.name = name;
        }

        @Override
        protected void handle(Object message) throws Exception {
            switch (message) {
                case CountDownLatch latch -> latch.await();
                case Duration busy -> {
                    long end = System.nanoTime() + busy.toNanos();
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                }
                case AtomicBoolean over -> {
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                }
                case RuntimeException crash -> throw crash;
                default -> {}
            }
        }

        @Override
        protected String name() {
            return name;
        }
    }

    @Test
    void aHandlerThatWaitsIsListed() {
        CountDownLatch latch = new CountDownLatch(1);
        Worker worker = new Worker("waits");
        worker.send(latch);
        await().until(
                        () ->
                                Processes.running().stream()
                                        .anyMatch(
                                                r ->
                                                        r.process() == worker
                                                                && r.name().equals("waits")
                                                                && r.waits()
                                                                && r.elapsed().toMillis() >= 20));
        latch.countDown();
        await().until(() -> Processes.running().stream().noneMatch(r -> r.process() == worker));
    }

    @Test
    void aHandlerThatComputesIsListed() {
        Worker worker = new Worker("computes");
        AtomicBoolean over = new AtomicBoolean();
        worker.send(over);
        try {
            await().pollInterval(Duration.ofMillis(5))
                    .until(
                            () ->
                                    Processes.running().stream()
                                            .anyMatch(r -> r.process() == worker && !r.waits()));
        } finally {
            over.set(true);
        }
    }

    @Test
    void theTopIsOfAllBelowSupervisors() {
        CountDownLatch latch = new CountDownLatch(1);
        Worker first = new Worker("first");
        Worker second = new Worker("second");
        Worker third = new Worker("third");
        Supervisor root =
                Supervisor.oneForOne()
                        .child("first", () -> first)
                        .child("below", Supervisor.oneForAll().child("second", () -> second)::build)
                        .start();
        await().until(() -> root.which("below").isPresent());
        third.send(latch); // not supervised, but it runs
        second.send(latch);
        first.send(latch);
        await().until(
                        () ->
                                Processes.running().stream()
                                        .map(Processes.Running::process)
                                        .toList()
                                        .containsAll(List.of(first, second, third)));
        send(first, 3_000);
        send(second, 4_000);
        send(third, 5_000);

        assertThat(Processes.top(Processes.By.MAILBOX, 3))
                .extracting(ProcessInfo::name)
                .containsExactly("third", "second", "first");
        assertThat(Processes.top(Processes.By.MAILBOX, 1)).hasSize(1);
        assertThat(Processes.top(Processes.By.MAILBOX, 0)).isEmpty();
        latch.countDown();
        root.stop(ExitReason.NORMAL);
    }

    @Test
    void theTopByTimeIsTheBusiest() {
        Worker busy = new Worker("busy");
        Supervisor root = Supervisor.oneForOne().child("busy", () -> busy).start();
        root.startChild(() -> new Worker("idle"));
        for (int i = 0; i < 40; i++) {
            busy.send(Duration.ofMillis(2));
        }
        await().until(() -> busy.busyNanos() > 20_000_000);

        assertThat(Processes.top(Processes.By.TIME, 100))
                .filteredOn(info -> info.name().equals("busy") || info.name().equals("idle"))
                .extracting(ProcessInfo::name)
                .containsExactly("busy", "idle");
        root.stop(ExitReason.NORMAL);
    }

    @Test
    void theTreeShowsWhoIsBelowWhom() {
        Supervisor root =
                Supervisor.oneForOne()
                        .name("bank")
                        .child("ledger", () -> new Worker("a ledger"))
                        .child(
                                "tellers",
                                Supervisor.oneForAll().child("teller", () -> new Worker("a teller"))
                                        ::build)
                        .start();
        root.startChild(() -> new Worker("a guest"));
        Supervisor tellers = (Supervisor) root.which("tellers").orElseThrow();
        await().until(() -> tellers.which("teller").isPresent());

        assertThat(Processes.roots()).contains(root).doesNotContain(tellers);
        Processes.Tree tree = Processes.tree(root);
        assertThat(tree.name()).isEqualTo("bank");
        assertThat(tree.process()).contains(root);
        assertThat(tree.children())
                .extracting(Processes.Tree::name)
                .containsExactly("ledger", "tellers", "a guest");
        assertThat(tree.children().get(1).children())
                .extracting(Processes.Tree::name)
                .containsExactly("teller");

        root.stop(ExitReason.NORMAL);
        await().until(() -> !Processes.roots().contains(root));
    }

    @Test
    void crashesAndOverflowsAreCounted() {
        Processes.Stats before = Processes.stats();
        new Worker("crashes").send(new IllegalStateException("planted"));
        CountDownLatch latch = new CountDownLatch(1);
        Process bounded =
                new Process() {
                    {
                        limit(1, Overflow.DROP);
                    }

                    @Override
                    protected void handle(Object message) throws Exception {
                        latch.await();
                    }
                };
        send(bounded, 3);
        await().until(() -> Processes.stats().crashes() > before.crashes());
        assertThat(Processes.stats().overflows()).isGreaterThanOrEqualTo(before.overflows() + 2);
        latch.countDown();
    }

    @Test
    void aVeryLongMailboxIsNamedOnce() {
        CountDownLatch latch = new CountDownLatch(1);
        Worker flooded = new Worker("flooded");
        flooded.send(latch);
        send(flooded, 30_000);
        latch.countDown();
        await().until(() -> Processes.stats().longMailboxes() > 0);
        await().until(() -> flooded.info().mailbox() == 0);
        await().until(() -> Processes.running().stream().noneMatch(r -> r.process() == flooded));

        assertThat(Processes.stats().lastLongMailboxes())
                .filteredOn(mailbox -> mailbox.name().equals("flooded"))
                .singleElement()
                .satisfies(mailbox -> assertThat(mailbox.messages()).isGreaterThan(10_000));
    }

    private static void send(Process process, int messages) {
        for (int i = 0; i < messages; i++) {
            process.send("more");
        }
    }
}
