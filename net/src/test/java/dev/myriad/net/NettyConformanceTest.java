package dev.myriad.net;

/** The Netty transport on what is best here: epoll on Linux. */
final class NettyConformanceTest extends TransportConformance {
    @Override
    public Transport start(NetConfig config, Application application) {
        return Transports.start(Transports.Kind.NETTY, config, application);
    }
}
