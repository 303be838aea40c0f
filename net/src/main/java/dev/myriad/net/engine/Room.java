package dev.myriad.net.engine;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Connection;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import dev.myriad.net.NetConfig;
import dev.myriad.net.Network;
import dev.myriad.net.TrustedProxies;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections a transport holds, in all and from each {@link Network}, and how often its
 * limits were exceeded. Shared by its shards, so thread-safe; no user code runs within.
 */
public final class Room {
    private static final Line LOWERED =
            Log.of("dev.myriad.Limits")
                    .warning(
                            "{} open files do not suffice for the limits: lowered {} from {} to {};"
                                    + " ulimit -n or LimitNOFILE= allows more")
                    .eachTime();

    private final int connectionsMax;
    private final int perAddressMax;
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<Network, Integer> addresses = new ConcurrentHashMap<>();
    private final LimitCounters limitCounters;
    private final TrustedProxies trustedProxies;
    private final Memory memory;

    /** One in which nobody speaks for others. */
    public Room(Limits limits, Memory memory) {
        this(limits, memory, TrustedProxies.NONE, memory.connectionsMax());
    }

    public Room(NetConfig config) {
        this(config, config.memory().connectionsMax());
    }

    /**
     * One with less room than was asked for, if there are fewer places.
     *
     * @param places connections for which there are descriptors
     */
    public Room(NetConfig config, int places) {
        this(
                config.limits(),
                config.memory(),
                config.trustedProxies(),
                Math.min(places, config.memory().connectionsMax()));
    }

    private Room(Limits limits, Memory memory, TrustedProxies trustedProxies, int connectionsMax) {
        this.trustedProxies = trustedProxies;
        this.memory = memory;
        this.connectionsMax = connectionsMax;
        this.perAddressMax = limits.of(Limit.CONNECTIONS_PER_ADDRESS_MAX);
        this.limitCounters = new LimitCounters(limits, Limit.ofConnections());
    }

    /**
     * One more; whether that is within the limit. If it is not it is counted all the same, until it
     * leaves.
     */
    public boolean enter() {
        return connections.incrementAndGet() <= connectionsMax;
    }

    public void leave() {
        connections.decrementAndGet();
    }

    /** Says in the log if it has less room than was asked for. */
    public void tellLowered() {
        if (connectionsMax < memory.connectionsMax()) {
            LOWERED.tell(
                    OpenFiles.now().max(),
                    Limit.CONNECTIONS_MAX,
                    memory.connectionsMax(),
                    connectionsMax);
        }
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
        Network address = Network.of(connection.peer());
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
            leaveFrom(Network.of(connection.peer()));
        }
    }

    private void leaveFrom(Network address) {
        addresses.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }

    /** Addresses that have a connection now. */
    int addresses() {
        return addresses.size();
    }

    /** What clients make the server hold. */
    public Memory memory() {
        return memory;
    }

    TrustedProxies trustedProxies() {
        return trustedProxies;
    }

    LimitCounters limitCounters() {
        return limitCounters;
    }
}
