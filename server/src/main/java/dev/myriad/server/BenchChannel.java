package dev.myriad.server;

import dev.myriad.channels.Channel;
import dev.myriad.channels.JoinResult;
import dev.myriad.channels.Result;
import dev.myriad.protocol.Payload;
import java.util.Map;

/** What load generators talk to, {@code bench:*}: an echo and a broadcast, payloads untouched. */
final class BenchChannel extends Channel {
    private static final String MESSAGE = "msg";

    @Override
    protected JoinResult join(String topic, Payload params) {
        return JoinResult.ok();
    }

    @Override
    protected Result handleIn(String event, Payload payload) {
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
            default -> Result.error(Map.of("reason", "bench knows echo, pub and shout"));
        };
    }
}
