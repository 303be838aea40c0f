package dev.myriad.net.memory;

import dev.myriad.net.Application;
import dev.myriad.net.Drain;
import dev.myriad.net.Group;
import dev.myriad.net.NetStats;
import dev.myriad.net.Transport;
import dev.myriad.net.engine.Draining;
import dev.myriad.protocol.CloseCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * A transport whose clients are in the same program. Thread-safe.
 *
 * <p>It keeps the contracts of a real one: a connection belongs to one shard thread for life, every
 * call of {@link dev.myriad.net.Connection} or {@link Group} is a command to the shards, and a
 * shard carries out its commands in the order in which they were asked for.
 */
public final class MemoryTransport implements Transport {
    /** Where clients come from that do not say otherwise. */
    public static final InetSocketAddress LOOPBACK =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final List<MemoryShard> shards;
    private final Application application;
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Set<MemoryConnection> open = ConcurrentHashMap.newKeySet();

    private MemoryTransport(int shards, Application application) {
        this.shards =
                IntStream.range(0, shards).mapToObj(number -> new MemoryShard(number)).toList();
        this.application = application;
    }

    /** Starts the shard threads. */
    public static MemoryTransport start(int shards, Application application) {
        return new MemoryTransport(shards, application);
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
        MemoryShard shard = shards.get(connected.getAndIncrement() % shards.size());
        MemoryConnection connection = new MemoryConnection(shard, this, peer);
        connection.ask(application, target, headers);
        return connection.client();
    }

    void opened(MemoryConnection connection) {
        accepted.incrementAndGet();
        open.add(connection);
        if (closed.get()) {
            boolean _ = tellToComeBack(connection);
        }
    }

    void refused() {
        refused.incrementAndGet();
    }

    void closed(MemoryConnection connection) {
        open.remove(connection);
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String reason() {
        return "there is no network";
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public Group group() {
        return new MemoryGroup(shards);
    }

    @Override
    public NetStats stats() {
        return new NetStats(
                open.size(),
                accepted.get(),
                accepted.get(),
                refused.get(),
                0,
                0,
                0,
                0,
                0,
                0,
                Map.of(),
                0,
                Map.of());
    }

    @Override
    public void close(Drain drain) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        Draining.of(open, MemoryTransport::tellToComeBack, open::size, drain);
        shards.forEach(MemoryShard::stop);
    }

    private static boolean tellToComeBack(MemoryConnection connection) {
        connection.close(CloseCode.SERVICE_RESTART, "service restart");
        return true;
    }
}
