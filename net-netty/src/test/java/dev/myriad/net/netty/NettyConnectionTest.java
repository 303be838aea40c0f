package dev.myriad.net.netty;

import dev.myriad.net.Application;
import dev.myriad.net.ConnectionConformance;
import dev.myriad.net.Limits;
import dev.myriad.net.NetConfig;
import dev.myriad.net.Transport;
import dev.myriad.net.Transports;
import dev.myriad.net.WebSocketClient;

/** Connections of WebSockets on Netty. */
final class NettyConnectionTest extends ConnectionConformance {
    @Override
    protected Transport start(Limits limits, Application application) {
        NetConfig config = new NetConfig("127.0.0.1", 0, 2, limits);
        return Transports.start(Transports.Kind.NETTY, config, application);
    }

    @Override
    protected Client connect(Transport transport, String id) {
        return WebSocketClient.open(transport, "/peer?id=" + id);
    }
}
