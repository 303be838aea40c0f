package dev.myriad.net.netty;

import dev.myriad.net.Application;
import dev.myriad.net.Drain;
import dev.myriad.net.Group;
import dev.myriad.net.NetConfig;
import dev.myriad.net.NetException;
import dev.myriad.net.NetStats;
import dev.myriad.net.Transport;
import dev.myriad.net.engine.Counters;
import dev.myriad.net.engine.Draining;
import dev.myriad.net.engine.OpenFiles;
import dev.myriad.net.engine.Room;
import dev.myriad.net.engine.ShardedGroup;
import io.netty.channel.socket.ServerSocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The portable transport: Netty on epoll, kqueue or NIO. Thread-safe. */
final class NettyTransport implements Transport {
    /** A listener, and what an event loop waits with. */
    private static final int FILES_A_SHARD = 4;

    private final List<NettyShard> shards = new ArrayList<>();
    private final Room room;
    private final List<ServerSocketChannel> listeners = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final String reason;
    private final InetSocketAddress address;

    private NettyTransport(
            NetConfig config, Application application, Flavour flavour, String reason) {
        this.reason = reason + ", on " + flavour.label();
        InetSocketAddress wanted = Listening.resolve(config.host(), config.port());
        room = new Room(config, places(config.shards()));
        try {
            for (int i = 0; i < config.shards(); i++) {
                shards.add(
                        new NettyShard(
                                i,
                                config.limits(),
                                application,
                                room,
                                flavour.io(),
                                flavour.isDirect()));
            }
            address = listen(flavour, wanted);
            room.tellLowered();
        } catch (NetException e) {
            stop();
            throw e;
        } catch (RuntimeException e) { // of Netty: no descriptor for an event loop, for instance
            stop();
            throw new NetException("Netty cannot serve: " + words(e), e);
        } catch (Error e) { // no thread, or no memory outside the heap
            stop();
            throw e;
        }
    }

    /** What is innermost says most. */
    private static String words(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    /**
     * Binds and serves.
     *
     * @throws NetException if it cannot listen there
     */
    static Transport start(NetConfig config, Application application, String reason) {
        return start(config, application, Flavour.best(), reason);
    }

    static NettyTransport start(
            NetConfig config, Application application, Flavour flavour, String reason) {
        return new NettyTransport(config, application, flavour, reason);
    }

    /** A connection takes a descriptor here. */
    private static int places(int shards) {
        return Math.max(1, OpenFiles.now().left() - FILES_A_SHARD * shards);
    }

    private InetSocketAddress listen(Flavour flavour, InetSocketAddress wanted) {
        for (NettyShard shard : shards) {
            shard.start();
        }
        InetSocketAddress bound = wanted;
        if (flavour == Flavour.EPOLL) {
            Listening.check(wanted);
            for (NettyShard shard : shards) {
                NettyShard[] own = {shard};
                listeners.add(Listening.bind(flavour, shard, own, bound));
                bound = listeners.getFirst().localAddress();
            }
            return bound;
        }
        listeners.add(Listening.bind(flavour, shards.getFirst(), all(), bound));
        return listeners.getFirst().localAddress();
    }

    @Override
    public String name() {
        return "netty";
    }

    @Override
    public String reason() {
        return reason;
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public Group group() {
        return new ShardedGroup(all(), shards.size());
    }

    private NettyShard[] all() {
        return shards.toArray(new NettyShard[0]);
    }

    @Override
    public NetStats stats() {
        return Counters.sum(all());
    }

    @Override
    public void close(Drain drain) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        for (ServerSocketChannel listener : listeners) {
            listener.close().syncUninterruptibly();
        }
        for (NettyShard shard : shards) {
            shard.closeNewcomersSoon(); // a socket that was accepted just before may come late
        }
        try {
            Draining.of(all(), room, drain);
        } finally {
            stop();
        }
    }

    /**
     * Ends the event loops, and with them the connections that are left, and waits until they have
     * ended, however long that takes: when a transport has been closed, none of its threads runs
     * any more.
     */
    private void stop() {
        for (NettyShard shard : shards) {
            var _ = shard.loop().shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
        for (NettyShard shard : shards) {
            if (!shard.isInside()) {
                shard.loop().terminationFuture().awaitUninterruptibly();
            }
        }
    }
}
