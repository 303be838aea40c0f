import dev.myriad.net.engine.TransportProvider;

/**
 * The engine (shards, event loops that own connections, their requests and messages) and the
 * transport on io_uring.
 */
module dev.myriad.net {
    requires static org.jspecify;
    requires dev.myriad.log;
    requires transitive dev.myriad.protocol;

    exports dev.myriad.net;
    exports dev.myriad.net.engine to
            dev.myriad.net.netty,
            dev.myriad.net.memory,
            dev.myriad.longpoll,
            dev.myriad.channels;
    exports dev.myriad.net.uring to
            dev.myriad.bench;

    uses TransportProvider;
}
