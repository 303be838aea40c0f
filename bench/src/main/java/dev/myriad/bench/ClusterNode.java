package dev.myriad.bench;

import dev.myriad.channels.JacksonCodec;
import dev.myriad.cluster.NatsCluster;
import dev.myriad.process.Process;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Broadcast;
import dev.myriad.pubsub.ClusterStats;
import dev.myriad.pubsub.PubSub;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/**
 * A node that listens, in a JVM of its own so that its processor time can be told from others'. It
 * does what it reads from its standard input and prints a line for each.
 */
final class ClusterNode {
    /** What it listens to from its start. */
    static final String TOPIC = "cluster:all";

    /** A message: its number in its topic, when it was sent, when the one before it was. */
    static final int BYTES = 120;

    private static final int JOINING = 1_000;
    private static final int FOLLOWED = 3;
    private static final long PATIENCE_SECONDS = 30;

    private final PubSub pubSub;
    private final Ear ear = new Ear();

    private ClusterNode(String nats) {
        pubSub =
                new PubSub(
                        () -> {
                            throw new IllegalStateException("there are no connections here");
                        },
                        Optional.empty(),
                        Optional.of(NatsCluster.at(nats).name("bench").node("ear").build()));
        pubSub.start(JacksonCodec.SHARED, _ -> {});
        pubSub.subscribe(TOPIC, ear);
    }

    /** A topic of those that are joined while much is sent to them. */
    static String joined(int topic) {
        return "cluster:joined:" + topic;
    }

    static Payload message(long number, long beforeNanos) {
        return Payload.binary(
                ByteBuffer.allocate(BYTES)
                        .putLong(number)
                        .putLong(System.nanoTime())
                        .putLong(beforeNanos)
                        .array());
    }

    static void main(String[] arguments) throws IOException, InterruptedException {
        ClusterNode node = new ClusterNode(arguments[0]);
        System.out.println("ready");
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = in.readLine();
        while (line != null) {
            String[] words = line.split(" ", -1);
            System.out.println(
                    words[0].equals("joins")
                            ? node.joins(Integer.parseInt(words[1]), Integer.parseInt(words[2]))
                            : node.ear.report(node.pubSub.clusterStats().orElseThrow()));
            line = in.readLine();
        }
    }

    /** Listens to the one topic, and counts what is wrong with what comes. */
    private static final class Ear extends Process {
        private final Histogram micros = new Histogram(3);
        private long count;
        private long missing;
        private long wrong;
        private long last = -1;
        private long firstNanos;

        @Override
        protected void handle(Object message) {
            if (message instanceof Asked asked) {
                asked.answer = take();
                asked.answered.countDown();
                return;
            }
            ByteBuffer bytes = ByteBuffer.wrap(((Broadcast) message).payload().bytes());
            long number = bytes.getLong();
            if (count++ == 0) {
                firstNanos = System.nanoTime();
            }
            micros.recordValue(Math.max(0, (System.nanoTime() - bytes.getLong()) / 1_000));
            if (last >= 0 && number <= last) {
                wrong++;
            } else {
                missing += last < 0 ? 0 : number - last - 1;
                last = number;
            }
        }

        private String take() {
            String taken =
                    String.join(
                            " ",
                            String.valueOf(count),
                            String.valueOf(missing),
                            String.valueOf(wrong),
                            String.valueOf(micros.getValueAtPercentile(50)),
                            String.valueOf(micros.getValueAtPercentile(99)),
                            String.valueOf(firstNanos));
            count = 0;
            missing = 0;
            wrong = 0;
            micros.reset();
            return taken;
        }

        String report(ClusterStats stats) throws InterruptedException {
            Asked asked = new Asked();
            send(asked);
            asked.answered.await();
            return asked.answer + " " + stats.lost() + " " + stats.buckets();
        }
    }

    private static final class Asked {
        final CountDownLatch answered = new CountDownLatch(1);
        volatile String answer = "";
    }

    // ---- joins

    private String joins(int count, int topics) throws InterruptedException {
        Semaphore free = new Semaphore(JOINING);
        LongAdder missed = new LongAdder();
        AtomicInteger silent = new AtomicInteger();
        for (int i = 0; i < count; i++) {
            String topic = joined(i % topics);
            free.acquire();
            Thread.ofVirtual()
                    .start(
                            () -> {
                                Joined one = new Joined();
                                pubSub.subscribe(topic, one);
                                one.since = System.nanoTime();
                                if (!one.isOver()) {
                                    silent.incrementAndGet();
                                }
                                pubSub.unsubscribe(topic, one);
                                missed.add(one.missed.get());
                                free.release();
                            });
        }
        free.acquire(JOINING);
        return missed.sum()
                + " "
                + silent.get()
                + " "
                + pubSub.clusterStats().orElseThrow().unproven();
    }

    /** Hears the first few messages of a topic that it has just joined. */
    private static final class Joined extends Process {
        private final CountDownLatch heard = new CountDownLatch(FOLLOWED);
        volatile long since = Long.MAX_VALUE;
        final AtomicInteger missed = new AtomicInteger();
        private long last = -1;
        private long firstBefore;

        @Override
        protected void handle(Object message) {
            ByteBuffer bytes = ByteBuffer.wrap(((Broadcast) message).payload().bytes());
            long number = bytes.getLong();
            if (last < 0) {
                firstBefore = bytes.getLong(2 * Long.BYTES);
            } else if (number != last + 1 && heard.getCount() > 0) {
                missed.incrementAndGet();
            }
            last = number;
            if (since != Long.MAX_VALUE) {
                heard.countDown();
            }
        }

        /** Whether it has heard enough; what came before the first was sent before it joined. */
        boolean isOver() {
            try {
                boolean over = heard.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (firstBefore - since > 0) {
                    missed.incrementAndGet();
                }
                return over;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
