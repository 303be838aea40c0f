package dev.myriad.longpoll;

import dev.myriad.net.Budget;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
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

    SessionLimits(Limits limits, Memory memory) {
        this.limits = limits;
        room = new Room(limits, memory);
        counters =
                new LimitCounters(
                        limits,
                        EnumSet.of(
                                Limit.CONNECTIONS_MAX,
                                Limit.CONNECTIONS_PER_ADDRESS_MAX,
                                Limit.MESSAGE_BYTES_MAX,
                                Limit.OUTBOUND_BYTES_MAX,
                                Limit.OUTBOUND_MEMORY_PERCENT,
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
        if (!outbound().mayHold(PolledConnection.SESSION_BYTES)) {
            leave(session);
            overOutbound(session);
            return Optional.of(Answers.refusal(503, "overloaded"));
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

    /** What may wait for clients that do not fetch, or read slowly, over all of them. */
    Budget outbound() {
        return room.memory().of(Memory.Kind.OUTBOUND);
    }

    /** A client's part of that had to be refused. */
    void overOutbound(PolledConnection session) {
        counters.of(Limit.OUTBOUND_MEMORY_PERCENT).exceeded(session.peer());
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
