package dev.myriad.examples;

import dev.myriad.channels.Endpoint;
import dev.myriad.net.Drain;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import java.util.List;

/** An endpoint for people, whose limits are closer than the defaults. Thread-safe: no state. */
final class Guarded {
    private Guarded() {}

    static Endpoint serve(int port) {
        return Endpoint.builder()
                .port(port)
                .limits(
                        Limits.DEFAULT
                                .with(Limit.CONNECTIONS_MAX, 20_000)
                                .with(Limit.MESSAGE_BYTES_MAX, 64 << 10)
                                .with(Limit.CONNECTION_EVENTS_PER_SECOND_MAX, 100)
                                .with(Limit.CONNECTS_PER_SECOND_MAX, 2_000))
                .drain(Drain.DEFAULT.withPerSecond(1_000).withDeadlineMillis(20_000))
                .socket("/socket", socket -> socket.channel("room:*", EchoChat::new))
                .start();
    }

    /** Behind proxies of one's own, which say for whom they ask. */
    static Endpoint.Builder behindProxies(Endpoint.Builder builder) {
        return builder.trustedProxies(List.of("127.0.0.1", "10.0.0.0/8", "fd00::/8"));
    }
}
