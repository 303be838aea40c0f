package dev.myriad.cluster;

import dev.myriad.pubsub.ClusterLog.Sent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What this node hands to the log: in the order in which it was given, some of it ahead of what
 * became of it, all of it again after a connection was lost. Thread-safe.
 */
final class Appends {
    private static final long LATE_NANOS = 500_000_000;
    private static final long PATIENCE_NANOS = 2_000_000_000;

    /** For messages, longer than until another server leads the log: that is 4 to 9 seconds. */
    private static final long SLOW_NANOS = 11_000_000_000L;

    /** For changes, which somebody waits for, and which a full log does not take. */
    private static final long SLOW_CHANGE_NANOS = 5_000_000_000L;

    /** Later the log would take one that it has for another, and store it again. */
    private static final long LOST_NANOS = 15_000_000_000L;

    private static final long LOST_CHANGE_NANOS = 8_000_000_000L;

    /** Whatever the log has had for longer it has told, or will when it is read. */
    private static final long TOLD_NANOS = 20_000_000_000L;

    /** What the log has taken within that some nodes may not have heard when it goes away. */
    private static final long FRESH_NANOS = 2_000_000_000;

    private static final int FLYING_MAX = 4_096;
    private static final long FLYING_BYTES_MAX = 8 << 20;
    private static final int WAITING_MAX = 1 << 17;
    private static final long WAITING_BYTES_MAX = 64 << 20;
    private static final int REMEMBERED_MAX = 1 << 17;
    private static final long UNTOLD_BYTES_MAX = 64 << 20;

    /** A longer name might be one that nodes cannot tell each other. */
    private static final int NAME_MAX = 0xffff / 3;

    /** A message on its way. */
    static final class Append {
        final String topic;
        final String subject;
        final byte[] bytes;

        /** Nothing for a hole. */
        final Optional<Sent> sent;

        long id;

        /** When it was given, and then when it was handed over for the first time. */
        private long sinceNanos;

        /** When it was handed over the last time. */
        private long flownNanos;

        private long landedNanos;
        private boolean flown;
        private long place;
        private boolean settled;

        /** Where the log has it; 0 if it has not said so. */
        long place() {
            return place;
        }

        /** Whether this node has heard it already, or nobody here would. */
        boolean isSettled() {
            return settled;
        }

        private Append(String topic, String subject, byte[] bytes, Optional<Sent> sent) {
            this.topic = topic;
            this.subject = subject;
            this.bytes = bytes;
            this.sent = sent;
        }
    }

    private final Bus bus;
    private final LogStore store;
    private final LongSupplier nanoTime;
    private final Predicate<String> here;
    private final boolean tellsHoles;
    private final ReentrantLock lock = new ReentrantLock();
    private final LongAdder appended = new LongAdder();
    private final LongAdder unlogged = new LongAdder();

    /** Handed over; what became of them is not known. By id, and in its order. */
    private final Map<Long, Append> flying = new LinkedHashMap<>();

    private final ArrayDeque<Append> waiting = new ArrayDeque<>();

    /** What goes with messages that are not told by the log yet. */
    private final Map<Long, Append> untold = new LinkedHashMap<>();

    /** What has come into the log last. */
    private final ArrayDeque<Append> fresh = new ArrayDeque<>();

    private long freshBytes;

    /** Those that the node was told of as not logged, though they may be after all. */
    private final Set<Long> givenUp = new LinkedHashSet<>();

    /** Topics that miss something in the log. */
    private final Set<String> holes = new HashSet<>();

    private Map<Integer, Long> placed = new HashMap<>();
    private long untoldBytes;

    /** When the last one came into the log. */
    private long landedNanos;

    private long lastId;
    private long flyingBytes;
    private long waitingBytes;
    private volatile boolean open;
    private boolean refused;

    /** The connection over which all is that flies. */
    private long session;

    /**
     * @param here whether a topic is on this node, and will be told its messages by the log
     * @param tellsHoles whether it says in the log where something is missing
     */
    Appends(
            Bus bus,
            LogStore store,
            LongSupplier nanoTime,
            Predicate<String> here,
            boolean tellsHoles) {
        this.tellsHoles = tellsHoles;
        this.bus = bus;
        this.store = store;
        this.nanoTime = nanoTime;
        this.here = here;
        this.landedNanos = nanoTime.getAsLong();
    }

    boolean isOpen() {
        return open;
    }

