package dev.myriad.pubsub;

import dev.myriad.net.Group;
import dev.myriad.process.Process;
import dev.myriad.protocol.Serializer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    /** The connections of one serializer: they receive the same bytes. */
    static final class Lane {
        final Serializer serializer;
        final Group group;
        private int connections;

        Lane(Serializer serializer, Group group) {
            this.serializer = serializer;
            this.group = group;
        }
    }

    Lane[] lanes() {
        return lanes;
    }

    Optional<Set<Process>> processes() {
        return Optional.ofNullable(processes);
    }

    Optional<Lane> lane(Serializer serializer) {
        for (Lane lane : lanes) {
            if (lane.serializer == serializer) {
                return Optional.of(lane);
            }
        }
        return Optional.empty();
    }

    /** Counts one more connection, with a new group if it is the first of its serializer. */
    void enter(Serializer serializer, PubSub pubSub) {
        Lane lane =
                lane(serializer)
                        .orElseGet(
                                () -> {
                                    Lane first = new Lane(serializer, pubSub.newGroup());
                                    Lane[] grown = Arrays.copyOf(lanes, lanes.length + 1);
                                    grown[lanes.length] = first;
                                    lanes = grown;
                                    return first;
                                });
        lane.connections++;
    }

    /** Counts one connection less; the last of its serializer takes the group along. */
    void leave(Serializer serializer) {
        lane(serializer)
                .filter(lane -> --lane.connections == 0)
                .ifPresent(
                        empty ->
                                lanes =
                                        Arrays.stream(lanes)
                                                .filter(lane -> lane != empty)
                                                .toArray(Lane[]::new));
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
