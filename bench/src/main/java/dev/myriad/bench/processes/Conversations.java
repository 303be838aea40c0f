package dev.myriad.bench.processes;

import dev.myriad.process.Message;
import dev.myriad.process.Process;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Processes that send each other messages. */
final class Conversations {
    private static final int ROUND_TRIPS = 2_000_000;
    private static final int HOPS = 5_000_000;
    private static final int FAN_OUT = 100_000;
    private static final int SENDERS = 1_000;
    private static final int MESSAGES_EACH = 5_000;

    private Conversations() {}

    private static final class Token extends Message {
        final Process from;
        final int left;

        Token(Process from, int left) {
            this.from = from;
            this.left = left;
        }
    }

    // ---- two, who answer each other

    private static final class Player extends Process {
        private final CountDownLatch end;

        Player(CountDownLatch end) {
            this.end = end;
        }

        @Override
        protected void handle(Object message) {
            Token token = (Token) message;
            if (token.left == 0) {
                end.countDown();
            } else {
                token.from.send(new Token(this, token.left - 1));
            }
        }
    }

    static List<Figure> pingPong(Scale scale) throws Exception {
        double one = Rounds.bestSeconds(scale, () -> play(1, ROUND_TRIPS));
        double many = Rounds.bestSeconds(scale, () -> play(SENDERS, ROUND_TRIPS / SENDERS));
        return List.of(
                new Figure("ping_pong_round_trips_per_s", ROUND_TRIPS / one, "1/s", 2.9e6),
                new Figure("ping_pong_1000_pairs_round_trips_per_s", ROUND_TRIPS / many, "1/s"));
    }

    private static void play(int pairs, int roundTrips) throws InterruptedException {
        CountDownLatch end = new CountDownLatch(pairs);
        for (int i = 0; i < pairs; i++) {
            new Player(end).send(new Token(new Player(end), 2 * roundTrips));
        }
        end.await();
    }

    // ---- a ring, with one token

    private static final class Link extends Process {
        private final CountDownLatch end;
        private Process next = this;

        Link(CountDownLatch end) {
            this.end = end;
        }

        @Override
        protected void handle(Object message) {
            Token token = (Token) message;
            if (token.left == 0) {
                end.countDown();
            } else {
                next.send(new Token(this, token.left - 1));
            }
        }
    }

    static List<Figure> ring(Scale scale, int size) throws Exception {
        double seconds =
                Rounds.bestSeconds(
                        scale,
                        () -> {
                            CountDownLatch end = new CountDownLatch(1);
                            Link first = new Link(end);
                            Link last = first;
                            for (int i = 1; i < size; i++) {
                                Link link = new Link(end);
                                last.next = link;
                                last = link;
                            }
                            last.next = first;
                            first.send(new Token(first, HOPS));
                            end.await();
                        });
        double beam = size == 1_000 ? 3.2e6 : 2.9e6;
        return List.of(
                new Figure("ring_%d_hops_per_s".formatted(size), HOPS / seconds, "1/s", beam));
    }

    // ---- one, who asks very many

    private static final class Asker extends Process {
        private final Process[] asked;
        private final CountDownLatch end;
        private int left;

        Asker(Process[] asked, CountDownLatch end) {
            this.asked = asked;
            this.end = end;
            this.left = asked.length;
        }

        @Override
        protected void handle(Object message) {
            if (message == this) {
                for (Process process : asked) {
                    process.send(new Token(this, 1));
                }
            } else if (--left == 0) {
                end.countDown();
            }
        }
    }

    static List<Figure> fanOut(Scale scale) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Process[] players = new Process[FAN_OUT];
        for (int i = 0; i < FAN_OUT; i++) {
            players[i] = new Player(never);
        }
        double seconds =
                Rounds.bestSeconds(
                        scale,
                        () -> {
                            CountDownLatch end = new CountDownLatch(1);
                            Asker asker = new Asker(players, end);
                            asker.send(asker);
                            end.await();
                        });
        return List.of(new Figure("fan_out_100000_ms", seconds * 1e3, "ms", 57));
    }

    // ---- very many, who send to one

    private static final class Sender extends Process {
        private final Process to;

        Sender(Process to) {
            this.to = to;
        }

        @Override
        protected void handle(Object message) {
            int left = ((Token) message).left;
            to.send(new Token(this, left));
            if (left > 1) {
                send(new Token(this, left - 1));
            }
        }
    }

    private static final class Counter extends Process {
        private final CountDownLatch end = new CountDownLatch(1);
        private int left = SENDERS * MESSAGES_EACH;

        @Override
        protected void handle(Object message) {
            if (--left == 0) {
                end.countDown();
            }
        }
    }

    static List<Figure> manyToOne(Scale scale) throws Exception {
        double seconds =
                Rounds.bestSeconds(
                        scale,
                        () -> {
                            Counter counter = new Counter();
                            for (int i = 0; i < SENDERS; i++) {
                                Sender sender = new Sender(counter);
                                sender.send(new Token(sender, MESSAGES_EACH));
                            }
                            counter.end.await();
                        });
        double messages = (double) SENDERS * MESSAGES_EACH;
        return List.of(new Figure("many_to_one_messages_per_s", messages / seconds, "1/s"));
    }
}
