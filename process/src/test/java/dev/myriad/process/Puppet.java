package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process that does what a test tells it, one order at a time, and keeps every other message. It
 * is told, and looked at, by any thread.
 */
class Puppet extends Process {
    /** What it is to do, in its own handler. */
    interface Order {
        void run(Puppet puppet) throws Exception;
    }

    private final Collection<Object> received = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<ExitReason> end = new CompletableFuture<>();

    /** Given orders do their work in the handler; all the rest is kept. */
    @Override
    protected void handle(Object message) throws Exception {
        if (message instanceof Order order) {
            order.run(this);
        } else {
            received.add(message);
        }
    }

    @Override
    protected void terminated(ExitReason reason) {
        end.complete(reason);
    }

    /** Gives an order and does not wait. */
    final void tell(Order order) {
        send(order);
    }

    /** Gives an order and waits until it is done. */
    final void make(Order order) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        tell(
                puppet -> {
                    order.run(puppet);
                    done.countDown();
                });
        arrives(done);
    }

    /** Waits until all that was sent so far is handled. */
    final void flush() throws InterruptedException {
        make(_ -> {});
    }

    /** Keeps it in its handler until the latch that is returned comes down. */
    final CountDownLatch hold() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        tell(
                _ -> {
                    held.countDown();
                    release.await();
                });
        arrives(held);
        return release;
    }

    /** What it got so far, orders apart. */
    final List<Object> received() {
        return new ArrayList<>(received);
    }

    /** Lets go of what it got so far. */
    final void forget() {
        received.clear();
    }

    /** Why it ended, once it has. */
    final ExitReason reason() throws Exception {
        return end.get(20, TimeUnit.SECONDS);
    }

    final boolean hasEnded() {
        return end.isDone();
    }

    /** Ends it and waits until everybody has been told. */
    final void endWith(ExitReason reason) throws Exception {
        Puppet witness = new Puppet();
        witness.make(puppet -> puppet.monitor(this));
        stop(reason);
        witness.gets(1);
    }

    /** Waits until it has got so many messages, and returns them. */
    final List<Object> gets(int count) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (received.size() < count && System.nanoTime() < deadline) {
            flush();
        }
        assertThat(received).hasSizeGreaterThanOrEqualTo(count);
        return received();
    }

    static void arrives(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    }
}
