package dev.myriad.channels;

import dev.myriad.net.Connection;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Network;
import dev.myriad.net.engine.LimitCounters;
import dev.myriad.protocol.Payload;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Holds clients to the {@link Limit#ofChannels limits of channels}, and counts what was over them.
 * Thread-safe, and cheap enough for shard threads: it reads a clock, and the counts of a connection
 * are that connection's.
 */
final class Admission {
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final int NEARLY_PERCENT = 80;

    private final Limits limits;
    private final LongSupplier nanoClock;
    private final long startNanos;
    private final TokenBucket allConnects;
    private final TokenBucket allJoins;
    private final AddressPaces addressJoins;
    private final AddressPaces addressEvents;

    private final int connectionEventsMax;
    private final int connectionJoinsMax;
    private final int topicBytesMax;
    private final int channelsMax;
    private final LimitCounters counters;

    private volatile boolean closed;

    Admission(Limits limits, LongSupplier nanoClock) {
        this.limits = limits;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
        counters = new LimitCounters(limits, Limit.ofChannels());
        allConnects = new TokenBucket(limits.of(Limit.CONNECTS_PER_SECOND_MAX), startNanos);
        allJoins = new TokenBucket(limits.of(Limit.JOINS_PER_SECOND_MAX), startNanos);
        addressJoins = paces(Limit.ADDRESS_JOINS_PER_SECOND_MAX);
        addressEvents = paces(Limit.ADDRESS_EVENTS_PER_SECOND_MAX);
        connectionEventsMax = limits.of(Limit.CONNECTION_EVENTS_PER_SECOND_MAX);
        connectionJoinsMax = limits.of(Limit.CONNECTION_JOINS_PER_SECOND_MAX);
        topicBytesMax = limits.of(Limit.TOPIC_BYTES_MAX);
        channelsMax = limits.of(Limit.CHANNELS_PER_CONNECTION_MAX);
    }

    private AddressPaces paces(Limit limit) {
        return new AddressPaces(
                limits.of(limit),
                limits.of(Limit.ADDRESSES_COUNTED_MAX),
                counters.of(Limit.ADDRESSES_COUNTED_MAX));
    }

    /** Whether one more client may come in; asked before anything is done for it. */
    boolean admitsConnect(InetSocketAddress peer) {
        if (closed) {
            return false;
        }
        if (allConnects.take(nanoClock.getAsLong())) {
            return true;
        }
        exceeded(Limit.CONNECTS_PER_SECOND_MAX, peer);
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
        if (connectionEventsMax > 0 && Pace.events(pace) >= connectionEventsMax) {
            exceeded(Limit.CONNECTION_EVENTS_PER_SECOND_MAX, connection.peer());
            return false;
        }
        if (!addressEvents.isOff()
                && !addressEvents.take(second(), Network.of(connection.peer()))) {
            exceeded(Limit.ADDRESS_EVENTS_PER_SECOND_MAX, connection.peer());
            return false;
        }
        return true;
    }

    /** Whether a connection that has sent so much in this second may ask for one more join. */
    boolean admitsJoin(long pace, Connection connection) {
        if (connectionJoinsMax > 0 && Pace.joins(pace) >= connectionJoinsMax) {
            exceeded(Limit.CONNECTION_JOINS_PER_SECOND_MAX, connection.peer());
            return false;
        }
        if (!addressJoins.isOff() && !addressJoins.take(second(), Network.of(connection.peer()))) {
            exceeded(Limit.ADDRESS_JOINS_PER_SECOND_MAX, connection.peer());
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
        if (topicBytes > topicBytesMax) {
            exceeded(Limit.TOPIC_BYTES_MAX, connection.peer());
            return Optional.of(Words.TOPIC_TOO_LONG);
        }
        if (present >= channelsMax) {
            exceeded(Limit.CHANNELS_PER_CONNECTION_MAX, connection.peer());
            return Optional.of(Words.TOO_MANY_CHANNELS);
        }
        if (!mayWait) {
            exceeded(Limit.JOINS_WAITING_MAX, connection.peer());
            return Optional.of(Words.TOO_MANY_JOINS);
        }
        if (!allJoins.take(nanoClock.getAsLong())) {
            exceeded(Limit.JOINS_PER_SECOND_MAX, connection.peer());
            return Optional.of(Words.OVERLOADED);
        }
        if ((present + 1) * 100L >= channelsMax * (long) NEARLY_PERCENT) {
            counters.of(Limit.CHANNELS_PER_CONNECTION_MAX)
                    .nearlyExceeded(present + 1, connection.peer());
        }
        return Optional.empty();
    }

    /** Counts that a client went over a limit that is checked elsewhere. */
    void exceeded(Limit limit, Object by) {
        counters.of(limit).exceeded(by);
    }

    /** How often each limit was exceeded, by its name. */
    Map<String, Long> counts() {
        return counters.counts();
    }

    /** Addresses that are counted now. */
    int addresses() {
        return addressJoins.addresses() + addressEvents.addresses();
    }

    private long second() {
        return (nanoClock.getAsLong() - startNanos) / SECOND_NANOS;
    }
}
