package dev.myriad.longpoll;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.engine.LimitCounters;
import dev.myriad.net.engine.Room;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;

/**
 * Holds clients that poll to the {@link Limits} of connections, apart from those, and counts what
 * was over them. Thread-safe.
 */
final class SessionLimits {
    private final Limits limits;
    private final Room room;
    private final LimitCounters counters;

    SessionLimits(Limits limits) {
        this.limits = limits;
        room = new Room(limits);
        counters =
                new LimitCounters(
                        limits,
                        EnumSet.of(
                                Limit.CONNECTIONS_MAX,
                                Limit.CONNECTIONS_PER_ADDRESS_MAX,
                                Limit.MESSAGE_BYTES_MAX,
                                Limit.OUTBOUND_BYTES_MAX,
                                Limit.LONG_POLL_LINES_MAX));
    }

    /** Takes the room for one more session, until it leaves; if there is none, what to answer. */
    Optional<HttpAnswer> obstacle(PolledConnection session) {
        if (!room.enter()) {
            room.leave();
            counters.of(Limit.CONNECTIONS_MAX).exceeded(session.peer());
            return Optional.of(Answers.refusal(503, "too many connections"));
        }
        if (!room.enterFrom(session)) {
            room.leave();
            counters.of(Limit.CONNECTIONS_PER_ADDRESS_MAX).exceeded(session.peer());
            return Optional.of(Answers.refusal(429, "too many connections from this address"));
        }
        return Optional.empty();
    }

    void leave(PolledConnection session) {
        room.leave();
        room.leaveFrom(session);
    }

    /** Whether a client may send a message so long. */
    boolean admitsMessage(int bytes, PolledConnection session) {
        if (bytes <= limits.of(Limit.MESSAGE_BYTES_MAX)) {
            return true;
        }
        counters.of(Limit.MESSAGE_BYTES_MAX).exceeded(session.peer());
        return false;
    }

    /** Whether so much may wait for a client. */
    boolean admitsWaiting(long bytes, PolledConnection session) {
        if (bytes <= limits.of(Limit.OUTBOUND_BYTES_MAX)) {
            return true;
        }
        counters.of(Limit.OUTBOUND_BYTES_MAX).exceeded(session.peer());
        return false;
    }

    /** Whether a client may send so many messages in one request. */
    boolean admitsLines(int lines, PolledConnection session) {
        if (lines <= limits.of(Limit.LONG_POLL_LINES_MAX)) {
            return true;
        }
        counters.of(Limit.LONG_POLL_LINES_MAX).exceeded(session.peer());
        return false;
    }

    /** Sessions now, those included that are being let in. */
    int sessions() {
        return room.connections();
    }

    /** How often each limit was exceeded, by its name. */
    Map<String, Long> counts() {
        return counters.counts();
    }
}
