package dev.myriad.channels;

import java.util.function.Consumer;

/**
 * Every bound of an endpoint besides those of its connections, {@link dev.myriad.net.Limits}. Each
 * has a documented overflow, which is counted in {@link EndpointStats#limits} and logged once a
 * second at most. 0 = any number, but for the topics. Immutable.
 *
 * @param channelsPerConnectionMax topics that one connection may have joined at a time; over it a
 *     join is refused; from 80 % on the log warns
 * @param topicBytesMax of a topic's name in UTF-8; over it a join is refused. The binary format has
 *     room for 255
 * @param connectionJoinsPerSecondMax joins of one connection in a second, up to 65,535; over it a
 *     join is refused. A client that comes back joins all its topics at once: allow at least that
 * @param connectionEventsPerSecondMax other messages of one connection in a second, heartbeats
 *     included; over it the connection is closed with 1008
 * @param addressJoinsPerSecondMax joins of one {@link dev.myriad.net.Network} in a second; as for a
 *     connection. Behind a proxy all clients have the proxy's address
 * @param addressEventsPerSecondMax other messages of one {@link dev.myriad.net.Network} in a
 *     second; over it the connection that sent the last one is closed with 1008
 * @param connectsPerSecondMax upgrades in all, a second's worth at once; over it they are answered
 *     503 before anything else is done for them
 * @param joinsPerSecondMax joins in all, a second's worth at once; over it they are refused
 */
public record ChannelLimits(
        int channelsPerConnectionMax,
        int topicBytesMax,
        int connectionJoinsPerSecondMax,
        int connectionEventsPerSecondMax,
        int addressJoinsPerSecondMax,
        int addressEventsPerSecondMax,
        int connectsPerSecondMax,
        int joinsPerSecondMax) {
    private static final int CONNECTION_JOINS_MAX = 65_535;
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    /**
     * What no honest client reaches. Admission grows with the cores: twice the connections, and
     * five times the joins, that one was seen to serve in a second.
     */
    public static final ChannelLimits DEFAULT =
            new ChannelLimits(100, 255, 500, 50_000, 0, 0, 20_000 * CORES, 50_000 * CORES);

    public ChannelLimits {
        if (channelsPerConnectionMax < 1 || topicBytesMax < 1) {
            throw new IllegalArgumentException("a connection needs a channel, and that a topic");
        }
        if (connectionJoinsPerSecondMax > CONNECTION_JOINS_MAX) {
            throw new IllegalArgumentException(
                    "connectionJoinsPerSecondMax is at most " + CONNECTION_JOINS_MAX);
        }
        if (connectionJoinsPerSecondMax < 0
                || connectionEventsPerSecondMax < 0
                || addressJoinsPerSecondMax < 0
                || addressEventsPerSecondMax < 0
                || connectsPerSecondMax < 0
                || joinsPerSecondMax < 0) {
            throw new IllegalArgumentException("a limit is 0 or more");
        }
    }

    public ChannelLimits withChannelsPerConnectionMax(int channelsPerConnectionMax) {
        return with(draft -> draft.channelsPerConnectionMax = channelsPerConnectionMax);
    }

    public ChannelLimits withTopicBytesMax(int topicBytesMax) {
        return with(draft -> draft.topicBytesMax = topicBytesMax);
    }

    public ChannelLimits withConnectionJoinsPerSecondMax(int connectionJoinsPerSecondMax) {
        return with(draft -> draft.connectionJoinsPerSecondMax = connectionJoinsPerSecondMax);
    }

    public ChannelLimits withConnectionEventsPerSecondMax(int connectionEventsPerSecondMax) {
        return with(draft -> draft.connectionEventsPerSecondMax = connectionEventsPerSecondMax);
    }

    public ChannelLimits withAddressJoinsPerSecondMax(int addressJoinsPerSecondMax) {
        return with(draft -> draft.addressJoinsPerSecondMax = addressJoinsPerSecondMax);
    }

    public ChannelLimits withAddressEventsPerSecondMax(int addressEventsPerSecondMax) {
        return with(draft -> draft.addressEventsPerSecondMax = addressEventsPerSecondMax);
    }

    public ChannelLimits withConnectsPerSecondMax(int connectsPerSecondMax) {
        return with(draft -> draft.connectsPerSecondMax = connectsPerSecondMax);
    }

    public ChannelLimits withJoinsPerSecondMax(int joinsPerSecondMax) {
        return with(draft -> draft.joinsPerSecondMax = joinsPerSecondMax);
    }

    private ChannelLimits with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.limits();
    }

    /** The components, to be changed one by one. */
    private static final class Draft {
        int channelsPerConnectionMax;
        int topicBytesMax;
        int connectionJoinsPerSecondMax;
        int connectionEventsPerSecondMax;
        int addressJoinsPerSecondMax;
        int addressEventsPerSecondMax;
        int connectsPerSecondMax;
        int joinsPerSecondMax;

        Draft(ChannelLimits from) {
            channelsPerConnectionMax = from.channelsPerConnectionMax;
            topicBytesMax = from.topicBytesMax;
            connectionJoinsPerSecondMax = from.connectionJoinsPerSecondMax;
            connectionEventsPerSecondMax = from.connectionEventsPerSecondMax;
            addressJoinsPerSecondMax = from.addressJoinsPerSecondMax;
            addressEventsPerSecondMax = from.addressEventsPerSecondMax;
            connectsPerSecondMax = from.connectsPerSecondMax;
            joinsPerSecondMax = from.joinsPerSecondMax;
        }

        ChannelLimits limits() {
            return new ChannelLimits(
                    channelsPerConnectionMax,
                    topicBytesMax,
                    connectionJoinsPerSecondMax,
                    connectionEventsPerSecondMax,
                    addressJoinsPerSecondMax,
                    addressEventsPerSecondMax,
                    connectsPerSecondMax,
                    joinsPerSecondMax);
        }
    }
}
