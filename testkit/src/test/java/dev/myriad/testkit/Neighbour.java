package dev.myriad.testkit;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A client that behaves well while others do not: it has joined a topic and sends an event or a
 * heartbeat every few milliseconds, each of which must be answered. Runs on a thread of its own.
 */
final class Neighbour implements AutoCloseable {
    static final String TOPIC = "room:neighbour";

    private static final Duration PAUSE = Duration.ofMillis(3);
    private static final int SAMPLES_MAX = 100_000;

    private final RawClient client;
    private final long[] nanos = new long[SAMPLES_MAX];
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean leaving;
    private final AtomicInteger answered = new AtomicInteger();

    Neighbour(InetSocketAddress address) {
        client = RawClient.open(address);
        client.text("[\"1\",\"1\",\"%s\",\"phx_join\",{}]".formatted(TOPIC));
        expect("[\"1\",\"1\",\"%s\",\"phx_reply\",{\"status\":\"ok\",\"response\":{}}]");
        thread = Thread.ofPlatform().name("neighbour").start(this::live);
    }

    private void live() {
        try {
            for (int i = 2; !leaving && answered.get() < SAMPLES_MAX; i++) {
                long start = System.nanoTime();
                if (i % 2 == 0) {
                    client.text("[null,\"%d\",\"phoenix\",\"heartbeat\",{}]".formatted(i));
                    expect(
                            "[null,\""
                                    + i
                                    + "\",\"phoenix\",\"phx_reply\","
                                    + "{\"status\":\"ok\",\"response\":{}}]");
                } else {
                    client.text("[\"1\",\"%d\",\"%s\",\"echo\",{\"n\":1}]".formatted(i, TOPIC));
                    expect(
                            "[\"1\",\""
                                    + i
                                    + "\",\"%s\",\"phx_reply\","
                                    + "{\"status\":\"ok\",\"response\":{\"n\":1}}]");
                }
                nanos[answered.get()] = System.nanoTime() - start;
                answered.incrementAndGet();
                Thread.sleep(PAUSE);
            }
        } catch (Throwable e) {
            failure.set(e);
        }
    }

    private void expect(String answer) {
        String expected = answer.replace("%s", TOPIC);
        String next = client.next();
        if (!next.equals(expected)) {
            throw new AssertionError("expected " + expected + " but got " + next);
        }
    }

    /** How many answers it has got. */
    int answered() {
        return answered.get();
    }

    /**
     * Ends; returns how long the slowest hundredth of its answers took at least.
     *
     * @throws AssertionError if an answer did not come
     */
    Duration leave() {
        leaving = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        Throwable cause = failure.get();
        if (cause != null) {
            throw new AssertionError("the neighbour was harmed: " + cause.getMessage(), cause);
        }
        long[] sorted = Arrays.copyOf(nanos, answered.get());
        Arrays.sort(sorted);
        return sorted.length == 0
                ? Duration.ZERO
                : Duration.ofNanos(sorted[sorted.length * 99 / 100]);
    }

    @Override
    public void close() {
        leaving = true;
        client.close();
    }
}
