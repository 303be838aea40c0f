package dev.myriad.server;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import java.util.Map;

/**
 * What load generators talk to, {@code bench:*}: an echo and a broadcast, payloads untouched, and
 * handlers that are slow or faulty.
 */
final class BenchChannel extends Channel {
    private static final String MESSAGE = "msg";
    private static final int SLEEP_MILLIS = 30_000;
    private static final long SPIN_NANOS = 3_000_000_000L;

    @Override
    protected JoinResult join(String topic, Payload params) {
        return JoinResult.ok();
    }

    @Override
    protected Result handleIn(String event, Payload payload) throws InterruptedException {
        return switch (event) {
            case "echo" -> Result.ok(payload);
            case "pub" -> {
                broadcast(MESSAGE, payload);
                yield Result.ok();
            }
            case "shout" -> {
                broadcast(MESSAGE, payload);
                yield Result.noReply();
            }
            case "sleep" -> {
                Thread.sleep(SLEEP_MILLIS);
                yield Result.ok();
            }
            case "spin" -> {
                long end = System.nanoTime() + SPIN_NANOS;
                while (System.nanoTime() - end < 0) {
                    // computes, as a handler does that should have asked somebody else
                }
                yield Result.ok();
            }
            case "crash" -> throw new IllegalStateException("a client asked for a crash");
            default ->
                    Result.error(
                            Map.of("reason", "bench knows echo, pub, shout, sleep, spin, crash"));
        };
    }
}
