package dev.myriad.net.netty;

import dev.myriad.net.Application;
import dev.myriad.net.NetConfig;
import dev.myriad.net.Transport;
import dev.myriad.net.engine.TransportProvider;

/** How {@code dev.myriad.net.Transports} finds this transport. Thread-safe: no state. */
public final class NettyProvider implements TransportProvider {
    /** For the service loader. */
    public NettyProvider() {}

    @Override
    public String name() {
        return "netty";
    }

    @Override
    public Transport start(NetConfig config, Application application, String reason) {
        return NettyTransport.start(config, application, reason);
    }
}