    /**
     * From now on it takes messages. What was under way over another connection is handed over
     * again, before all that follows it: nobody knows what came of it.
     */
    void open(long connection) {
        lock.lock();
        try {
            open = true;
            refused = false;
            session = connection;
            List<Append> all = new ArrayList<>(flying.values());
            flying.clear();
            flyingBytes = 0;
            for (Append each : all.reversed()) {
                waiting.addFirst(each);
                waitingBytes += each.bytes.length;
            }
            pump();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a message, which has place for its id.
     *
     * @param past is told the id of one that is not taken since it is not open, before anything
     *     that follows is taken: ids rise whichever way messages go
     * @return false if it is not open, or more comes than can wait, and no hole is to say so
     */
    boolean append(String topic, String subject, byte[] bytes, Sent sent, LongConsumer past) {
        lock.lock();
        try {
            if (!open) {
                past.accept(++lastId);
                missed(topic);
                return false;
            }
            if (waiting.size() >= WAITING_MAX || waitingBytes > WAITING_BYTES_MAX) {
                unlogged.increment();
                missed(topic);
                return tellsHoles;
            }
            add(new Append(topic, subject, bytes, Optional.of(sent)));
            pump();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Something that was sent to a topic is not in the log. */
    void missed(String topic) {
        lock.lock();
        try {
            if (tellsHoles && holes.size() < REMEMBERED_MAX && topic.length() < NAME_MAX) {
                holes.add(topic);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says in the log where something is missing; each takes a message that has place for an id.
     */
    void tellHoles(Hole hole) {
        lock.lock();
        try {
            Iterator<String> topics = holes.iterator();
            while (open && topics.hasNext() && waiting.size() < WAITING_MAX / 2) {
                String topic = topics.next();
                add(new Append(topic, hole.subject(topic), hole.bytes(topic), Optional.empty()));
                topics.remove();
            }
            pump();
        } finally {
            lock.unlock();
        }
    }

    /** Makes what says that something is missing. */
    interface Hole {
        String subject(String topic);

        byte[] bytes(String topic);
    }

    private void add(Append append) {
        append.id = ++lastId;
        append.sinceNanos = nanoTime.getAsLong();
        NodeWire.identify(append.bytes, append.id);
        append.sent.ifPresent(
                sent -> {
                    untold.put(append.id, append);
                    untoldBytes += append.bytes.length;
                });
        while (untold.size() > REMEMBERED_MAX || untoldBytes > UNTOLD_BYTES_MAX) {
            Optional<Sent> _ = takeUntold(untold.keySet().iterator().next());
        }
        waiting.add(append);
        waitingBytes += append.bytes.length;
    }

    private void pump() {
        while (!refused && flying.size() < FLYING_MAX && flyingBytes < FLYING_BYTES_MAX) {
            Append next = waiting.peek();
            if (next == null || !store.append(session, next.subject, next.id, next.bytes)) {
                return;
            }
            boolean _ = waiting.remove() == next;
            waitingBytes -= next.bytes.length;
            if (!next.flown) {
                next.flown = true;
                next.sinceNanos = nanoTime.getAsLong();
            }
            next.flownNanos = nanoTime.getAsLong();
            flying.put(next.id, next);
            flyingBytes += next.bytes.length;
        }
    }

    /** What became of one that was handed over. */
    void acknowledged(long id, long place) {
        lock.lock();
        try {
            if (place == 0) { // what follows it must not overtake it
                refused = true;
                return;
            }
            Append landed = land(id, place);
            if (landed != null) {
                placed.merge(Buckets.of(landed.topic), place, Math::max);
                if (!here.test(landed.topic)) {
                    Optional<Sent> _ = settle(id);
                }
            }
            pump();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Sent> settle(long id) {
        Append here = untold.get(id);
        if (here != null) {
            here.settled = true;
        }
        return takeUntold(id);
    }

    private Optional<Sent> takeUntold(long id) {
        Append taken = untold.remove(id);
        if (taken == null) {
            return Optional.empty();
        }
        untoldBytes -= taken.bytes.length;
        return taken.sent;
    }

    private @Nullable Append land(long id, long place) {
        Append landed = flying.remove(id);
        if (landed != null) {
            flyingBytes -= landed.bytes.length;
            landed.place = place;
            landedNanos = nanoTime.getAsLong();
            landed.landedNanos = landedNanos;
            appended.increment();
            if (tellsHoles) {
                keepFresh(landed);
            }
        }
        return landed;
    }

    private void keepFresh(Append landed) {
        fresh.add(landed);
        freshBytes += landed.bytes.length;
        Append oldest = fresh.peek();
        while (oldest != null // one alone may have too many bytes
                && (fresh.size() > FLYING_MAX
                        || freshBytes > FLYING_BYTES_MAX
                        || landedNanos - oldest.landedNanos > FRESH_NANOS)) {
            freshBytes -= fresh.remove().bytes.length;
            oldest = fresh.peek();
        }
    }

    /** The newest places of what was stored since the last call, by bucket. */
    Map<Integer, Long> takePlaced() {
        lock.lock();
        try {
            Map<Integer, Long> taken = placed;
            placed = new HashMap<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** The log tells one: what goes with it, if the node has not been told of it. */
    Optional<Sent> told(long id, long place) {
        lock.lock();
        try {
            Append landed = land(id, place);
            if (landed != null) {
                placed.merge(Buckets.of(landed.topic), place, Math::max);
            }
            pump();
            return settle(id);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the node was told that one that the log tells is not logged. */
    boolean wasGivenUp(long id) {
        lock.lock();
        try {
            return givenUp.remove(id);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether the log has refused something, or one is lost that was handed over before another
     * which came into it: it is to be opened again.
     */
    boolean isRefused() {
        lock.lock();
        try {
            Append oldest = flying.isEmpty() ? null : flying.values().iterator().next();
            boolean lost =
                    oldest != null
                            && landedNanos - oldest.flownNanos > 0
                            && nanoTime.getAsLong() - oldest.flownNanos > PATIENCE_NANOS;
            return refused || lost;
        } finally {
            lock.unlock();
        }
    }

    /** Whether something has not come into the log that should have by now. */
    boolean isLate() {
        lock.lock();
        try {
            Append oldest = oldest();
            return oldest != null && nanoTime.getAsLong() - oldest.sinceNanos > LATE_NANOS;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Append oldest() {
        return flying.isEmpty() ? waiting.peek() : flying.values().iterator().next();
    }

    /**
     * Whether nothing has come into the log for long, though something should: one that is slow is
     * waited for.
     */
    boolean isStuck() {
        lock.lock();
        try {
            long slowest = tellsHoles ? SLOW_NANOS : SLOW_CHANGE_NANOS;
            long patience = bus.isConnected() ? slowest : PATIENCE_NANOS;
            long now = nanoTime.getAsLong();
            Append oldest = oldest();
            long age = oldest == null ? 0 : now - oldest.sinceNanos;
            boolean slow = oldest != null && oldest.flown && now - landedNanos <= patience;
            long lost = tellsHoles ? LOST_NANOS : LOST_CHANGE_NANOS;
            return age > (slow ? lost : patience);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives up what has not come into the log, as far as it knows, and what the log has but does
     * not tell, to this node or maybe to others; it ends to be open when there is nothing left to
     * give up, and so none overtakes another.
     *
     * @param last whether it ends to be open even so: more comes than can be told
     */
    List<Append> giveUp(boolean last) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            Map<Long, Append> all = new TreeMap<>(untold);
            all.values().removeIf(each -> each.place > 0 && now - each.sinceNanos > TOLD_NANOS);
            flying.values().forEach(each -> all.put(each.id, each));
            waiting.forEach(each -> all.put(each.id, each));
            long silent =
                    all.values().stream().mapToLong(each -> each.sinceNanos).min().orElse(now);
            fresh.removeIf(each -> silent - each.landedNanos > FRESH_NANOS);
            fresh.forEach(each -> all.put(each.id, each));
            fresh.clear();
            freshBytes = 0;
            flying.clear();
            waiting.clear();
            flyingBytes = 0;
            waitingBytes = 0;
            for (long id : all.keySet()) {
                Optional<Sent> _ = takeUntold(id);
            }
            if (last || all.isEmpty()) {
                open = false;
            }
            for (Append each : all.values()) {
                if (each.place == 0) {
                    missed(each.topic);
                    unlogged.increment();
                }
                if (each.flown && !each.settled && each.sent.isPresent()) {
                    givenUp.add(each.id);
                }
            }
            while (givenUp.size() > REMEMBERED_MAX) {
                givenUp.remove(givenUp.iterator().next());
            }
            return List.copyOf(all.values());
        } finally {
            lock.unlock();
        }
    }

    long appended() {
        return appended.sum();
    }

    long unlogged() {
        return unlogged.sum();
    }

    int waiting() {
        lock.lock();
        try {
            return flying.size() + waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
