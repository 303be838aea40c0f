package dev.myriad.bench;

import dev.myriad.channels.Endpoint;
import dev.myriad.cluster.NatsCluster;
import dev.myriad.pubsub.State;
import dev.myriad.pubsub.StateRule;
import dev.myriad.pubsub.TopicException;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * A node that changes the values of a topic, in a JVM of its own so that it can be killed. It says
 * at once what has become of each change, by a byte: so whoever reads that knows what was accepted
 * before it died.
 */
final class KeyedNode {
    static final String TOPIC = "shared:all";

    static final int ACCEPTED = '.';
    static final int UNSURE = '?';

    /** Behind it come the rest of a line: what it knows when it has stopped. */
    static final int STOPPED = '!';

    static final int KEYS = 1_000;

    private final State state;
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private final ConcurrentHistogram micros = new ConcurrentHistogram(3);
    private volatile boolean over;

    private KeyedNode(Endpoint node) {
        this.state = node.state(TOPIC);
    }

    /** Its arguments: where NATS is, what it is called. */
    static void main(String[] arguments) throws IOException, InterruptedException {
        try (Endpoint endpoint =
                Endpoint.builder()
                        .port(0)
                        .cluster(
                                NatsCluster.at(arguments[0])
                                        .name("bench")
                                        .node(arguments[1])
                                        .build())
                        .topics("shared:*", rule -> rule.state(StateRule.keyed()))
                        .start()) {
            new KeyedNode(endpoint).obey();
        }
    }

    /** {@code write WRITERS PER_SECOND BATCH}, {@code rest}, {@code sum}. */
    private void obey() throws IOException, InterruptedException {
        int size = state.size(); // from here on it is known
        say(STOPPED, size + "\n");
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        List<Thread> writers = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("write")) {
                over = false;
                micros.reset();
                int count = Integer.parseInt(words[1]);
                double rate = Double.parseDouble(words[2]) / count;
                int batch = Integer.parseInt(words[3]);
                for (int i = 0; i < count; i++) {
                    writers.add(Thread.ofVirtual().start(() -> write(rate, batch)));
                }
            } else if (words[0].equals("rest")) {
                over = true;
            } else {
                for (Thread each : writers) {
                    each.join();
                }
                writers.clear();
                State.Sum sum = settled();
                say(
                        STOPPED,
                        "%d %s %d %d\n"
                                .formatted(
                                        sum.version(),
                                        sum.crc32c(),
                                        micros.getValueAtPercentile(50),
                                        micros.getValueAtPercentile(99)));
            }
        }
    }

    /** When nothing has come for a while from other nodes either. */
    private State.Sum settled() throws InterruptedException {
        long version = -1;
        while (version != state.version() || state.sum().version() != version) {
            version = state.version();
            Thread.sleep(1_000);
        }
        return state.sum();
    }

    private void write(double perSecond, int batch) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long began = System.nanoTime() - random.nextLong((long) (1e9 / perSecond) + 1);
        for (long n = 1; !over; n++) {
            long due = began + (long) (n / perSecond * 1e9);
            long left = due - System.nanoTime();
            if (left > 0) {
                LockSupport.parkNanos(left);
            }
            long from = System.nanoTime();
            try {
                long _ = batch == 1 ? state.put(key(random), n) : state.putAll(many(random, batch));
                micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - from));
                say(ACCEPTED, "");
            } catch (TopicException e) {
                say(UNSURE, "");
            }
        }
    }

    private static String key(ThreadLocalRandom random) {
        return "key" + random.nextInt(KEYS);
    }

    private static Map<String, Long> many(ThreadLocalRandom random, int count) {
        Map<String, Long> many = new HashMap<>();
        int first = random.nextInt(KEYS);
        for (int i = 0; i < count; i++) {
            many.put("key" + (first + i) % KEYS, random.nextLong(1_000_000));
        }
        return many;
    }

    private void say(int what, String rest) {
        byte[] bytes = ((char) what + rest).getBytes(StandardCharsets.US_ASCII);
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
