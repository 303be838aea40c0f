package dev.myriad.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.State;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * Changes the values of a topic at a rate: numbers under keys drawn at random, and now and then a
 * key goes. Immutable.
 *
 * @param keys that there may be
 * @param perSecond changes
 */
record BenchFeed(int keys, int perSecond, int millis) {
    private static final int TICKS_PER_SECOND = 500;
    private static final int REMOVE_EVERY = 20;

    /** Starts a thread that ends by itself. */
    void start(State state) {
        var _ = Thread.ofVirtual().name("feed").start(() -> run(state));
    }

    private void run(State state) {
        Random random = new Random(1);
        long began = System.nanoTime();
        long end = began + millis * 1_000_000L;
        long changed = 0;
        int ticks = 0;
        try {
            for (long now = began; now < end; now = System.nanoTime()) {
                long due = (long) ((now - began) / 1e9 * perSecond);
                changed += change(state, random, (int) Math.min(keys, due - changed));
                if (++ticks % REMOVE_EVERY == 0) {
                    boolean _ = state.remove(key(random.nextInt(keys)));
                }
                Thread.sleep(1_000 / TICKS_PER_SECOND);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Changes so many keys, of which some may be the same, at once. */
    private int change(State state, Random random, int count) {
        Map<String, Payload> values = HashMap.newHashMap(count);
        for (int i = 0; i < count; i++) {
            byte[] value = Integer.toString(random.nextInt(1_000_000)).getBytes(US_ASCII);
            values.put(key(random.nextInt(keys)), Payload.json(value));
        }
        if (count > 0) {
            long _ = state.putAll(values);
        }
        return count;
    }

    private static String key(int number) {
        return "k" + number;
    }
}
