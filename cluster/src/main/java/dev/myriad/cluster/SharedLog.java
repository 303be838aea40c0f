package dev.myriad.cluster;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Cluster;
import dev.myriad.pubsub.ClusterLog;
import dev.myriad.pubsub.ClusterStats;
import dev.myriad.pubsub.Kept;
import dev.myriad.pubsub.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The log of a cluster as one node has to do with it. Thread-safe: what the node is told has its
 * turn, as everything that comes from others; what waits for the log does not.
 *
 * <ul>
 *   <li>A message to a topic with a history goes to the log, and comes back from there to all nodes
 *       that have the topic, this one too: so all of them tell it at the same place.
 *   <li>Each message names the one before it of its topic. One that does not follow what the node
 *       was told of is kept until what is missing has been read.
 *   <li>A topic that has just come is read from the log; many at once in one pass.
 *   <li>While the log is away, messages go past it; topics of which something did are caught up
 *       when it is back, and the log is told that they miss something.
 * </ul>
 */
final class SharedLog implements ClusterLog {
    private static final Line THERE =
            Log.of(Cluster.class).info("the nodes share the histories of topics").eachTime();
    private static final Line AWAY =
            Log.of(Cluster.class)
                    .warning("each node keeps histories of its own, since the log is away: {}");
    private static final Line UNREADABLE =
            Log.of(Cluster.class).warning("a message in the log is refused: {}");
    private static final Line FAULT =
            Log.of(Cluster.class).error("a message of the log cannot be dealt with");

    private static final long AGAIN_NANOS = 1_000_000_000;
    private static final long LOOK_MILLIS = 50;
    private static final long KNOWN_NANOS = 2_000_000_000;
    private static final int HEADER_BYTES = 256;
    private static final int TOLD_TIMES = 3;
    private static final int SURE_BEATS = 2 * TOLD_TIMES;
    private static final int SINGLE_MAX = 4;
    private static final int WAVE_MAX = 20_000;
    private static final int PASS_MIN = 50_000;
    private static final int FURTHER = 8;

    private final long origin;
    private final Bus bus;
    private final LogStore store;
    private final Subjects subjects;
    private final ReentrantLock turn;
    private final Supplier<Cluster.Node> local;
    private final LongSupplier nanoTime;
    private final LongSupplier millis;
    private final Appends appends;
    private final Map<String, LoggedTopic> topics = new ConcurrentHashMap<>();
    private final BlockingQueue<LoggedTopic> unread = new LinkedBlockingQueue<>();
    private final BlockingQueue<LoggedTopic> left = new LinkedBlockingQueue<>();

    /** Who listens to a bucket; the reader's. */
    private final Map<Integer, Set<LoggedTopic>> listening = new HashMap<>();

    private final LongAdder reads = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private volatile Duration remembered = Duration.ZERO;

    /** Whether the log may be there: a topic that has come waits to be read. */
    private volatile boolean expected;

    /** Whether all that it stores is told from then on when it was looked at last. */
    private volatile boolean attached;

    /** The connection over which that is. */
    private volatile long session;

    private volatile String epoch = "";

    /** The highest place that was told, or is being read; has its turn. */
    private long heard;

    /** The highest place that was told of each bucket that is listened to; has its turn. */
    private final Map<Integer, Long> told = new HashMap<>();

    /** What {@link #heard} was at the last beats; has its turn. */
    private final ArrayDeque<Long> heardBefore = new ArrayDeque<>();

    /** What was told up to there was told long ago: if some of it were missing, it would show. */
    private long sure;

    /** What was stored since the last beats; has its turn. */
    private final ArrayDeque<Map<Integer, Long>> stored = new ArrayDeque<>();

    private long nextOpenNanos;

    SharedLog(
            long origin,
            Bus bus,
            LogStore store,
            Subjects subjects,
            ReentrantLock turn,
            Supplier<Cluster.Node> local,
            LongSupplier nanoTime,
            LongSupplier millis) {
        this.origin = origin;
        this.bus = bus;
        this.store = store;
        this.subjects = subjects;
        this.turn = turn;
        this.local = local;
        this.nanoTime = nanoTime;
        this.millis = millis;
        this.appends = new Appends(bus, store, nanoTime, topics::containsKey);
    }

