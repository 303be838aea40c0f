package dev.myriad.longpoll;

import dev.myriad.net.HttpAnswer;
import dev.myriad.net.Limits;
import dev.myriad.net.engine.LimitCounter;
import dev.myriad.net.engine.Room;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds clients that poll to the {@link Limits} of connections, apart from those, and counts what
 * was over them. Thread-safe.
 */
final class SessionLimits {
    private final Limits limits;
    private final Room room;
    private final LimitCounter connections;
    private final LimitCounter connectionsPerAddress;
    private final LimitCounter messageBytes;
    private final LimitCounter outboundBytes;

    SessionLimits(Limits limits) {
        this.limits = limits;
        room = new Room(limits);
        connections = LimitCounter.of("connectionsMax", limits.connectionsMax());
        connectionsPerAddress =
                LimitCounter.of("connectionsPerAddressMax", limits.connectionsPerAddressMax());
        messageBytes = LimitCounter.of("messageBytesMax", limits.messageBytesMax());
        outboundBytes = LimitCounter.of("outboundBytesMax", limits.outboundBytesMax());
    }

    /** Why there is no room for one more session; if there is it is taken, until it leaves. */
    Optional<HttpAnswer> obstacle(PolledConnection session) {
        if (!room.enter()) {
            room.leave();
            connections.exceeded(session.peer());
            return Optional.of(Answers.refusal(503, "too many connections"));
        }
        if (!room.enterFrom(session)) {
            room.leave();
            connectionsPerAddress.exceeded(session.peer());
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
        if (bytes <= limits.messageBytesMax()) {
            return true;
        }
        messageBytes.exceeded(session.peer());
        return false;
    }

    /** Whether so much may wait for a client. */
    boolean admitsWaiting(long bytes, PolledConnection session) {
        if (bytes <= limits.outboundBytesMax()) {
            return true;
        }
        outboundBytes.exceeded(session.peer());
        return false;
    }

    /** Sessions now, those included that are being let in. */
    int sessions() {
        return room.connections();
    }

    /** How often each limit was exceeded, by its name. */
    Map<String, Long> counts() {
        return LimitCounter.counts(
                List.of(connections, connectionsPerAddress, messageBytes, outboundBytes));
    }
}
