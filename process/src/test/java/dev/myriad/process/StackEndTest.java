package dev.myriad.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sends at the very end of a stack, from each frame of the last ones: so the stack overflows in
 * each place of the send. A send that returns is received, once; one that throws is not; and nobody
 * stands still.
 */
@Timeout(120)
class StackEndTest {
    private static final int JVMS = 5;

    /** Who sends: a handler, whose worker takes the receiver next, or any other thread. */
    enum Sender {
        HANDLER,
        THREAD
    }

    /** In JVMs of their own: what breaks here is broken for all tests, and they are to be cold. */
    @ParameterizedTest
    @EnumSource
    void whatIsSentThereIsReceivedOnce(Sender sender) throws Exception {
        for (int i = 0; i < JVMS; i++) {
            assertThat(saidBy(sender)).contains("all as it should be");
        }
    }

    private static String saidBy(Sender sender) throws IOException {
        java.lang.Process jvm =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Sends.class.getName(),
                                sender.name())
                        .redirectErrorStream(true)
                        .start();
        return new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    static final class Sends {
        private static final int ROUNDS = 40;
        private static final int FRAMES = 200;
        private static final int STACK_BYTES = 256 << 10;

        private Sends() {}

        private static final class Receiver extends Process {
            final AtomicInteger received = new AtomicInteger();
            final AtomicInteger within = new AtomicInteger();
            final CountDownLatch last = new CountDownLatch(1);
            boolean sent;

            @Override
            protected void handle(Object message) {
                if (within.incrementAndGet() != 1) {
                    fail("one process runs twice at a time");
                }
                if (message.equals("last")) {
                    last.countDown();
                } else {
                    received.incrementAndGet();
                }
                within.decrementAndGet();
            }
        }

        /** Goes to the end of the stack, and sends from its last frames. */
        @SuppressWarnings("InfiniteRecursion") // it is to overflow
        private static final class Descent {
            final List<Receiver> receivers = new ArrayList<>();
            private int next;

            Descent() {
                for (int i = 0; i < FRAMES; i++) {
                    receivers.add(new Receiver());
                }
            }

            /** The frames differ in size with the round: so the ends do. */
            void go(int round) {
                try {
                    switch (round % 4) {
                        case 0 -> down();
                        case 1 -> down(1);
                        case 2 -> down(1, 2, 3);
                        default -> down(1, 2, 3, 4, 5);
                    }
                } catch (StackOverflowError e) {
                    // it was thrown while one was caught
                }
            }

            private void send() {
                if (next < FRAMES) {
                    Receiver receiver = receivers.get(next++);
                    receiver.send("from the end");
                    receiver.sent = true;
                }
            }

            private void down() {
                try {
                    down();
                } catch (StackOverflowError e) {
                    // this is the end, or near it
                }
                send();
            }

            private void down(long one) {
                try {
                    down(one + 1);
                } catch (StackOverflowError e) {
                    // this is the end, or near it
                }
                send();
            }

            private void down(long one, long two, long three) {
                try {
                    down(one + 1, two + 1, three + 1);
                } catch (StackOverflowError e) {
                    // this is the end, or near it
                }
                send();
            }

            private void down(long one, long two, long three, long four, long five) {
                try {
                    down(one + 1, two + 1, three + 1, four + 1, five + 1);
                } catch (StackOverflowError e) {
                    // this is the end, or near it
                }
                send();
            }
        }

        public static void main(String[] args) throws Exception {
            int thrown = 0;
            for (int round = 0; round < ROUNDS; round++) {
                Descent descent = new Descent();
                play(Sender.valueOf(args[0]), descent, round);
                for (Receiver receiver : descent.receivers) {
                    receiver.send("last");
                }
                for (Receiver receiver : descent.receivers) {
                    if (!receiver.last.await(20, TimeUnit.SECONDS)) {
                        fail("one stands still in round " + round);
                    }
                    if (receiver.received.get() != (receiver.sent ? 1 : 0)) {
                        fail(receiver.received + " of " + receiver.sent + " in round " + round);
                    }
                    thrown += receiver.sent ? 0 : 1;
                }
            }
            System.out.println(thrown + " of " + ROUNDS * FRAMES + " sends threw");
            System.out.println(thrown == 0 ? "it never came to the end" : "all as it should be");
        }

        private static void play(Sender sender, Descent descent, int round) throws Exception {
            if (sender == Sender.THREAD) {
                Thread thread = new Thread(null, () -> descent.go(round), "deep", STACK_BYTES);
                thread.start();
                thread.join();
                return;
            }
            CountDownLatch done = new CountDownLatch(1);
            new Process() {
                @Override
                protected void handle(Object message) {
                    descent.go(round);
                    done.countDown();
                }
            }.send("go");
            if (!done.await(20, TimeUnit.SECONDS)) {
                fail("the sender stands still in round " + round);
            }
        }

        private static void fail(String what) {
            System.out.println(what);
            Runtime.getRuntime().halt(1);
        }
    }
}
