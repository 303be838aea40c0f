package dev.myriad.net.spi;

import dev.myriad.net.Connection;
import dev.myriad.net.Limits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections a transport holds, in all and from each address. Shared by its shards, so
 * thread-safe; no user code runs within.
 *
 * <p>An IPv6 address counts as its first 64 bits, the network of one site, since who has one
 * address there has all of them.
 */
public final class Room {
    private static final int IPV6_BYTES = 16;
    private static final int NETWORK_BYTES = 8;

    private final int connectionsMax;
    private final int perAddressMax;
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<ByteBuffer, Integer> addresses = new ConcurrentHashMap<>();

    public Room(Limits limits) {
        this.connectionsMax = limits.connectionsMax();
        this.perAddressMax = limits.connectionsPerAddressMax();
    }

    /** One more; whether it is within the limit. It counts in either case. */
    public boolean enter() {
        return connections.incrementAndGet() <= connectionsMax;
    }

    public void leave() {
        connections.decrementAndGet();
    }

    /** How many have entered and not left. */
    public int connections() {
        return connections.get();
    }

    /** One more WebSocket of that address; false, and not counted, if it has enough. */
    public boolean enterFrom(Connection connection) {
        if (perAddressMax == 0) {
            return true;
        }
        ByteBuffer address = addressOf(connection.peer());
        int before = addresses.getOrDefault(address, 0);
        if (before >= perAddressMax) {
            return false; // without the map's lock: a flood from one address shall cost little
        }
        if (addresses.merge(address, 1, Integer::sum) <= perAddressMax) {
            return true;
        }
        leaveFrom(address);
        return false;
    }

    public void leaveFrom(Connection connection) {
        if (perAddressMax != 0) {
            leaveFrom(addressOf(connection.peer()));
        }
    }

    private void leaveFrom(ByteBuffer address) {
        addresses.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }

    /** Addresses that have a connection now. */
    int addresses() {
        return addresses.size();
    }

    private static ByteBuffer addressOf(InetSocketAddress peer) {
        InetAddress address = peer.getAddress();
        byte[] bytes = address.getAddress();
        int length = bytes.length == IPV6_BYTES ? NETWORK_BYTES : bytes.length;
        return ByteBuffer.wrap(bytes, 0, length).slice();
    }
}
