package dev.myriad.channels;

import dev.myriad.net.Connection;
import dev.myriad.net.Network;
import dev.myriad.net.engine.LimitCounter;
import dev.myriad.protocol.JsonScanner;
import dev.myriad.protocol.Payload;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Holds clients to the {@link ChannelLimits}, and counts what was over them. Thread-safe, and cheap
 * enough for shard threads: it reads a clock, and the counts of a connection are that connection's.
 */
final class Admission {
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final int NEARLY_PERCENT = 80;

    private final ChannelLimits limits;
    private final LongSupplier nanoClock;
    private final long startNanos;
    private final TokenBucket allConnects;
    private final TokenBucket allJoins;
    private final AddressPaces addressJoins;
    private final AddressPaces addressEvents;

    private final LimitCounter channels;
    private final LimitCounter topicBytes;
    private final LimitCounter connectionJoins;
    private final LimitCounter connectionEvents;
    private final LimitCounter joinsOfAddress;
    private final LimitCounter eventsOfAddress;
    private final LimitCounter connects;
    private final LimitCounter joins;
    private final LimitCounter joinsWaiting =
            LimitCounter.of("joinsWaitingMax", SocketHandler.JOINS_WAITING_MAX);
    private final LimitCounter waitingBytes =
            LimitCounter.of("waitingBytesMax", ChannelProcess.WAITING_BYTES_MAX);

    private final LimitCounter jsonDepth =
            LimitCounter.of("jsonDepthMax", JsonScanner.DEPTH_MAX);

    private volatile boolean closed;

    Admission(ChannelLimits limits) {
        this(limits, System::nanoTime);
    }

    Admission(ChannelLimits limits, LongSupplier nanoClock) {
        this.limits = limits;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
        allConnects = new TokenBucket(limits.connectsPerSecondMax(), startNanos);
        allJoins = new TokenBucket(limits.joinsPerSecondMax(), startNanos);
        addressJoins = new AddressPaces(limits.addressJoinsPerSecondMax());
        addressEvents = new AddressPaces(limits.addressEventsPerSecondMax());
        channels = LimitCounter.of("channelsPerConnectionMax", limits.channelsPerConnectionMax());
        topicBytes = LimitCounter.of("topicBytesMax", limits.topicBytesMax());
        connectionJoins =
                LimitCounter.of(
                        "connectionJoinsPerSecondMax", limits.connectionJoinsPerSecondMax());
        connectionEvents =
                LimitCounter.of(
                        "connectionEventsPerSecondMax", limits.connectionEventsPerSecondMax());
        joinsOfAddress =
                LimitCounter.of("addressJoinsPerSecondMax", limits.addressJoinsPerSecondMax());
        eventsOfAddress =
                LimitCounter.of("addressEventsPerSecondMax", limits.addressEventsPerSecondMax());
        connects = LimitCounter.of("connectsPerSecondMax", limits.connectsPerSecondMax());
        joins = LimitCounter.of("joinsPerSecondMax", limits.joinsPerSecondMax());
    }

    /** Whether one more client may come in; asked before anything is done for it. */
    boolean admitsConnect(InetSocketAddress peer) {
        if (closed) {
            return false;
        }
        if (allConnects.take(nanoClock.getAsLong())) {
            return true;
        }
        connects.exceeded(peer);
        return false;
    }

    /** Nobody comes in any more. */
    void close() {
        closed = true;
    }

    /** What a connection sent in the second under way, given what it sent in its last one. */
    long pace(long pace) {
        return Pace.in(second(), pace);
    }

    /** Whether a connection that has sent so much in this second may send one more event. */
    boolean admitsEvent(long pace, Connection connection) {
        int max = limits.connectionEventsPerSecondMax();
        if (max > 0 && Pace.events(pace) >= max) {
            connectionEvents.exceeded(connection.peer());
            return false;
        }
        if (!addressEvents.isOff()
                && !addressEvents.take(second(), Network.of(connection.peer()))) {
            eventsOfAddress.exceeded(connection.peer());
            return false;
        }
        return true;
    }

    /** Whether a connection that has sent so much in this second may ask for one more join. */
    boolean admitsJoin(long pace, Connection connection) {
        int max = limits.connectionJoinsPerSecondMax();
        if (max > 0 && Pace.joins(pace) >= max) {
            connectionJoins.exceeded(connection.peer());
            return false;
        }
        if (!addressJoins.isOff() && !addressJoins.take(second(), Network.of(connection.peer()))) {
            joinsOfAddress.exceeded(connection.peer());
            return false;
        }
        return true;
    }

    /**
     * Why a connection may not have one more channel, if so.
     *
     * @param topicBytes of the topic's name
     * @param present the channels that it has besides one of the same topic
     * @param mayWait whether one more join of the same topic may wait for those under way
     */
    Optional<Payload> obstacle(
            int topicBytes, int present, boolean mayWait, Connection connection) {
        if (topicBytes > limits.topicBytesMax()) {
            this.topicBytes.exceeded(connection.peer());
            return Optional.of(Words.TOPIC_TOO_LONG);
        }
        if (present >= limits.channelsPerConnectionMax()) {
            channels.exceeded(connection.peer());
            return Optional.of(Words.TOO_MANY_CHANNELS);
        }
        if (!mayWait) {
            joinsWaiting.exceeded(connection.peer());
            return Optional.of(Words.TOO_MANY_JOINS);
        }
        if (!allJoins.take(nanoClock.getAsLong())) {
            joins.exceeded(connection.peer());
            return Optional.of(Words.OVERLOADED);
        }
        if ((present + 1) * 100L >= limits.channelsPerConnectionMax() * (long) NEARLY_PERCENT) {
            channels.nearlyExceeded(present + 1, connection.peer());
        }
        return Optional.empty();
    }

    /** A connection sends faster than its channel handles. */
    void waitsTooMuch(Connection connection) {
        waitingBytes.exceeded(connection.peer());
    }

    /** A message has JSON that is nested deeper than is handed on. */
    void nestsTooDeeply(Connection connection) {
        jsonDepth.exceeded(connection.peer());
    }

    /** How often each limit was exceeded, by its name. */
    Map<String, Long> counts() {
        return LimitCounter.counts(
                List.of(
                        channels,
                        topicBytes,
                        connectionJoins,
                        connectionEvents,
                        joinsOfAddress,
                        eventsOfAddress,
                        connects,
                        joins,
                        joinsWaiting,
                        waitingBytes,
                        jsonDepth));
    }

    /** Addresses that are counted now. */
    int addresses() {
        return addressJoins.addresses() + addressEvents.addresses();
    }

    private long second() {
        return (nanoClock.getAsLong() - startNanos) / SECOND_NANOS;
    }
}
