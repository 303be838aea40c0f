package dev.myriad.net.netty;

import dev.myriad.net.Application;
import dev.myriad.net.NetConfig;
import dev.myriad.net.Transport;
import dev.myriad.net.TransportConformance;
import dev.myriad.net.Transports;

/** The Netty transport on what is best here: epoll on Linux. */
final class NettyConformanceTest extends TransportConformance {
    @Override
    public Transport start(NetConfig config, Application application) {
        return Transports.start(Transports.Kind.NETTY, config, application);
    }
}
