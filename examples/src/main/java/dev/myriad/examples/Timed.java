package dev.myriad.examples;

import dev.myriad.channels.Around;
import dev.myriad.channels.Result;
import dev.myriad.channels.Socket;
import dev.myriad.protocol.Payload;
import java.util.concurrent.atomic.AtomicLong;

/** Measures how long the slowest event took, whatever channel handled it. Thread-safe. */
public final class Timed implements Around {
    private final AtomicLong slowest = new AtomicLong();

    @Override
    public Result handleIn(
            Socket socket, String topic, String event, Payload payload, HandleIn next)
            throws Exception {
        long start = System.nanoTime();
        try {
            return next.handleIn(event, payload);
        } finally {
            long micros = (System.nanoTime() - start) / 1_000;
            slowest.accumulateAndGet(micros, Math::max);
        }
    }

    long slowestMicros() {
        return slowest.get();
    }
}
