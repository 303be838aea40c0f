package dev.myriad.pubsub;

import dev.myriad.net.Connection;
import dev.myriad.net.Group;
import dev.myriad.process.Process;
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
    private static final Audience[] NO_AUDIENCES = {};

    private final String name;
    private final byte[] utf8;
    private volatile Audience[] audiences = NO_AUDIENCES;
    private volatile @Nullable Set<Process> processes;
    private volatile @Nullable TopicMemory memory;

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

    /** What it remembers, if it has a rule. */
    @Nullable TopicMemory memory() {
        return memory;
    }

    void memory(TopicMemory given) {
        memory = given;
    }

    /**
     * The connections of one {@link Seat}: they receive the same bytes. Those of an intercepted
     * event do not go to the group but, unencoded, to the processes of the interceptors.
     */
    static final class Audience {
        final Seat seat;
        final Group group;
        final Map<Connection, Process> interceptors;
        private int connections;

        Audience(Seat seat, Group group) {
            this.seat = seat;
            this.group = group;
            this.interceptors = seat.intercepted().isEmpty() ? Map.of() : new ConcurrentHashMap<>();
        }

        boolean intercepts(String event) {
            Set<String> intercepted = seat.intercepted();
            return !intercepted.isEmpty() && intercepted.contains(event);
        }
    }

    Audience[] audiences() {
        return audiences;
    }

    Optional<Set<Process>> processes() {
        return Optional.ofNullable(processes);
    }

    /** Whether somebody gets the places of its messages. */
    boolean isPositioned() {
        for (Audience audience : audiences) {
            if (audience.seat.positioned()) {
                return true;
            }
        }
        return false;
    }

    Optional<Audience> audience(Seat seat) {
        for (Audience audience : audiences) {
            if (audience.seat.equals(seat)) {
                return Optional.of(audience);
            }
        }
        return Optional.empty();
    }

    /** Counts one more connection, with a new group if it is the first of its audience. */
    Audience enter(Seat seat, PubSub pubSub) {
        Audience entered =
                audience(seat)
                        .orElseGet(
                                () -> {
                                    Audience first = new Audience(seat, pubSub.newGroup());
                                    Audience[] grown =
                                            Arrays.copyOf(audiences, audiences.length + 1);
                                    grown[audiences.length] = first;
                                    audiences = grown;
                                    return first;
                                });
        entered.connections++;
        return entered;
    }

    /** Counts one connection less; the last of its audience takes the group along. */
    void leave(Audience left) {
        if (--left.connections == 0) {
            audiences =
                    Arrays.stream(audiences)
                            .filter(audience -> audience != left)
                            .toArray(Audience[]::new);
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

    /** Whether nobody has subscribed to it. */
    boolean deserted() {
        return audiences.length == 0 && processes == null;
    }
}
