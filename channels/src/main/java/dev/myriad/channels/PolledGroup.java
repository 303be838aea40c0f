package dev.myriad.channels;

import dev.myriad.net.Connection;
import dev.myriad.net.Group;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A group whose members may poll too: the transport's group, and beside it those whom the transport
 * does not know. Thread-safe.
 */
final class PolledGroup implements Group {
    private final Group wires;
    private final Counters counters;

    /** Null until one comes: nearly all topics have none, and a send looks no further then. */
    private volatile @Nullable Set<LongPollSession> polled;

    PolledGroup(Group wires, Counters counters) {
        this.wires = wires;
        this.counters = counters;
    }

    @Override
    public void add(Connection connection, byte[] firstFrames) {
        if (connection instanceof LongPollSession session) {
            session.enter(this, LongPollText.of(firstFrames, counters));
        } else {
            wires.add(connection, firstFrames);
        }
    }

    @Override
    public void remove(Connection connection) {
        if (connection instanceof LongPollSession session) {
            session.leave(this);
        } else {
            wires.remove(connection);
        }
    }

    @Override
    public void send(byte[] frames, @Nullable Connection except) {
        Set<LongPollSession> sessions = polled;
        if (sessions == null) {
            wires.send(frames, except);
            return;
        }
        wires.send(frames, except instanceof LongPollSession ? null : except);
        push(sessions, frames, except);
    }

    /** A session that sends has its copy before this returns, as any other member that polls. */
    @Override
    public void sendAs(Connection sender, byte[] frames) {
        if (sender instanceof LongPollSession) {
            send(frames, null);
            return;
        }
        wires.sendAs(sender, frames);
        Set<LongPollSession> sessions = polled;
        if (sessions != null) {
            push(sessions, frames, null);
        }
    }

    private void push(Set<LongPollSession> sessions, byte[] frames, @Nullable Connection except) {
        if (!sessions.isEmpty()) {
            byte[] texts = LongPollText.of(frames, counters);
            for (LongPollSession session : sessions) {
                if (!session.equals(except)) {
                    session.push(texts);
                }
            }
        }
    }

    /** Called by the session, while it holds its lock; whether it is new. */
    boolean enter(LongPollSession session) {
        Set<LongPollSession> sessions = polled;
        if (sessions == null) {
            sessions = first();
        }
        return sessions.add(session);
    }

    /** Called by the session, while it holds its lock; whether it was in. */
    boolean leave(LongPollSession session) {
        Set<LongPollSession> sessions = polled;
        return sessions != null && sessions.remove(session);
    }

    private synchronized Set<LongPollSession> first() {
        Set<LongPollSession> sessions = polled;
        if (sessions == null) {
            sessions = ConcurrentHashMap.newKeySet();
            polled = sessions;
        }
        return sessions;
    }
}
