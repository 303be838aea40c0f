package dev.myriad.examples;

import dev.myriad.channels.ChannelLimits;
import dev.myriad.channels.Endpoint;
import dev.myriad.net.Drain;
import dev.myriad.net.Limits;

/** An endpoint for people, whose limits are closer than the defaults. Thread-safe: no state. */
final class Guarded {
    private Guarded() {}

    static Endpoint serve(int port) {
        return Endpoint.builder()
                .port(port)
                .limits(Limits.DEFAULT.withConnectionsMax(20_000).withMessageBytesMax(64 << 10))
                .channelLimits(
                        ChannelLimits.DEFAULT
                                .withConnectionEventsPerSecondMax(100)
                                .withConnectsPerSecondMax(2_000))
                .drain(Drain.DEFAULT.withPerSecond(1_000).withDeadlineMillis(20_000))
                .socket("/socket", socket -> socket.channel("room:*", EchoChat::new))
                .start();
    }
}
