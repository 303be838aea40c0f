package dev.myriad.cluster;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Cluster;
import dev.myriad.pubsub.ClusterLog;
import dev.myriad.pubsub.ClusterStats;
import dev.myriad.pubsub.HistoryRule;
import dev.myriad.pubsub.Kept;
import dev.myriad.pubsub.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
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
            Log.of(Cluster.class).info("the nodes share the {} of topics").eachTime();
    private static final Line AWAY = Log.of(Cluster.class).warning("{}, since the log is away: {}");
    private static final Line ANEW =
            Log.of(Cluster.class)
                    .error(
                            "the log of {} has begun anew, or has lost its end: what it had is there"
                                    + " as far as nodes still know it; {} topics here")
                    .eachTime();
    private static final Line REWRITTEN =
            Log.of(Cluster.class)
                    .error("the log has something else at {} than it has told: it is read anew");
    private static final Line UNREAD =
            Log.of(Cluster.class).warning("the log cannot be read, and is tried again: {}");

    private static final long AGAIN_NANOS = 1_000_000_000;
    private static final long LOOK_MILLIS = 50;
    private static final long KNOWN_NANOS = 5_000_000_000L;
    private static final int HEADER_BYTES = 256;
    private static final long AWAY_NANOS = 2_000_000_000;
    private static final int WAVE_MAX = 2_000;
    private static final int FAILURES_MAX = 10;
    private static final int LONGEST_FAILING = 8;
    private static final int SHORTER_TIMES = 10;
    private static final int HEARD_PAST_MAX = 1 << 17;
    private static final int ROUNDS_MAX = 100;
    private static final long EARLY_BYTES_MAX = 64 << 20;

    /** Who stood still for longer does not know what it knows. */
    private static final long STILL_NANOS = 15_000_000_000L;

    /** Within that nothing is taken out that is to be read. */
    private static final long READ_NANOS = 30_000_000_000L;

    /** The names of a topic and an event, the longest that there are by default. */
    private static final int NAMES_BYTES = 1_024;

    private static final byte[] NO_FRAME = {};

    /** Of a message that cannot go to the log, ever. */
    private static final long NO_ID = 0;

    private final long origin;
    private final Bus bus;
    private final LogStore store;
    private final LogKind kind;
    private final LogSubjects subjects;
    private final ReentrantLock turn;
    private final Supplier<Listener> local;

    /** Sends messages to the other nodes past the log. */
    @FunctionalInterface
    interface PastLog {
        /**
         * Sends one.
         *
         * @param place where the log has it, which may not have told all nodes; 0 if it has not
         *     said so
         */
        void send(NodeMessage.Logged message, long place);
    }

    private final PastLog past;

    private final LongSupplier nanoTime;
    private final LongSupplier millis;
    private final Appends appends;
    private final TopicLoader loader;
    private final Map<String, LoggedTopic> topics = new ConcurrentHashMap<>();
    private final BlockingQueue<LoggedTopic> unread = new LinkedBlockingQueue<>();

    /** To be read once more. */
    private final BlockingQueue<LoggedTopic> further = new LinkedBlockingQueue<>();

    private final BlockingQueue<LoggedTopic> left = new LinkedBlockingQueue<>();

    /** Who listens to a bucket; the reader's. */
    private final Map<Integer, Set<LoggedTopic>> listening = new HashMap<>();

    private final LongAdder reads = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private volatile Duration remembered = Duration.ZERO;
    private volatile boolean wanted;

    /** What topics have no need of any more. */
    private final BlockingQueue<Trim> trims = new LinkedBlockingQueue<>();

    private record Trim(String topic, Position upTo) {}

    /** Topics that have missed something. */
    private final BlockingQueue<String> toReadAnew = new LinkedBlockingQueue<>();

    private volatile boolean full;

    /** The message that was told last, by which it is seen that a log has lost its end. */
    private volatile LogEntry newest = new LogEntry(0, 0, new NodeMessage.Hole(0, 0, ""));

    /** Whether the log may be there: a topic that has come waits to be read. */
    private volatile boolean expected;

    /** Whether all that it stores is told from then on when it was looked at last. */
    private volatile boolean attached;

    /** The connection over which that is. */
    private volatile long session;

    /** What was told at which place; has its turn. */
    private final SeenPlaces seen = new SeenPlaces();

    /** Whether the log has something else than it has told; has its turn. */
    private boolean rewritten;

    /** Since when it is not attached, if it is not, by both clocks. */
    private volatile long detachedNanos;

    private volatile long detachedMillis;

    /** When it was looked at last, by both clocks: a node that stood still has missed more. */
    private volatile long lookedNanos;

    private volatile long lookedMillis;

    private long nextPollNanos;

    private volatile String epoch = "";

    /** The highest place that was told, or is being read; has its turn. */
    private long heard;

    /** What was told, and what has been stored; has its turn. */
    private final ToldPlaces places = new ToldPlaces();

    /** How often the log had less than was told, one time after the other; has its turn. */
    private int shorter;

    private volatile long nextOpenNanos;

    /** How often reading has failed, one time after the other. */
    private final AtomicInteger failures = new AtomicInteger();

    /** Messages that came past the log, the oldest first; has its turn. */
    private final Set<Heard> heardPast = new LinkedHashSet<>();

    private record Heard(String topic, long origin, long id) {}

    /** What is kept since it does not follow what is known; has its turn. */
    private long earlyBytes;

    SharedLog(
            LogKind kind,
            long origin,
            Bus bus,
            LogStore store,
            LogSubjects subjects,
            ReentrantLock turn,
            Supplier<Listener> local,
            PastLog past,
            LongSupplier nanoTime,
            LongSupplier millis) {
        this.kind = kind;
        this.origin = origin;
        this.bus = bus;
        this.store = store;
        this.subjects = subjects;
        this.turn = turn;
        this.local = local;
        this.past = past;
        this.nanoTime = nanoTime;
        this.millis = millis;
        this.loader = new TopicLoader(kind, store, subjects, reads);
        this.appends =
                new Appends(bus, store, nanoTime, topics::containsKey, kind == LogKind.HISTORIES);
    }

    // ---- for the node

    /**
     * From now on topics may come.
     *
     * @param wanted whether there are any
     * @param longest for how long they remember messages, if those grow old
     */
    void start(boolean wanted, Duration longest) {
        this.wanted = wanted;
        remembered = longest;
        expected = wanted;
        nextOpenNanos = nanoTime.getAsLong();
        detached();
        lookedNanos = detachedNanos;
        lookedMillis = detachedMillis;
    }

    boolean isWanted() {
        return wanted;
    }

    @Override
    public void came(String topic, HistoryRule wanted) {
        LoggedTopic come = new LoggedTopic(topic, subjects.of(topic), wanted);
        fallBehind(come, LoggedTopic.NOWHERE);
        topics.put(topic, come);
        unread.add(come);
    }

    @Override
    public void went(String topic) {
        LoggedTopic gone = topics.remove(topic);
        if (gone != null) {
            gone.release(); // for those who wait
            left.add(gone);
        }
    }

    @Override
    public long awaitKnown(String topic, Position seen) throws InterruptedException {
        LoggedTopic here = topics.get(topic);
        boolean away = !attached && nanoTime.getAsLong() - detachedNanos > AWAY_NANOS;
        if (here == null || !expected || away) {
            return LoggedTopic.NOWHERE;
        }
        try {
            boolean _ = here.known().get(KNOWN_NANOS, TimeUnit.NANOSECONDS);
            if (attached && seen.epoch().equals(epoch) && seen.offset() > here.knownUpTo()) {
                CompletableFuture<Boolean> further = here.readFurther();
                this.further.add(here);
                boolean _ = further.get(KNOWN_NANOS, TimeUnit.NANOSECONDS);
            }
            return attached ? here.knownUpTo() : LoggedTopic.NOWHERE;
        } catch (ExecutionException | TimeoutException e) {
            return LoggedTopic.NOWHERE; // it is let in; what it missed cannot be had now
        }
    }

    @Override
    public boolean append(String topic, String event, Payload payload, Sent sent) {
        byte[] frame = // nobody gets a change of a value as it is
                kind == LogKind.HISTORIES ? NodeWire.frame(topic, event, payload) : NO_FRAME;
        NodeMessage.Logged logged =
                new NodeMessage.Logged(
                        origin, NO_ID, millis.getAsLong(), topic, event, payload, frame);
        byte[] message;
        try {
            message = NodeWire.bytes(logged);
        } catch (IllegalArgumentException tooLong) { // a name: the others see that one is missing
            return isPast(logged);
        }
        if (message.length + HEADER_BYTES > store.bytesMax()) {
            return isPast(logged);
        }
        LoggedTopic here = topics.get(topic);
        String subject = here == null ? subjects.of(topic) : here.subject;
        return appends.append(
                topic,
                subject,
                message,
                sent,
                id -> {
                    boolean _ = advanceHere(topic, id);
                    past.send(logged.identified(id), 0);
                });
    }

    /** Whether one of this node's own may be told past the log: nothing later has been. */
    private boolean advanceHere(String topic, long id) {
        LoggedTopic here = topics.get(topic);
        return here == null || here.advance(origin, id);
    }

    private boolean isPast(NodeMessage.Logged logged) {
        past.send(logged, 0);
        appends.missed(logged.topic());
        return false;
    }

    @Override
    public void trim(String topic, Position upTo) {
        trims.add(new Trim(topic, upTo));
    }

    @Override
    public void readAnew(String topic) {
        toReadAnew.add(topic);
    }

    @Override
    public boolean isFull() {
        return full;
    }

    @Override
    public long bytesMax() {
        return store.bytesMax() - HEADER_BYTES - NAMES_BYTES;
    }

    @Override
    public void passedBy(String topic) {
        if (topics.containsKey(topic)) { // else it has no history, or who sent it has noted it
            appends.missed(topic);
        }
        toldPast(topic);
    }

    @Override
    public void toldPast(String topic) {
        LoggedTopic here = topics.get(topic);
        if (here != null && attached) {
            further.add(here);
        }
    }

    // ---- what comes; it has its turn

    void logged(long place, long previous, NodeMessage message) {
        if (!seen.agrees(place, message.origin(), idOf(message))) {
            rewritten(place);
            return;
        }
        if (!attached && !appends.isOpen()) {
            return; // it tells its own by itself until it is there again, and then reads the rest
        }
        if (attached && bus.session() == session) {
            heard = Math.max(heard, place);
        }
        String name = topicOf(message);
        newest = new LogEntry(place, previous, message);
        places.told(Buckets.of(name), place);
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
            keep(topic, entry);
        } else if (entry.place() > topic.offset()) {
            if (isGone(topic, entry.previous())) {
                rewritten(topic.lastPlace());
            } else if (entry.previous() <= topic.offset()) {
                tell(topic, entry);
            } else {
                gaps.increment();
                fallBehind(topic, topic.offset());
                keep(topic, entry);
                unread.add(topic);
            }
        }
    }

    /**
     * Whether what a topic was told last is not in the log any more, though it is too new to have
     * been taken out: a message names the one before it, which is older.
     */
    private boolean isGone(LoggedTopic topic, long previous) {
        return previous < topic.lastPlace() && (previous > 0 || kind == LogKind.STATES);
    }

    /** The servers have something else at a place than they have told: all is to be read anew. */
    private void rewritten(long place) {
        if (!rewritten) {
            rewritten = true;
            REWRITTEN.tell(String.valueOf(place));
            detach();
            nextOpenNanos = nanoTime.getAsLong() + AGAIN_NANOS; // it may happen again
        }
    }

    private void keep(LoggedTopic topic, LogEntry entry) {
        int bytes = LogEntry.bytesOf(entry.message());
        if (topic.keep(entry, earlyBytes + bytes <= EARLY_BYTES_MAX)) {
            earlyBytes += bytes;
        }
    }

    private List<LogEntry> takeEarly(LoggedTopic topic) {
        List<LogEntry> early = topic.takeEarly();
        for (LogEntry entry : early) {
            earlyBytes -= LogEntry.bytesOf(entry.message());
        }
        return early;
    }

    /** It is to be read from the beginning. */
    private void forget(LoggedTopic topic) {
        List<LogEntry> _ = takeEarly(topic); // all that is in the log
        forgetAll(topic);
    }

    private void tell(LoggedTopic topic, LogEntry entry) {
        long previous = Math.max(0, topic.offset());
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
                    boolean next = topic.advance(it.origin(), it.id());
                    boolean told =
                            own
                                    ? appends.wasGivenUp(it.id())
                                    : heardPast.remove(new Heard(topic.name, it.origin(), it.id()));
                    Kept kept = new Kept(it.event(), it.payload(), place, previous, it.atMillis());
                    local.get().logged(topic.name, kept, !next, it.frame(), sent);
                    if (!told && !next) {
                        local.get().missed(topic.name);
                    }
                }
                default -> {}
            }
            topic.tell(entry.place());
            topic.lastPlace(entry.place());
        } catch (Throwable fault) { // most likely memory is used up: it is read anew
            forget(topic);
            unread.add(topic);
            throw fault;
        }
    }

    /**
     * Whether a message that comes past the log is to be told: none of its node is that has told a
     * later one, by the log or past it. If the log ever tells it, it has been heard.
     */
    boolean isNews(NodeMessage.Past message) {
        if (message.id() == NO_ID) {
            return true;
        }
        LoggedTopic topic = topics.get(message.topic());
        if (message.place() > 0 && (topic == null || !topic.isBefore(message.place()))) {
            return false; // it was told, or read; or who is here has come later, or will read it
        }
        if (topic == null) {
            return true; // it has no history here, or there is nobody to hear it
        }
        if (!topic.advance(message.origin(), message.id())) {
            return false;
        }
        heardPast.add(new Heard(topic.name, message.origin(), message.id()));
        if (heardPast.size() > HEARD_PAST_MAX) {
            heardPast.remove(heardPast.iterator().next());
        }
        return true;
    }

    private Optional<Sent> own(NodeMessage message, long place) {
        return message.origin() == origin ? appends.told(idOf(message), place) : Optional.empty();
    }

    /** It is to be read from what follows a place; nothing of that is taken out for a while. */
    private void fallBehind(LoggedTopic topic, long after) {
        topic.behind(after, nanoTime.getAsLong(), millis.getAsLong());
    }

    /** It is to be read from the beginning: nothing that it was told counts any more. */
    private void forgetAll(LoggedTopic topic) {
        topic.forget(nanoTime.getAsLong(), millis.getAsLong());
    }

    /** Whether some of what is to be read may have been taken out since. */
    private boolean mayBeTrimmed(LoggedTopic topic) {
        long nanos = nanoTime.getAsLong();
        long now = millis.getAsLong();
        return kind == LogKind.STATES
                && (stoodStill(nanos, now) || topic.isOlderThan(READ_NANOS, nanos, now));
    }

    private boolean stoodStill(long nanos, long now) {
        return nanos - lookedNanos > STILL_NANOS || (now - lookedMillis) * 1_000_000 > STILL_NANOS;
    }

    private void detached() {
        detachedNanos = nanoTime.getAsLong();
        detachedMillis = millis.getAsLong();
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
        if (!attached) { // nobody hears it, and this node hears nobody
            return List.of();
        }
        places.heard(heard);
        stored(places.overdue()); // what this node has stored has come back by now
        return places.newest(appends.takePlaced());
    }

    /** A node has gone without a word: it can tell nobody any more what it has stored. */
    void doubt() {
        for (LoggedTopic topic : topics.values()) {
            if (topic.isLive() && attached) {
                fallBehind(topic, Math.max(topic.offset(), places.sure()));
                unread.add(topic);
            }
        }
    }

    /** These have been stored: whatever of them has not come is read. */
    void stored(List<NodeMessage.Last> lasts) {
        BitSet missed = places.missed(lasts);
        if (!missed.isEmpty()) {
            for (LoggedTopic topic : topics.values()) {
                if (missed.get(topic.bucket) && topic.isLive()) {
                    fallBehind(topic, topic.offset());
                    unread.add(topic);
                }
            }
        }
    }

    /** Something may have been stored that was not told; all is looked at again. */
    void detach() {
        if (attached) {
            detached();
        }
        attached = false;
        nextOpenNanos = nanoTime.getAsLong();
    }

    /** Every tenth of a second or so: whether the log still answers. */
    void look() {
        if (!isWanted()) {
            return;
        }
        long nanos = nanoTime.getAsLong();
        long now = millis.getAsLong();
        if (kind == LogKind.STATES && stoodStill(nanos, now)) {
            for (LoggedTopic topic : topics.values()) {
                forget(topic);
                unread.add(topic);
            }
        }
        lookedNanos = nanos;
        lookedMillis = now;
        if (!appends.isOpen()) {
            return;
        }
        if (appends.isStuck() || failures.get() >= FAILURES_MAX) {
            detach();
            failures.set(0);
            nextOpenNanos = nanoTime.getAsLong() + AGAIN_NANOS;
            away("it does not answer");
            giveUpWaiting();
            giveUp();
        } else if (appends.isRefused()) {
            detach();
        } else {
            appends.tellHoles(new Holes());
        }
    }

    private void away(String why) {
        AWAY.tell(
                kind == LogKind.HISTORIES
                        ? "each node keeps histories of its own"
                        : "the values of topics cannot be changed",
                why);
    }

    /**
     * Nothing goes into it any more from here; who waits hears so. If it does not answer now, the
     * other nodes are told what it may not have; else it has what is under way.
     */
    void end() {
        if (kind == LogKind.STATES || !attached || appends.isLate()) {
            giveUp();
        }
    }

    private void giveUp() {
        int rounds = 0;
        Collection<Appends.Append> all = appends.giveUp(false);
        while (!all.isEmpty()) {
            for (Appends.Append each : all) {
                if (!each.isSettled()) {
                    tellUnlogged(each);
                }
                tellPast(each);
            }
            rounds++;
            all = appends.giveUp(rounds >= ROUNDS_MAX);
        }
    }

    private void tellUnlogged(Appends.Append append) {
        try {
            if (kind == LogKind.STATES || advanceHere(append.topic, append.id)) {
                append.sent.ifPresent(sent -> local.get().unlogged(append.topic, sent));
            } else {
                boolean _ = appends.wasGivenUp(append.id); // nobody was told
            }
        } catch (Throwable fault) { // the other nodes are told all the same
            BusCluster.tell(fault);
        }
    }

    /** Of what the log has, too: not all nodes may have heard it before it went away. */
    private void tellPast(Appends.Append append) {
        try {
            if (NodeWire.read(append.bytes) instanceof NodeMessage.Logged it) {
                past.send(it, append.place());
            }
        } catch (Throwable fault) { // the others are told all the same
            BusCluster.tell(fault);
        }
    }

    private void giveUpWaiting() {
        expected = false;
        topics.values().forEach(LoggedTopic::release);
    }

    private final class Holes implements Appends.Hole {
        @Override
        public String subject(String topic) {
            return subjects.of(topic);
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
        leave();
        if (!attached && !open()) {
            unread.clear(); // all topics are, when it is there
            Thread.sleep(waitMillis);
            return false;
        }
        poll();
        trim();
        List<LoggedTopic> wave = wave(waitMillis);
        if (wave.isEmpty()) {
            return false;
        }
        try {
            listen(wave);
            readAll(wave);
            failures.set(0);
        } catch (Throwable fault) { // there is no answer, or no memory: it is tried again
            unread.addAll(wave);
            UNREAD.tell(String.valueOf(fault.getMessage()));
            Thread.sleep(waitMillis * Math.min(failures.incrementAndGet(), LONGEST_FAILING));
        }
        return true;
    }

    /** Whether the log is there, and will tell what it stores from now on. */
    private boolean open() {
        long now = nanoTime.getAsLong();
        if (now - nextOpenNanos < 0 || !bus.isConnected()) {
            if (!appends.isOpen() && now - detachedNanos > AWAY_NANOS) {
                giveUpWaiting();
            }
            return false;
        }
        nextOpenNanos = now + AGAIN_NANOS;
        try {
            long connection = bus.session();
            listening.keySet().forEach(bucket -> bus.subscribe(subjects.told(bucket)));
            LogStore.State state = store.open(remembered.multipliedBy(2));
            boolean lostItsEnd = hasLostItsEnd(state);
            turn.lock();
            try {
                boolean back = state.epoch().equals(epoch) && state.last() < heard;
                shorter = back ? shorter + 1 : 0;
                if (back && shorter < SHORTER_TIMES) { // a server that is just taking over
                    nextOpenNanos = now + AGAIN_NANOS / 4;
                    return false;
                }
                attach(state, connection, lostItsEnd);
            } finally {
                turn.unlock();
            }
            return true;
        } catch (IOException | RuntimeException e) {
            if (!appends.isOpen()) {
                giveUpWaiting();
            }
            boolean never = epoch.isEmpty(); // later it is something else, such as an election
            away(e.getMessage() + (never ? " (nats-server has to run with -js)" : ""));
            return false;
        }
    }

    /**
     * Whether what was told last is not there any more, or something else is in its place. It may
     * have been taken out, but then it does no harm to read everything again.
     */
    private boolean hasLostItsEnd(LogStore.State state) throws IOException {
        LogEntry last = newest;
        if (!state.epoch().equals(epoch) || last.place() < state.first()) {
            return false;
        }
        Optional<byte[]> there = store.get(last.place());
        if (there.isEmpty()) {
            return last.place() > 0;
        }
        try {
            NodeMessage found = NodeWire.read(there.get());
            return found.origin() != last.message().origin() || idOf(found) != idOf(last.message());
        } catch (NodeWire.UnreadableException e) {
            return true;
        }
    }

    private void attach(LogStore.State state, long connection, boolean lostItsEnd) {
        session = connection;
        boolean another =
                !state.epoch().equals(epoch) || state.last() < heard || lostItsEnd || rewritten;
        rewritten = false;
        if (another && !epoch.isEmpty()) {
            ANEW.tell(kind == LogKind.HISTORIES ? "histories" : "values", topics.size());
        }
        if (another) { // another log, or one that has lost its end
            epoch = state.epoch();
            trims.clear();
            places.begin(state.last());
            seen.clear();
        }
        full = state.isFull();
        THERE.tell(kind == LogKind.HISTORIES ? "histories" : "values");
        for (LoggedTopic topic : topics.values()) {
            if (another) {
                forget(topic);
            } else {
                topic.behind(
                        Math.max(topic.offset(), places.sure()), detachedNanos, detachedMillis);
            }
            unread.add(topic);
        }
        heard = state.last();
        attached = true;
        expected = true;
        if (appends.isStuck()) { // this node stood still: the log may take it for something new
            giveUp();
        }
        appends.open(connection);
    }

    private void trim() {
        for (Trim next = trims.peek(); next != null && attached; next = trims.peek()) {
            try {
                if (next.upTo.epoch().equals(epoch)) { // else it is of another log
                    store.trim(subjects.of(next.topic), next.upTo.offset());
                }
                boolean _ = trims.remove(next);
            } catch (IOException e) { // it is tried again
                UNREAD.tell(String.valueOf(e.getMessage()));
                return;
            }
        }
    }

    /** Where the log is, so that what was told up to there is sure some time later. */
    private void poll() {
        long now = nanoTime.getAsLong();
        if (now - nextPollNanos < 0) {
            return;
        }
        nextPollNanos = now + BusCluster.BEAT_NANOS;
        try {
            LogStore.State state = store.state();
            turn.lock();
            try {
                full = state.isFull();
                if (attached && state.epoch().equals(epoch)) {
                    heard = Math.max(heard, state.last());
                }
            } finally {
                turn.unlock();
            }
        } catch (IOException e) {
            UNREAD.tell(String.valueOf(e.getMessage()));
        }
    }

    private void leave() {
        for (LoggedTopic gone = left.poll(); gone != null; gone = left.poll()) {
            turn.lock();
            try {
                List<LogEntry> _ = takeEarly(gone);
                gone.beginReading();
                gone.caughtUp(); // for those who wait
            } finally {
                turn.unlock();
            }
            Set<LoggedTopic> those = listening.get(gone.bucket);
            if (those != null && those.remove(gone) && those.isEmpty()) {
                listening.remove(gone.bucket);
                bus.unsubscribe(subjects.told(gone.bucket));
            }
        }
    }

    private List<LoggedTopic> wave(long waitMillis) throws InterruptedException {
        wishes();
        Set<LoggedTopic> wave = new HashSet<>();
        LoggedTopic first = unread.poll(waitMillis, TimeUnit.MILLISECONDS);
        while (first != null) {
            if (topics.get(first.name) == first && !first.isLive()) {
                wave.add(first);
            }
            first = unread.poll();
        }
        return List.copyOf(wave);
    }

    /** Topics that are to be read once more. */
    private void wishes() {
        for (String name = toReadAnew.poll(); name != null; name = toReadAnew.poll()) {
            LoggedTopic topic = topics.get(name);
            if (topic != null) {
                turn.lock();
                try {
                    forget(topic);
                    unread.add(topic);
                } finally {
                    turn.unlock();
                }
            }
        }
        LoggedTopic wish = further.poll();
        if (wish == null) {
            return;
        }
        turn.lock();
        try {
            while (wish != null) {
                if (wish.isLive()) {
                    fallBehind(wish, wish.offset());
                    unread.add(wish);
                }
                wish = further.poll();
            }
        } finally {
            turn.unlock();
        }
    }

    private void listen(List<LoggedTopic> wave) throws IOException {
        for (LoggedTopic topic : wave) {
            Set<LoggedTopic> those = listening.computeIfAbsent(topic.bucket, _ -> new HashSet<>());
            if (those.isEmpty() && !bus.subscribe(subjects.told(topic.bucket))) {
                throw new IOException("too much waits for NATS");
            }
            those.add(topic);
        }
    }

    private void readAll(List<LoggedTopic> wave) throws IOException {
        begin(wave);
        LogStore.State state = store.state();
        if (!state.epoch().equals(epoch)) {
            detach();
            throw new IOException("there is another log");
        }
        List<LoggedTopic> fresh = new ArrayList<>();
        List<LoggedTopic> behind = new ArrayList<>();
        for (LoggedTopic topic : wave) {
            boolean gone =
                    Math.max(topic.readAfter(), places.sure()) + 1 < state.first()
                            || mayBeTrimmed(topic);
            if (topic.offset() == LoggedTopic.NOWHERE || gone) { // what it misses, or some of it
                (fresh.size() < WAVE_MAX ? fresh : unread).add(topic);
            } else {
                behind.add(topic);
            }
        }
        catchUp(behind, state);
        load(fresh, state);
    }

    private void begin(List<LoggedTopic> wave) {
        turn.lock();
        try {
            wave.forEach(LoggedTopic::beginReading);
        } finally {
            turn.unlock();
        }
    }

    private void load(List<LoggedTopic> fresh, LogStore.State state) throws IOException {
        loader.load(fresh, state, this::begun, this::loaded);
    }

    private Loading begun(LoggedTopic topic) {
        turn.lock();
        try {
            topic.begin(nanoTime.getAsLong(), millis.getAsLong());
            return new Loading(topic);
        } finally {
            turn.unlock();
        }
    }

    /** Topics that know a part: what came after it is told as it would have been. */
    private void catchUp(List<LoggedTopic> behind, LogStore.State state) throws IOException {
        long from = Long.MAX_VALUE;
        for (LoggedTopic topic : behind) {
            from = Math.min(from, Math.max(topic.readAfter() + 1, state.first()));
        }
        if (behind.size() <= TopicLoader.SINGLE_MAX) {
            for (LoggedTopic topic : behind) {
                long last = store.last(topic.subject);
                long first = Math.max(topic.offset() + 1, state.first());
                read(topic.subject, first, last, Map.of(topic.subject, topic));
                skip(topic, last);
            }
        } else {
            Map<String, LoggedTopic> bySubject = new HashMap<>();
            behind.forEach(topic -> bySubject.put(topic.subject, topic));
            read(subjects.all() + ">", from, state.last(), bySubject);
        }
        boolean gone = // while it was read
                !behind.isEmpty() && store.state().first() > Math.max(from, places.sure() + 1);
        for (LoggedTopic topic : behind) {
            caughtUp(topic, gone, state.last());
        }
    }

    /** What could not be read up to there is missing. */
    private void skip(LoggedTopic topic, long place) {
        turn.lock();
        try {
            if (place > topic.offset() && topic.offset() != LoggedTopic.NOWHERE) {
                if (kind == LogKind.STATES) { // it is what was written down that is there now
                    forget(topic);
                    unread.add(topic);
                } else {
                    local.get().hole(topic.name, new Position(epoch, place));
                    topic.tell(place);
                }
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
                (place, subject, bytes) -> {
                    LoggedTopic topic = wanted.get(subject);
                    if (topic != null) {
                        tellRead(topic, place, TopicLoader.message(topic, bytes));
                    }
                });
    }

    private void tellRead(LoggedTopic topic, long place, NodeMessage message) {
        turn.lock();
        try {
            if (place > topic.offset() && topic.offset() != LoggedTopic.NOWHERE) {
                if (mayBeTrimmed(topic)) {
                    forget(topic);
                    unread.add(topic);
                } else {
                    if (!seen.agrees(place, message.origin(), idOf(message))) {
                        rewritten(place);
                        return;
                    }
                    tell(topic, new LogEntry(place, topic.offset(), message));
                }
            }
        } finally {
            turn.unlock();
        }
    }

    /** All was read that there was: it goes on with what came meanwhile. */
    private void caughtUp(LoggedTopic topic, boolean gone, long upTo) {
        turn.lock();
        try {
            if (gone && topics.get(topic.name) == topic) {
                forget(topic);
                unread.add(topic);
            } else {
                topic.readUpTo(upTo);
                heard = Math.max(heard, upTo);
                goOn(topic);
            }
        } finally {
            turn.unlock();
        }
    }

    private void goOn(LoggedTopic topic) {
        if (topic.offset() == LoggedTopic.NOWHERE || topics.get(topic.name) != topic) {
            return; // it is to be read anew, or gone
        }
        List<LogEntry> early = takeEarly(topic);
        boolean again = topic.takeOverflown();
        topic.caughtUp();
        local.get().caughtUp(topic.name);
        early.forEach(entry -> take(topic, entry));
        if ((again || topic.isWished()) && topic.isLive()) {
            fallBehind(topic, topic.offset());
            unread.add(topic);
        }
    }

    /**
     * @param first the oldest that the log had when all was read
     * @param end where the log was when it was read, which is the place of a topic without messages
     */
    private void loaded(Loading loading, long first, long end) {
        LoggedTopic topic = loading.topic;
        List<Kept> kept = new ArrayList<>();
        long floor = Math.max(loading.floor, first - 1);
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
        long upTo = loading.newest.isEmpty() ? end : newest;
        turn.lock();
        try {
            if (mayBeTrimmed(topic) || topic.beginnings() != loading.beginnings) {
                forget(topic);
                unread.add(topic);
                return;
            }
            for (LogEntry entry : loading.newest) {
                topic.lastPlace(entry.place());
                var _ = own(entry.message(), entry.place());
                if (entry.message() instanceof NodeMessage.Logged it) {
                    boolean _ = topic.advance(it.origin(), it.id());
                }
            }
            heard = Math.max(heard, end);
            places.told(topic.bucket, upTo);
            local.get().loaded(topic.name, new Position(epoch, upTo), kept, floor);
            topic.tell(upTo);
            goOn(topic);
        } finally {
            turn.unlock();
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
                BusCluster.tell(fault);
            }
        }
    }

    /** Topics that have come or gone, of which that is still to be done. */
    int unread() {
        return unread.size() + left.size();
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
