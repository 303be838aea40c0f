package dev.myriad.net;

/** What the parts of the conformance suite need. */
interface Fixture {
    int SHARDS = 2;

    Transport start(NetConfig config, Application application);

    default TestServer server() {
        return server(Limits.DEFAULT);
    }

    default TestServer server(Limits limits) {
        return new TestServer(this::start, SHARDS, limits);
    }

    /** The default limits but for these. */
    static Limits limits(
            int connectionsMax,
            int outboundBytesMax,
            int handshakeMillis,
            int idleMillis,
            int closeMillis) {
        return Limits.DEFAULT
                .with(Limit.CONNECTIONS_MAX, connectionsMax)
                .with(Limit.OUTBOUND_BYTES_MAX, outboundBytesMax)
                .with(Limit.HANDSHAKE_MILLIS, handshakeMillis)
                .with(Limit.IDLE_MILLIS, idleMillis)
                .with(Limit.CLOSE_MILLIS, closeMillis);
    }
}
