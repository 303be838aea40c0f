package dev.myriad.pubsub;

import dev.myriad.net.Connection;
import dev.myriad.net.Group;
import dev.myriad.process.Process;
import dev.myriad.protocol.Serializer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A topic's name, as text and as UTF-8, shared by all who subscribed to it, and behind it those
 * subscribers. Thread-safe: {@link PubSub} changes it only while it holds the topic's entry.
 */
public final class Topic {
    private static final Lane[] NO_LANES = {};

    private final String name;
    private final byte[] utf8;
    private volatile Lane[] lanes = NO_LANES;
    private volatile @Nullable Set<Process> processes;

    private Topic(String name) {
        this.name = name;
        this.utf8 = name.getBytes(StandardCharsets.UTF_8);
    }

    /** A topic without subscribers. */
    public static Topic of(String name) {
        return new Topic(name);
    }

    public String name() {
        return name;
    }

    /** The name's bytes themselves and no copy: do not modify them. */
    public byte[] utf8() {
        return utf8;
    }

    @Override
    public String toString() {
        return name;
    }

    /**
     * The connections of one serializer whose channels intercept the same events: they receive the
     * same bytes. Those of an intercepted event do not go to the group but, unencoded, to the
     * processes of the interceptors.
     */
    static final class Lane {
        final Serializer serializer;
        final Set<String> intercepted;
        final Group group;
        final Map<Connection, Process> interceptors;
        private int connections;

        Lane(Serializer serializer, Set<String> intercepted, Group group) {
            this.serializer = serializer;
            this.intercepted = intercepted;
            this.group = group;
            this.interceptors = intercepted.isEmpty() ? Map.of() : new ConcurrentHashMap<>();
        }

        boolean intercepts(String event) {
            return !intercepted.isEmpty() && intercepted.contains(event);
        }
    }

    Lane[] lanes() {
        return lanes;
    }

    Optional<Set<Process>> processes() {
        return Optional.ofNullable(processes);
    }

    Optional<Lane> lane(Serializer serializer, Set<String> intercepted) {
        for (Lane lane : lanes) {
            if (lane.serializer == serializer && lane.intercepted.equals(intercepted)) {
                return Optional.of(lane);
            }
        }
        return Optional.empty();
    }

    /** Counts one more connection, with a new group if it is the first of its lane. */
    Lane enter(Serializer serializer, Set<String> intercepted, PubSub pubSub) {
        Lane entered =
                lane(serializer, intercepted)
                        .orElseGet(
                                () -> {
                                    Lane first =
                                            new Lane(serializer, intercepted, pubSub.newGroup());
                                    Lane[] grown = Arrays.copyOf(lanes, lanes.length + 1);
                                    grown[lanes.length] = first;
                                    lanes = grown;
                                    return first;
                                });
        entered.connections++;
        return entered;
    }

    /** Counts one connection less; the last of its lane takes the group along. */
    void leave(Lane left) {
        if (--left.connections == 0) {
            lanes = Arrays.stream(lanes).filter(lane -> lane != left).toArray(Lane[]::new);
        }
    }

    void enter(Process process) {
        Set<Process> present = processes;
        if (present == null) {
            present = ConcurrentHashMap.newKeySet();
            processes = present;
        }
        present.add(process);
    }

    void leave(Process process) {
        Set<Process> present = processes;
        if (present != null && present.remove(process) && present.isEmpty()) {
            processes = null;
        }
    }

    boolean deserted() {
        return lanes.length == 0 && processes == null;
    }
}