    // ---- for the node

    /** From now on topics may come that remember messages for so long. */
    void start(Duration longest) {
        remembered = longest;
        expected = !longest.isZero();
        nextOpenNanos = nanoTime.getAsLong();
    }

    boolean isWanted() {
        return !remembered.isZero();
    }

    @Override
    public void came(String topic, int count) {
        LoggedTopic come = new LoggedTopic(topic, subjects.logged(topic), count);
        come.behind(LoggedTopic.NOWHERE);
        topics.put(topic, come);
        unread.add(come);
    }

    @Override
    public void went(String topic) {
        LoggedTopic gone = topics.remove(topic);
        if (gone != null) {
            gone.caughtUp(); // for those who wait
            left.add(gone);
        }
    }

    @Override
    public void awaitKnown(String topic, Position seen) throws InterruptedException {
        LoggedTopic here = topics.get(topic);
        if (here == null || !expected) {
            return;
        }
        if (here.isLive() && seen.epoch().equals(epoch) && seen.offset() > here.offset()) {
            readFurther(here);
        }
        try {
            boolean _ = here.known().get(KNOWN_NANOS, TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return; // it is let in; what it missed cannot be had now
        }
    }

    /** Somebody has seen more of it than this node. */
    private void readFurther(LoggedTopic topic) {
        turn.lock();
        try {
            if (topic.isLive()) {
                topic.behind(topic.offset());
                unread.add(topic);
            }
        } finally {
            turn.unlock();
        }
    }

    @Override
    public boolean append(String topic, String event, Payload payload, Sent sent) {
        if (!appends.isOpen()) {
            return isPast(topic);
        }
        byte[] message;
        try {
            message =
                    NodeWire.bytes(
                            new NodeMessage.Logged(
                                    origin,
                                    0,
                                    millis.getAsLong(),
                                    topic,
                                    event,
                                    payload,
                                    NodeWire.frame(topic, event, payload)));
        } catch (IllegalArgumentException tooLong) { // a name
            return isPast(topic);
        }
        if (message.length + HEADER_BYTES > store.bytesMax()) {
            return isPast(topic);
        }
        LoggedTopic here = topics.get(topic);
        String subject = here == null ? subjects.logged(topic) : here.subject;
        return appends.append(topic, subject, message, sent) || isPast(topic);
    }

    private boolean isPast(String topic) {
        if (!epoch.isEmpty()) {
            appends.missed(topic);
        }
        return false;
    }

    @Override
    public void passedBy(String topic) {
        LoggedTopic here = topics.get(topic);
        if (here != null && attached && here.isLive()) {
            turn.lock();
            try {
                here.behind(here.offset());
                unread.add(here);
            } finally {
                turn.unlock();
            }
        }
    }

    // ---- what comes; it has its turn

    void logged(long place, long previous, NodeMessage message) {
        if (attached && bus.session() == session) {
            heard = Math.max(heard, place);
        }
        String name = topicOf(message);
        told.merge(Buckets.of(name), place, Math::max);
        LoggedTopic topic = topics.get(name);
        if (topic == null) {
            if (message.origin() == origin) {
                Optional<Sent> _ = appends.told(idOf(message), place);
            }
            return;
        }
        take(topic, new LogEntry(place, previous, message));
    }

    private void take(LoggedTopic topic, LogEntry entry) {
        if (!topic.isLive()) {
            topic.keep(entry);
        } else if (entry.place() > topic.offset()) {
            if (entry.previous() <= topic.offset()) {
                tell(topic, entry);
            } else {
                gaps.increment();
                topic.behind(topic.offset());
                topic.keep(entry);
                unread.add(topic);
            }
        }
    }

    private void tell(LoggedTopic topic, LogEntry entry) {
        long previous = Math.max(0, topic.offset());
        topic.tell(entry.place());
        Position place = new Position(epoch, entry.place());
        try {
            switch (entry.message()) {
                case NodeMessage.Hole hole -> {
                    var _ = own(hole, entry.place());
                    local.get().hole(topic.name, place);
                }
                case NodeMessage.Logged it -> {
                    boolean own = it.origin() == origin;
                    Optional<Sent> sent = own(it, entry.place());
                    boolean heardBefore = own && appends.wasGivenUp(it.id());
                    Kept kept = new Kept(it.event(), it.payload(), place, previous, it.atMillis());
                    local.get().logged(topic.name, kept, heardBefore, it.frame(), sent);
                }
                default -> {}
            }
        } catch (Throwable fault) { // most likely memory is used up: it is read anew
            topic.forget();
            unread.add(topic);
            throw fault;
        }
    }

    private Optional<Sent> own(NodeMessage message, long place) {
        return message.origin() == origin ? appends.told(idOf(message), place) : Optional.empty();
    }

    private static String topicOf(NodeMessage message) {
        return switch (message) {
            case NodeMessage.Logged it -> it.topic();
            case NodeMessage.Hole it -> it.topic();
            default -> "";
        };
    }

    private static long idOf(NodeMessage message) {
        return switch (message) {
            case NodeMessage.Logged it -> it.id();
            case NodeMessage.Hole it -> it.id();
            default -> 0;
        };
    }

    void acknowledged(long id, long place) {
        appends.acknowledged(id, place);
    }

    /** What the others are told with each beat, some times: what they miss at the end shows. */
    List<NodeMessage.Last> lasts() {
        heardBefore.add(heard);
        if (heardBefore.size() > SURE_BEATS) {
            sure = heardBefore.remove();
        }
        stored.addFirst(appends.takePlaced());
        if (stored.size() > TOLD_TIMES) {
            stored.removeLast();
        }
        Map<Integer, Long> newest = new HashMap<>();
        stored.forEach(
                each -> each.forEach((bucket, place) -> newest.merge(bucket, place, Math::max)));
        return newest.entrySet().stream()
                .map(each -> new NodeMessage.Last(each.getKey(), each.getValue()))
                .toList();
    }

    /** A node has gone without a word: it can tell nobody any more what it has stored. */
    void doubt() {
        for (LoggedTopic topic : topics.values()) {
            if (topic.isLive() && attached) {
                topic.behind(Math.max(topic.offset(), sure));
                unread.add(topic);
            }
        }
    }

    /** Another node has stored these: whatever of them has not come is read. */
    void stored(List<NodeMessage.Last> lasts) {
        BitSet missed = new BitSet();
        for (NodeMessage.Last last : lasts) {
            Long known = told.get(last.bucket());
            if (known != null && known < last.sequence()) {
                told.put(last.bucket(), last.sequence());
                missed.set(last.bucket());
            }
        }
        if (!missed.isEmpty()) {
            for (LoggedTopic topic : topics.values()) {
                if (missed.get(topic.bucket) && topic.isLive()) {
                    topic.behind(topic.offset());
                    unread.add(topic);
                }
            }
        }
    }

    /** Something may have been stored that was not told; all is looked at again. */
    void detach() {
        attached = false;
        nextOpenNanos = nanoTime.getAsLong();
    }

    /** Every tenth of a second or so: whether the log still answers. */
    void look() {
        if (!isWanted() || !appends.isOpen()) {
            return;
        }
        if (!appends.isStuck()) {
            appends.tellHoles(new Holes());
            return;
        }
        attached = false;
        AWAY.tell("it does not answer");
        giveUpWaiting();
        Collection<Appends.Append> all = appends.giveUp();
        while (!all.isEmpty()) {
            for (Appends.Append each : all) {
                each.sent.ifPresent(sent -> local.get().unlogged(each.topic, sent));
            }
            all = appends.giveUp();
        }
    }

    private void giveUpWaiting() {
        expected = false;
        topics.values().forEach(LoggedTopic::release);
    }

    private final class Holes implements Appends.Hole {
        @Override
        public String subject(String topic) {
            return subjects.logged(topic);
        }

        @Override
        public byte[] bytes(String topic) {
            return NodeWire.bytes(new NodeMessage.Hole(origin, 0, topic));
        }
    }

    // ---- the reader: one thread, which waits for the log

    /** Reads what is to be read, if something is; whether something was. */
    boolean read(long waitMillis) throws InterruptedException {
        if (!isWanted()) {
            LoggedTopic _ = unread.poll(waitMillis, TimeUnit.MILLISECONDS);
            return false;
        }
        if (attached && bus.session() != session) {
            detach();
        }
        if (!attached && !open()) {
            Thread.sleep(waitMillis);
            return false;
        }
        leave();
        List<LoggedTopic> wave = wave(waitMillis);
        if (wave.isEmpty()) {
            return false;
        }
        try {
            readAll(wave);
        } catch (IOException | RuntimeException e) {
            AWAY.tell(String.valueOf(e.getMessage()));
            detach();
            unread.addAll(wave);
            Thread.sleep(waitMillis);
        }
        return true;
    }

    /** Whether the log is there, and will tell what it stores from now on. */
    private boolean open() {
        long now = nanoTime.getAsLong();
        if (now - nextOpenNanos < 0 || !bus.isConnected()) {
            return false;
        }
        nextOpenNanos = now + AGAIN_NANOS;
        try {
            long connection = bus.session();
            listening.keySet().forEach(bucket -> bus.subscribe(subjects.told(bucket)));
            LogStore.State state = store.open(remembered.multipliedBy(2));
            turn.lock();
            try {
                attach(state, connection);
            } finally {
                turn.unlock();
            }
            return true;
        } catch (IOException | RuntimeException e) {
            if (!appends.isOpen()) {
                giveUpWaiting();
            }
            AWAY.tell(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void attach(LogStore.State state, long connection) {
        session = connection;
        boolean another = !state.epoch().equals(epoch);
        if (another) {
            epoch = state.epoch();
            heardBefore.clear();
            sure = state.last();
        }
        THERE.tell();
        for (LoggedTopic topic : topics.values()) {
            if (another) {
                topic.forget();
            } else {
                topic.behind(Math.max(topic.offset(), sure));
            }
            unread.add(topic);
        }
        heard = state.last();
        attached = true;
        expected = true;
        appends.open(connection);
    }

    private void leave() {
        for (LoggedTopic gone = left.poll(); gone != null; gone = left.poll()) {
            Set<LoggedTopic> those = listening.get(gone.bucket);
            if (those != null && those.remove(gone) && those.isEmpty()) {
                listening.remove(gone.bucket);
                bus.unsubscribe(subjects.told(gone.bucket));
            }
        }
    }

    private List<LoggedTopic> wave(long waitMillis) throws InterruptedException {
        Set<LoggedTopic> wave = new HashSet<>();
        LoggedTopic first = unread.poll(waitMillis, TimeUnit.MILLISECONDS);
        while (first != null) {
            if (topics.get(first.name) == first && !first.isLive()) {
                wave.add(first);
            }
            first = wave.size() < WAVE_MAX ? unread.poll() : null;
        }
        for (LoggedTopic topic : wave) {
            Set<LoggedTopic> those = listening.computeIfAbsent(topic.bucket, _ -> new HashSet<>());
            if (those.isEmpty()) {
                boolean _ = bus.subscribe(subjects.told(topic.bucket));
            }
            those.add(topic);
        }
        return List.copyOf(wave);
    }

    private void readAll(List<LoggedTopic> wave) throws IOException {
        LogStore.State state = store.state();
        List<LoggedTopic> fresh = new ArrayList<>();
        List<LoggedTopic> behind = new ArrayList<>();
        for (LoggedTopic topic : wave) {
            if (topic.offset() == LoggedTopic.NOWHERE || topic.readAfter() + 1 < state.first()) {
                fresh.add(topic); // it knows nothing, or some of what it misses is gone
            } else {
                behind.add(topic);
            }
        }
        catchUp(behind, state.last());
        load(fresh, state);
    }

    private void load(List<LoggedTopic> fresh, LogStore.State state) throws IOException {
        Map<String, Loading> loading = new HashMap<>();
        for (LoggedTopic topic : fresh) {
            long last = store.last(topic.subject);
            if (last == 0) {
                loaded(topic, new Loading(topic, 0));
            } else {
                loading.put(topic.name, new Loading(topic, last));
            }
        }
        if (loading.size() > SINGLE_MAX) {
            loadMany(loading, state);
        }
        for (Loading each : loading.values()) {
            loadOne(each, state.first());
        }
    }

    /** Topics that know a part: what came after it is told as it would have been. */
    private void catchUp(List<LoggedTopic> behind, long upTo) throws IOException {
        if (behind.size() <= SINGLE_MAX) {
            for (LoggedTopic topic : behind) {
                long last = store.last(topic.subject);
                read(topic.subject, topic.readAfter() + 1, last, Map.of(topic.name, topic));
                skip(topic, last);
            }
        } else {
            Map<String, LoggedTopic> byName = new HashMap<>();
            long after = Long.MAX_VALUE;
            for (LoggedTopic topic : behind) {
                byName.put(topic.name, topic);
                after = Math.min(after, topic.readAfter());
            }
            read(subjects.logged() + ">", after + 1, upTo, byName);
        }
        for (LoggedTopic topic : behind) {
            caughtUp(topic);
        }
    }

    /** What could not be read up to there is missing. */
    private void skip(LoggedTopic topic, long place) {
        turn.lock();
        try {
            if (place > topic.offset() && topic.offset() != LoggedTopic.NOWHERE) {
                topic.tell(place);
                local.get().hole(topic.name, new Position(epoch, place));
            }
        } finally {
            turn.unlock();
        }
    }

    private void read(String filter, long from, long upTo, Map<String, LoggedTopic> wanted)
            throws IOException {
        reads.increment();
        store.read(
                filter,
                from,
                upTo,
                (place, bytes) ->
                        message(bytes)
                                .ifPresent(
                                        message -> {
                                            LoggedTopic topic = wanted.get(topicOf(message));
                                            if (topic != null) {
                                                tellRead(topic, place, message);
                                            }
                                        }));
    }

    private void tellRead(LoggedTopic topic, long place, NodeMessage message) {
        turn.lock();
        try {
            if (place > topic.offset() && topic.offset() != LoggedTopic.NOWHERE) {
                tell(topic, new LogEntry(place, topic.offset(), message));
            }
        } finally {
            turn.unlock();
        }
    }

    /** All was read that there was: it goes on with what came meanwhile. */
    private void caughtUp(LoggedTopic topic) {
        turn.lock();
        try {
            goOn(topic);
        } finally {
            turn.unlock();
        }
    }

    private void goOn(LoggedTopic topic) {
        if (topic.offset() == LoggedTopic.NOWHERE || topics.get(topic.name) != topic) {
            return; // it is to be read anew, or gone
        }
        List<LogEntry> early = topic.takeEarly();
        boolean again = topic.takeOverflown();
        topic.caughtUp();
        local.get().caughtUp(topic.name);
        early.forEach(entry -> take(topic, entry));
        if (again && topic.isLive()) {
            topic.behind(topic.offset());
            unread.add(topic);
        }
    }

    /** What is read of a topic that knows nothing. */
    private static final class Loading {
        final LoggedTopic topic;

        /** Its newest message, when that was looked up. */
        final long last;

        final ArrayDeque<LogEntry> newest = new ArrayDeque<>();

        /** All after it has been read. */
        long floor;

        Loading(LoggedTopic topic, long last) {
            this.topic = topic;
            this.last = last;
        }

        void begin(long from) {
            newest.clear();
            floor = from - 1;
        }

        void add(long place, NodeMessage message) {
            LogEntry before = newest.peekLast();
            newest.add(new LogEntry(place, before == null ? 0 : before.place(), message));
            if (newest.size() > topic.count) {
                floor = newest.remove().place();
            }
        }

        boolean isFull() {
            return newest.size() >= topic.count;
        }
    }

    /** One pass over the newest part of the log is enough for most. */
    private void loadMany(Map<String, Loading> loading, LogStore.State state) throws IOException {
        long wanted = loading.values().stream().mapToLong(each -> each.topic.count).sum();
        long from = Math.max(state.first(), state.last() - Math.max(PASS_MIN, FURTHER * wanted));
        loading.values().forEach(each -> each.begin(from));
        reads.increment();
        store.read(
                subjects.logged() + ">",
                from,
                state.last(),
                (place, bytes) ->
                        message(bytes)
                                .ifPresent(
                                        message -> {
                                            Loading each = loading.get(topicOf(message));
                                            if (each != null) {
                                                each.add(place, message);
                                            }
                                        }));
        loading.values()
                .removeIf(
                        each -> {
                            boolean all = from <= state.first() || each.isFull();
                            if (all) {
                                loaded(each.topic, each);
                            }
                            return all;
                        });
    }

    /** Goes further back until there is enough, or all. */
    private void loadOne(Loading loading, long first) throws IOException {
        LoggedTopic topic = loading.topic;
        long back = topic.count;
        boolean few = store.count(topic.subject) <= (long) FURTHER * topic.count;
        do {
            long from = few ? first : Math.max(first, loading.last - back);
            loading.begin(from);
            reads.increment();
            store.read(
                    topic.subject,
                    from,
                    loading.last,
                    (place, bytes) ->
                            message(bytes).ifPresent(message -> loading.add(place, message)));
            back *= FURTHER;
            few |= from <= first;
        } while (!few && !loading.isFull());
        loaded(topic, loading);
    }

    private void loaded(LoggedTopic topic, Loading loading) {
        List<Kept> kept = new ArrayList<>();
        long floor = loading.floor;
        long newest = 0;
        for (LogEntry entry : loading.newest) {
            Position place = new Position(epoch, entry.place());
            switch (entry.message()) {
                case NodeMessage.Logged it ->
                        kept.add(
                                new Kept(
                                        it.event(),
                                        it.payload(),
                                        place,
                                        entry.previous(),
                                        it.atMillis()));
                case NodeMessage.Hole _ -> floor = entry.place();
                default -> {}
            }
            newest = entry.place();
        }
        long upTo = Math.max(newest, loading.last); // if that could not be read
        turn.lock();
        try {
            for (LogEntry entry : loading.newest) {
                var _ = own(entry.message(), entry.place());
            }
            told.merge(topic.bucket, upTo, Math::max);
            topic.tell(upTo);
            local.get().loaded(topic.name, new Position(epoch, upTo), kept, floor);
            goOn(topic);
        } finally {
            turn.unlock();
        }
    }

    private static Optional<NodeMessage> message(byte[] bytes) {
        if (bytes.length == 0) { // it was tried whether anything is stored
            return Optional.empty();
        }
        try {
            return Optional.of(NodeWire.read(bytes));
        } catch (NodeWire.UnreadableException e) {
            UNREADABLE.tell(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Reads as long as it lives, whatever one pass throws. */
    void keepReading(Supplier<Boolean> over) {
        while (!over.get()) {
            try {
                boolean _ = read(LOOK_MILLIS);
            } catch (InterruptedException e) {
                return;
            } catch (Throwable fault) { // most likely memory is used up
                FAULT.tell(fault);
            }
        }
    }

    /** Whether the nodes share histories now. */
    boolean isOpen() {
        return attached && appends.isOpen();
    }

    ClusterStats.LogStats stats() {
        return new ClusterStats.LogStats(
                isOpen(),
                appends.appended(),
                appends.unlogged(),
                appends.waiting(),
                reads.sum(),
                gaps.sum());
    }
}
