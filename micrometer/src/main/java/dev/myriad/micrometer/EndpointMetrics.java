package dev.myriad.micrometer;

import dev.myriad.channels.Endpoint;
import dev.myriad.channels.EndpointStats;
import dev.myriad.channels.Mistake;
import dev.myriad.log.Log;
import dev.myriad.net.Limit;
import dev.myriad.net.Memory;
import dev.myriad.net.NetStats;
import dev.myriad.protocol.CloseCode;
import dev.myriad.pubsub.ClusterStats;
import dev.myriad.pubsub.Recovery;
import dev.myriad.pubsub.TopicException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What an endpoint counts, as meters whose names begin with {@code myriad.}. Thread-safe.
 *
 * <pre>{@code
 * new EndpointMetrics(endpoint).bindTo(registry);
 * }</pre>
 *
 * A meter reads its counter when it is asked: nothing is on the way of a message. It may be bound
 * before the endpoint is started. Bind {@link ProcessMetrics} as well, once in a program.
 */
public final class EndpointMetrics implements MeterBinder {
    private static final NetStats NOTHING =
            new NetStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), 0, Map.of(), Map.of(), Map.of());

    /** Those that {@link NetStats#closed} has; they are bound before there is a transport. */
    private static final int[] CLOSE_CODES =
            IntStream.concat(
                            IntStream.rangeClosed(CloseCode.NORMAL, 1015)
                                    .filter(CloseCode::validOnWire),
                            IntStream.of(3000, 4000))
                    .toArray();

    private final Supplier<NetStats> net;
    private final Supplier<EndpointStats> channels;
    private final Supplier<Optional<ClusterStats>> cluster;
    private final Iterable<Tag> tags;

    public EndpointMetrics(Endpoint endpoint) {
        this(endpoint, List.of());
    }

    /** With tags for each meter, so that several endpoints may share a registry. */
    public EndpointMetrics(Endpoint endpoint, Iterable<Tag> tags) {
        this(() -> net(endpoint), endpoint::stats, endpoint::cluster, tags);
    }

    EndpointMetrics(
            Supplier<NetStats> net,
            Supplier<EndpointStats> channels,
            Supplier<Optional<ClusterStats>> cluster,
            Iterable<Tag> tags) {
        this.net = net;
        this.channels = channels;
        this.cluster = cluster;
        this.tags = Tags.of(tags);
    }

    /** What its transport counts; nothing before it has one. */
    private static NetStats net(Endpoint endpoint) {
        try {
            return endpoint.transport().stats();
        } catch (IllegalStateException notStarted) {
            return NOTHING;
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        net(new Meters<>(registry, tags, net));
        memory(new Meters<>(registry, tags, net));
        channels(new Meters<>(registry, tags, channels));
        longPoll(new Meters<>(registry, tags, channels));
        topics(new Meters<>(registry, tags, channels));
        if (cluster.get().isPresent()) {
            cluster(new Meters<>(registry, tags, () -> cluster.get().orElseThrow()));
        }
        Meters<Map<String, Long>> limits = new Meters<>(registry, tags, this::limits);
        for (Limit limit : Limit.values()) {
            limits.counter(
                    "myriad.limit.exceeded",
                    "how often a limit was exceeded",
                    Tags.of("limit", limit.key()),
                    counts -> counts.getOrDefault(limit.key(), 0L));
        }
    }

    private static void net(Meters<NetStats> meters) {
        meters.gauge("myriad.connections", "upgraded connections now", NetStats::open);
        meters.counter("myriad.accepted", "sockets accepted", NetStats::accepted);
        meters.counter("myriad.upgraded", "upgrade requests accepted", NetStats::upgraded);
        meters.counter("myriad.refused", "upgrades and connections refused", NetStats::refused);
        meters.counter("myriad.messages.in", "data messages received", NetStats::messagesIn);
        meters.counter("myriad.frames.out", "sends to connections", NetStats::framesOut);
        meters.counter("myriad.bytes.in", "bytes received", NetStats::bytesIn);
        meters.counter("myriad.bytes.out", "bytes sent or queued", NetStats::bytesOut);
        meters.counter("myriad.congested", "connections that had to queue", NetStats::congested);
        meters.counter("myriad.dropped", "group sends dropped, queue full", NetStats::dropped);
        meters.counter(
                "myriad.closed.slow", "connections closed as too slow", NetStats::closedSlow);
        for (int code : CLOSE_CODES) {
            meters.counter(
                    "myriad.closed",
                    "connections that the server closed",
                    Tags.of("code", Integer.toString(code)),
                    stats -> stats.closed().getOrDefault(code, 0L));
        }
    }

    private static void cluster(Meters<ClusterStats> meters) {
        meters.gauge(
                "myriad.cluster.connected",
                "1 if the other nodes can be reached",
                stats -> stats.connected() ? 1 : 0);
        meters.gauge("myriad.cluster.nodes", "the other nodes", stats -> stats.others().size());
        meters.gauge(
                "myriad.cluster.buckets",
                "buckets of topics that are listened to",
                ClusterStats::buckets);
        meters.counter(
                "myriad.cluster.published", "messages for other nodes", ClusterStats::published);
        meters.counter(
                "myriad.cluster.unsent", "those that were dropped here", ClusterStats::unsent);
        meters.gauge(
                "myriad.cluster.waiting", "messages that wait to be sent", ClusterStats::waiting);
        meters.counter(
                "myriad.cluster.received", "messages of other nodes", ClusterStats::received);
        meters.counter(
                "myriad.cluster.lost", "messages of others that did not come", ClusterStats::lost);
        meters.counter("myriad.cluster.gaps", "how often some were lost", ClusterStats::gaps);
        meters.counter(
                "myriad.cluster.late", "messages that came twice or late", ClusterStats::late);
        meters.counter(
                "myriad.cluster.refused", "messages that were unreadable", ClusterStats::refused);
        meters.counter(
                "myriad.cluster.unproven",
                "joins before all nodes had answered",
                ClusterStats::unproven);
        log(meters, "myriad.cluster.log", "histories", ClusterStats::histories);
        log(meters, "myriad.cluster.states", "values", ClusterStats::states);
    }

    private static void log(
            Meters<ClusterStats> meters,
            String name,
            String what,
            Function<ClusterStats, ClusterStats.LogStats> log) {
        meters.gauge(
                name + ".open",
                "1 if the nodes share the " + what + " of topics",
                stats -> log.apply(stats).open() ? 1 : 0);
        meters.counter(
                name + ".appended",
                "messages that the log of " + what + " has stored",
                stats -> log.apply(stats).appended());
        meters.counter(
                name + ".unlogged",
                "messages that the log of " + what + " did not take",
                stats -> log.apply(stats).unlogged());
        meters.gauge(
                name + ".waiting",
                "messages on their way to the log of " + what,
                stats -> log.apply(stats).waiting());
        meters.counter(
                name + ".reads",
                "how often the log of " + what + " was read",
                stats -> log.apply(stats).reads());
        meters.counter(
                name + ".gaps",
                "messages of it that did not follow what was known",
                stats -> log.apply(stats).gaps());
    }

    private static void memory(Meters<NetStats> meters) {
        for (Memory.Kind kind : Memory.Kind.values()) {
            Tags tags = Tags.of("kind", kind.key());
            meters.gauge(
                    "myriad.held.bytes",
                    "what clients make the server hold",
                    tags,
                    stats -> stats.held().getOrDefault(kind.key(), 0L));
            meters.gauge(
                    "myriad.held.max.bytes",
                    "what clients may make the server hold",
                    tags,
                    stats -> stats.heldMax().getOrDefault(kind.key(), 0L));
        }
    }

    private static void channels(Meters<EndpointStats> meters) {
        meters.gauge("myriad.channels", "joined channels now", EndpointStats::channels);
        meters.gauge("myriad.topics", "topics with subscribers now", EndpointStats::topics);
        meters.counter("myriad.joins", "joins that succeeded", EndpointStats::joins);
        meters.counter(
                "myriad.joins.refused",
                "joins answered with an error",
                EndpointStats::joinsRefused);
        meters.counter(
                "myriad.messages.handled", "events handled by channels", EndpointStats::messages);
        meters.counter("myriad.broadcasts", "messages sent to topics", EndpointStats::broadcasts);
        meters.counter(
                "myriad.channels.dropped",
                "topic messages that slow channels missed",
                EndpointStats::dropped);
        meters.counter("myriad.crashes", "channels that ended by a fault", EndpointStats::crashes);
        meters.counter(
                "myriad.log.dropped",
                "lines of the program that the log was stuck or too slow for",
                _ -> Log.dropped());
        for (Mistake mistake : Mistake.values()) {
            meters.counter(
                    "myriad.mistakes",
                    "what programs and clients did wrong, or were refused",
                    Tags.of("kind", mistake.key()),
                    stats -> stats.mistakes().getOrDefault(mistake.key(), 0L));
        }
    }

    private static void topics(Meters<EndpointStats> meters) {
        meters.gauge(
                "myriad.topics.remembering",
                "topics that remember something now",
                stats -> stats.memory().topics());
        meters.counter(
                "myriad.resumes",
                "joins that asked for what they missed",
                Tags.of("result", "recovered"),
                stats -> stats.memory().recovered());
        for (Recovery.Obstacle obstacle : Recovery.Obstacle.values()) {
            meters.counter(
                    "myriad.resumes",
                    "joins that asked for what they missed",
                    Tags.of("result", obstacle.reason()),
                    stats -> stats.memory().notRecovered().getOrDefault(obstacle, 0L));
        }
        meters.counter(
                "myriad.gaps.told",
                "times that the members of a topic were told that messages may be missing",
                stats -> stats.memory().gaps());
        for (TopicException.Code code : TopicException.Code.values()) {
            meters.counter(
                    "myriad.topics.refused",
                    "presences and values that were refused",
                    Tags.of("reason", code.reason()),
                    stats -> stats.memory().refused().getOrDefault(code, 0L));
        }
    }

    private static void longPoll(Meters<EndpointStats> meters) {
        meters.gauge(
                "myriad.long.poll.sessions",
                "clients that poll now",
                stats -> stats.longPoll().open());
        meters.counter(
                "myriad.long.poll.opened",
                "sessions of polling clients",
                stats -> stats.longPoll().opened());
        meters.counter(
                "myriad.long.poll.refused",
                "polling clients refused",
                stats -> stats.longPoll().refused());
        meters.counter("myriad.long.poll.polls", "polls", stats -> stats.longPoll().polls());
        meters.counter(
                "myriad.long.poll.binary.dropped",
                "binary messages that cannot be polled",
                stats -> stats.longPoll().binaryDropped());
    }

    /** How often each limit was exceeded, by its name; those that poll count with the others. */
    private Map<String, Long> limits() {
        Map<String, Long> sums = new LinkedHashMap<>();
        EndpointStats now = channels.get();
        Stream.of(net.get().limits(), now.limits(), now.longPoll().limits())
                .forEach(counts -> counts.forEach((name, n) -> sums.merge(name, n, Long::sum)));
        return sums;
    }
}
