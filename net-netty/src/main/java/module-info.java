import dev.myriad.net.engine.TransportProvider;
import dev.myriad.net.netty.NettyProvider;

/** The portable transport: Netty on epoll, kqueue or NIO. */
module dev.myriad.net.netty {
    requires static org.jspecify;
    requires dev.myriad.log;
    requires dev.myriad.net;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.kqueue;
    requires io.netty.transport.unix.common;

    provides TransportProvider with
            NettyProvider;
}
