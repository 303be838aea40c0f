package dev.myriad.net;

/** What the parts of the conformance suite need. */
interface Fixture {
    int SHARDS = 2;

    Transport start(NetConfig config, Application application);

    /**
     * A client's end of a new connection to that transport.
     *
     * @param receiveBytes what it takes about before it is read, 0 for the usual
     */
    default TestConnection connect(Transport transport, int receiveBytes) {
        return SocketConnection.to(transport.address(), receiveBytes);
    }

    default TestServer server() {
        return server(Limits.DEFAULT);
    }

    default TestServer server(Limits limits) {
        return new TestServer(this, limits);
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
