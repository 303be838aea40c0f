package dev.myriad.net.netty;

import dev.myriad.net.Application;
import dev.myriad.net.NetConfig;
import dev.myriad.net.Transport;
import dev.myriad.net.TransportConformance;

/** The Netty transport on NIO, which it falls back to on other systems. */
final class NioConformanceTest extends TransportConformance {
    @Override
    public Transport start(NetConfig config, Application application) {
        return NettyTransport.start(config, application, Flavour.NIO, "a test");
    }
}
