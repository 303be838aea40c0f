/** Shards: event loops that own connections. */
module dev.myriad.net {
    requires static org.jspecify;
    requires transitive dev.myriad.protocol;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.kqueue;
    requires io.netty.transport.unix.common;

    exports dev.myriad.net;
    exports dev.myriad.net.memory;
    exports dev.myriad.net.engine to
            dev.myriad.channels,
            dev.myriad.longpoll;
    exports dev.myriad.net.uring to
            dev.myriad.bench;
}
