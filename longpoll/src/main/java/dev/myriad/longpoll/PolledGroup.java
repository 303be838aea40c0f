package dev.myriad.longpoll;

import dev.myriad.net.Connection;
import dev.myriad.net.Group;
import dev.myriad.net.Receipt;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A group whose members may poll too: the inner transport's group for WebSockets, and beside it
 * those that poll. Thread-safe.
 */
final class PolledGroup implements Group {
    private final Group wires;
    private final Counters counters;

    /**
     * The connections that are members or about to be, each with the number of its adds that are
     * not over; whether it is a member is known to its own strand. Null until the first comes:
     * nearly all topics have none, and then a send looks no further.
     */
    private volatile @Nullable Map<PolledConnection, Integer> polled;

    PolledGroup(Group wires, Counters counters) {
        this.wires = wires;
        this.counters = counters;
    }

    @Override
    public void add(Connection connection, byte[] firstFrames) {
        if (connection instanceof PolledConnection polling) {
            polled().merge(polling, 1, Integer::sum);
            polling.enter(this, JsonTexts.of(firstFrames, counters));
        } else {
            wires.add(connection, firstFrames);
        }
    }

    @Override
    public void add(Connection connection, List<byte[]> firstFrames, Receipt receipt) {
        if (connection instanceof PolledConnection) {
            Group.super.add(connection, firstFrames, receipt);
        } else {
            wires.add(connection, firstFrames, receipt);
        }
    }

    @Override
    public void remove(Connection connection) {
        if (connection instanceof PolledConnection polling) {
            polling.leave(this);
        } else {
            wires.remove(connection);
        }
    }

    @Override
    public void send(
            byte[] frames, @Nullable Connection except, byte[] instead, @Nullable Receipt receipt) {
        wires.send(frames, except instanceof PolledConnection ? null : except, instead, receipt);
        if (isPolled()) {
            push(JsonTexts.of(frames, counters), except);
            if (except instanceof PolledConnection polling && instead.length > 0) {
                polling.pushFrom(this, JsonTexts.of(instead, counters));
            }
        }
    }

    @Override
    public void sendAs(Connection sender, byte[] frames) {
        if (sender instanceof PolledConnection polling) {
            byte[] texts = JsonTexts.of(frames, counters);
            polling.sendTexts(texts);
            wires.send(frames, null);
            push(texts, sender);
            return;
        }
        wires.sendAs(sender, frames);
        if (isPolled()) {
            push(JsonTexts.of(frames, counters), null);
        }
    }

    private boolean isPolled() {
        Map<PolledConnection, Integer> members = polled;
        return members != null && !members.isEmpty();
    }

    private void push(byte[] texts, @Nullable Connection except) {
        for (PolledConnection member : polled().keySet()) {
            if (!member.equals(except)) {
                member.pushFrom(this, texts);
            }
        }
    }

    /** One add of a connection is over: it has left, or was a member already. */
    void left(PolledConnection connection) {
        polled().computeIfPresent(connection, (_, reasons) -> reasons == 1 ? null : reasons - 1);
    }

    private Map<PolledConnection, Integer> polled() {
        Map<PolledConnection, Integer> members = polled;
        return members == null ? first() : members;
    }

    private synchronized Map<PolledConnection, Integer> first() {
        Map<PolledConnection, Integer> members = polled;
        if (members == null) {
            members = new ConcurrentHashMap<>();
            polled = members;
        }
        return members;
    }
}
