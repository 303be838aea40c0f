package dev.myriad.net.uring;

import dev.myriad.net.Application;
import dev.myriad.net.Drain;
import dev.myriad.net.Group;
import dev.myriad.net.NetConfig;
import dev.myriad.net.NetStats;
import dev.myriad.net.Transport;
import dev.myriad.net.engine.Counters;
import dev.myriad.net.engine.Draining;
import dev.myriad.net.engine.OpenFiles;
import dev.myriad.net.engine.Room;
import dev.myriad.net.engine.ShardedGroup;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** The transport on Linux io_uring. Thread-safe. */
public final class UringTransport implements Transport {
    private final UringShard[] shards;
    private final Room room;
    private final List<Listener> listeners;
    private final int laneCount;
    private final String reason;
    private final AtomicBoolean closed = new AtomicBoolean();

    private UringTransport(
            UringShard[] shards, Room room, List<Listener> listeners, String reason) {
        this.shards = shards;
        this.room = room;
        this.listeners = listeners;
        this.laneCount = listeners.size();
        this.reason = reason;
    }

    /** Why io_uring cannot be used here; empty if it can. */
    public static Optional<String> obstacle() {
        return Probe.obstacle();
    }

    /** Binds and serves. */
    public static Transport start(NetConfig config, Application application, String reason) {
        int wanted = config.memory().connectionsMax();
        OpenFiles files = OpenFiles.now();
        int perShard = LaneSize.lanesPerShard(wanted, config.shards(), files);
        LaneSize size = LaneSize.forConnections(wanted, config.shards() * perShard, files.max());
        int places = size.places(wanted, config.shards() * perShard);
        return start(config, application, reason, new Room(config, places), perShard, size);
    }

    /** Binds and serves with lanes of a given number and size. */
    static UringTransport start(
            NetConfig config,
            Application application,
            String reason,
            int lanesPerShard,
            LaneSize size) {
        return start(config, application, reason, new Room(config), lanesPerShard, size);
    }

    private static UringTransport start(
            NetConfig config,
            Application application,
            String reason,
            Room room,
            int lanesPerShard,
            LaneSize size) {
        List<Listener> listeners =
                Listener.open(config.host(), config.port(), lanesPerShard * config.shards());
        List<UringShard> shards = new ArrayList<>();
        try {
            for (int i = 0; i < config.shards(); i++) {
                int first = i * lanesPerShard;
                shards.add(
                        UringShard.start(
                                i,
                                config.limits(),
                                application,
                                room,
                                listeners.subList(first, first + lanesPerShard),
                                size));
            }
        } catch (RuntimeException | Error e) { // an Error if no thread can be made
            shards.forEach(UringShard::stop);
            listeners.forEach(Listener::close);
            if (e instanceof CompletionException) {
                switch (e.getCause()) {
                    case RuntimeException cause -> throw cause;
                    case Error cause -> throw cause;
                    case null, default -> {}
                }
            }
            throw e;
        }
        room.tellLowered();
        return new UringTransport(shards.toArray(new UringShard[0]), room, listeners, reason);
    }

    @Override
    public String name() {
        return "uring";
    }

    @Override
    public String reason() {
        return reason;
    }

    @Override
    public InetSocketAddress address() {
        return listeners.getFirst().address();
    }

    @Override
    public Group group() {
        return new ShardedGroup(shards, laneCount);
    }

    @Override
    public NetStats stats() {
        return Counters.sum(shards);
    }

    @Override
    public Optional<String> trouble() {
        return Stream.of(shards)
                .flatMap(shard -> shard.broken().stream())
                .findFirst()
                .map(
                        first ->
                                "%d of %d shards lost a ring (%s)"
                                        .formatted(
                                                brokenCount(), shards.length, first.getMessage()));
    }

    @Override
    public boolean isServing() {
        return brokenCount() < shards.length;
    }

    private long brokenCount() {
        return Stream.of(shards).filter(shard -> shard.broken().isPresent()).count();
    }

    @Override
    public void close(Drain drain) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        for (UringShard shard : shards) {
            shard.stopAcceptingSoon();
        }
        try {
            Draining.of(shards, room, drain);
        } finally {
            for (UringShard shard : shards) {
                shard.stop();
            }
            listeners.forEach(Listener::close);
        }
    }

    /** How often a completion queue was too small; completions wait in the kernel then. */
    long completionOverflows() {
        return lanes().mapToLong(lane -> lane.ring().overflows()).sum();
    }

    /** How often a receive found no buffer; it is armed again then. */
    long bufferShortages() {
        return lanes().mapToLong(UringLane::shortages).sum();
    }

    /** For tests, which break them. */
    List<Ring> rings() {
        return lanes().map(UringLane::ring).toList();
    }

    private Stream<UringLane> lanes() {
        return Stream.of(shards).flatMap(shard -> Stream.of(shard.lanes()));
    }
}
