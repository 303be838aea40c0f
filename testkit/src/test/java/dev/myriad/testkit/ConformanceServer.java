package dev.myriad.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.myriad.channels.Endpoint;
import dev.myriad.net.NetException;
import dev.myriad.net.Transports;
import java.net.URI;

/** An endpoint with the {@link ConformanceRoom}, on one shard of a real transport. Stateless. */
final class ConformanceServer {
    private ConformanceServer() {}

    /** Ends the test if this machine does not have the transport. */
    static Endpoint serve(Transports.Kind kind) {
        try {
            return Endpoint.builder()
                    .shards(1)
                    .transport(kind)
                    .socket(
                            "/socket",
                            socket -> socket.channel("conformance:*", ConformanceRoom::new))
                    .start();
        } catch (NetException e) {
            return abort(e.toString());
        }
    }

    static URI url(Endpoint endpoint) {
        return URI.create(
                "ws://127.0.0.1:%d/socket/websocket".formatted(endpoint.address().getPort()));
    }
}
