package dev.myriad.process;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The mailbox and its run state under jcstress: two threads at once on the real word, some millions
 * of times, started by {@link MailboxStressTest}. What is checked:
 *
 * <ul>
 *   <li>no message is lost, and none is handled twice;
 *   <li>at most one thread runs a process, the process is queued at most once, and what one turn
 *       writes into plain fields the next one sees;
 *   <li>the messages of one sender are handled in the order sent;
 *   <li>the end is final, and every watch hears it once.
 * </ul>
 */
final class MailboxStress {
    private MailboxStress() {}

    /** A process in the hands of the test: its scheduler is a counter, and the actors are it. */
    static class Hand extends Scheduler {
        final AtomicInteger queued = new AtomicInteger();

        /** What must not be; plain, written by whoever has the turn. */
        int faults;

        final Handler process = new Handler(this);

        /** As a sender in another thread. */
        void send(int message) {
            inside(() -> process.send(message));
        }

        /** As a worker: one message, if the process is queued. */
        void turn() {
            if (queued.compareAndSet(1, 0)) {
                inside(
                        () -> {
                            if (step(process)) {
                                enqueue(process);
                            }
                        });
            }
        }

        /** As a worker: until the mailbox is empty, if the process is queued. */
        void longTurn() {
            if (queued.compareAndSet(1, 0)) {
                inside(
                        () ->
                                process.turn(
                                        new Turn() {
                                            @Override
                                            boolean isOver() {
                                                return false;
                                            }
                                        }));
            }
        }

        /** When all others have ended: whatever was queued is handled. */
        void finish() {
            while (queued.get() > 0) {
                faults += queued.get() > 1 ? 1 : 0;
                turn();
            }
        }

        @Override
        protected void enqueue(Process sent) {
            if (queued.incrementAndGet() != 1) {
                queued.set(100);
            }
        }

        @Override
        protected @Nullable Process running() {
            return null;
        }

        @Override
        protected void schedule(Timer timer, long delayNanos) {}

        @Override
        protected void cancelled(Timer timer) {}

        @Override
        protected void await(BooleanSupplier settled, long nanosMax) {}

        @Override
        protected void pause(long nanosMax) {}

        @Override
        protected long nanoTime() {
            return 0;
        }
    }

    /** Counts the two messages 10 and 20 and their successors; all of its fields are plain. */
    static final class Handler extends Process {
        private final Hand hand;
        private boolean busy;
        private int last10 = 10;
        private int last20 = 20;
        int handled;

        Handler(Hand hand) {
            this.hand = hand;
        }

        @Override
        protected void handle(Object message) {
            hand.faults += busy ? 1 : 0;
            busy = true;
            int number = (Integer) message;
            if (number < 20) {
                hand.faults += number == ++last10 ? 0 : 1;
            } else {
                hand.faults += number == ++last20 ? 0 : 1;
            }
            handled++;
            busy = false;
        }
    }

    /** Two threads send two messages each, and then are workers. */
    @JCStressTest
    @Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "all handled once, in order, one at a time")
    @State
    public static class SendersThatRun extends Hand {
        @Actor
        public void one() {
            send(11);
            send(12);
            turn();
        }

        @Actor
        public void two() {
            send(21);
            turn();
            send(22);
            longTurn();
        }

        @Arbiter
        public void all(II_Result result) {
            finish();
            result.r1 = process.handled;
            result.r2 = faults;
        }
    }

    /** One thread sends while the other runs the process, a message at a time. */
    @JCStressTest
    @Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "all handled once, in order, one at a time")
    @State
    public static class SenderAndRunner extends Hand {
        @Actor
        public void sender() {
            send(11);
            send(12);
            send(13);
            send(14);
        }

        @Actor
        public void runner() {
            turn();
            turn();
            longTurn();
        }

        @Arbiter
        public void all(II_Result result) {
            finish();
            result.r1 = process.handled;
            result.r2 = faults;
        }
    }

    /** A process is watched and sent to while it ends. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "heard once; ended before the message")
    @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "heard once; ended after the message")
    @State
    public static class EndAndWatch extends Hand {
        private final AtomicInteger heard = new AtomicInteger();

        @Actor
        public void watcher() {
            inside(
                    () ->
                            process.push(
                                    new Watch() {
                                        @Override
                                        void ended(Process by, ExitReason reason) {
                                            heard.incrementAndGet();
                                        }
                                    }));
            turn();
            turn();
        }

        @Actor
        public void stopper() {
            send(11);
            turn();
            inside(() -> process.stop(ExitReason.NORMAL));
            turn();
        }

        @Arbiter
        public void all(III_Result result) {
            finish();
            int before = process.handled;
            send(12);
            finish();
            result.r1 = heard.get();
            result.r2 = before;
            result.r3 = faults + (process.isAlive() ? 1 : 0) + process.handled - before;
        }
    }
}
