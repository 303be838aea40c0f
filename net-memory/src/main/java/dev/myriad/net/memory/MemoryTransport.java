package dev.myriad.net.memory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.myriad.net.Application;
import dev.myriad.net.Drain;
import dev.myriad.net.Group;
import dev.myriad.net.Limits;
import dev.myriad.net.NetConfig;
import dev.myriad.net.NetException;
import dev.myriad.net.NetStats;
import dev.myriad.net.Transport;
import dev.myriad.net.engine.Counters;
import dev.myriad.net.engine.Draining;
import dev.myriad.net.engine.Room;
import dev.myriad.net.engine.ShardedGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A transport without a network, for tests: its clients are in the same program. Thread-safe.
 *
 * <p>Only the moving of bytes is its own. Requests, upgrades, frames, limits, groups and the drain
 * are the engine's, as on io_uring and Netty, and it passes their conformance suite.
 */
public final class MemoryTransport implements Transport {
    /** Where clients come from that do not say otherwise. */
    public static final InetSocketAddress LOOPBACK =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    /** What a client takes before it reads. */
    private static final int RECEIVE_BYTES = 64 << 10;

    private static final String UPGRADE =
            String.join(
                    "\r\n",
                    " HTTP/1.1",
                    "host: localhost",
                    "upgrade: websocket",
                    "connection: Upgrade",
                    "sec-websocket-version: 13",
                    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
                    "");

    private final MemoryShard[] shards;
    private final Room room;
    private int connected;
    private boolean closed;

    private MemoryTransport(NetConfig config, Application application) {
        this.room = new Room(config);
        this.shards = new MemoryShard[config.shards()];
        for (int i = 0; i < shards.length; i++) {
            shards[i] = new MemoryShard(i, config.limits(), application, room);
        }
    }

    /** Starts the shard threads. */
    public static MemoryTransport start(int shards, Application application) {
        return start(new NetConfig("localhost", 0, shards, Limits.DEFAULT), application);
    }

    /** Starts the shard threads; a host and a port are of no use. */
    public static MemoryTransport start(NetConfig config, Application application) {
        MemoryTransport transport = new MemoryTransport(config, application);
        for (MemoryShard shard : transport.shards) {
            shard.start();
        }
        return transport;
    }

    /**
     * A client that asks to be upgraded; whether it was is for the client to tell.
     *
     * @param target path and query
     */
    public MemoryClient connect(String target) {
        return connect(target, "");
    }

    /**
     * A client that asks to be upgraded.
     *
     * @param headers further header lines, each with its CR LF
     */
    public MemoryClient connect(String target, String headers) {
        return connect(target, headers, LOOPBACK);
    }

    /** A client that asks to be upgraded, from that address. */
    public MemoryClient connect(String target, String headers, InetSocketAddress peer) {
        byte[] request = ("GET " + target + UPGRADE + headers + "\r\n").getBytes(US_ASCII);
        return MemoryClient.start(open(peer), request);
    }

    /** A connection for plain HTTP, from that address. */
    public MemoryHttp http(InetSocketAddress peer) {
        return new MemoryHttp(open(peer));
    }

    /** A connection on which nothing has been said, from that address. */
    public MemorySocket open(InetSocketAddress peer) {
        return open(peer, RECEIVE_BYTES);
    }

    /**
     * A connection on which nothing has been said, from that address.
     *
     * @param receiveBytes what its end takes before it is read
     * @throws NetException if the transport is closed
     */
    public synchronized MemorySocket open(InetSocketAddress peer, int receiveBytes) {
        if (closed) {
            throw new NetException("connection refused: the transport is closed");
        }
        connected++;
        MemoryWire wire = new MemoryWire(shards[connected % shards.length], peer, receiveBytes);
        wire.beginSoon();
        return new MemorySocket(wire);
    }

    /**
     * Sends nothing to groups until {@link #releaseGroups}, so that whatever is sent directly
     * overtakes it, as may happen to large groups.
     */
    public void holdGroups() {
        hold(true);
    }

    /** Sends to groups again. */
    public void releaseGroups() {
        hold(false);
    }

    private void hold(boolean held) {
        for (MemoryShard shard : shards) {
            shard.holdGroups(held);
        }
    }

    /** Waits until the shards have done what was asked of them so far. */
    public void awaitServed() {
        for (MemoryShard shard : shards) {
            shard.awaitServed();
        }
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String reason() {
        return "a test asked for it";
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public Group group() {
        return new ShardedGroup(shards, shards.length);
    }

    @Override
    public NetStats stats() {
        return Counters.sum(shards);
    }

    @Override
    public void close(Drain drain) {
        if (!refuseNewcomers()) {
            return;
        }
        for (MemoryShard shard : shards) {
            shard.closeNewcomersSoon();
        }
        try {
            Draining.of(shards, room, drain);
        } finally {
            for (MemoryShard shard : shards) {
                shard.stop();
            }
        }
    }

    /** Whether they were not refused already. */
    private synchronized boolean refuseNewcomers() {
        boolean first = !closed;
        closed = true;
        return first;
    }
}
