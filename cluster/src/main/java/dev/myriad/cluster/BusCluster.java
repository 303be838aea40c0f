package dev.myriad.cluster;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Cluster;
import dev.myriad.pubsub.ClusterLog;
import dev.myriad.pubsub.ClusterStats;
import dev.myriad.pubsub.Kept;
import dev.myriad.pubsub.Position;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * A cluster over a bus: who is there, what was sent by whom, what is missing. Thread-safe: whatever
 * comes from others, and what is done because it is time, has its turn one after the other.
 *
 * <ul>
 *   <li>Each node tells all others every one and a half seconds that it is there, and the last
 *       number of each bucket that it has sent to since. Three beats that do not come, and it is
 *       taken for dead.
 *   <li>Messages of a node to a bucket are numbered. What is missing between two, or before the
 *       number that a beat or an answer tells, is lost; the node's topics hear of it.
 *   <li>Who begins to listen to a bucket asks all nodes where they are. The answer has come the way
 *       that their messages take: so from then on all of those come here.
 *   <li>Who is present on a node is told by that node alone: changes as they happen, in the order
 *       of the bucket's numbers, and everybody in each answer. So who has missed a change asks.
 * </ul>
 */
final class BusCluster implements Cluster {
    private static final Line CAME = Log.of(Cluster.class).info("node {} is there").eachTime();
    private static final Line LEFT = Log.of(Cluster.class).info("node {} has left").eachTime();
    private static final Line SILENT =
            Log.of(Cluster.class).warning("node {} is silent: it is taken for dead").eachTime();
    private static final Line UNREADABLE =
            Log.of(Cluster.class).warning("a message of another node is refused: {}");
    private static final Line FAULT =
            Log.of(Cluster.class).error("a message of another node cannot be dealt with");

    static final long BEAT_NANOS = 1_500_000_000;
    static final long DEAD_NANOS = 3 * BEAT_NANOS;
    static final long SWEEP_NANOS = 10_000_000_000L;
    private static final long HELLO_MILLIS = 200;
    private static final long ACQUAINTED_NANOS = 2 * BEAT_NANOS;
    private static final long REACH_NANOS = 1_000_000_000;

    /** Beats that may be late by so much because this node, and not the others, stood still. */
    private static final long STILL_NANOS = BEAT_NANOS / 2;

    private static final long LOOK_MILLIS = 100;
    private static final long TELL_NANOS = 100_000_000;
    private static final int PEERS_MAX = 1_000;
    private static final int LASTS_A_BEAT = 20_000;
    private static final int REMEMBERED_DEAD_MAX = 16;

    /** Stands for one that is not known. */
    private static final Peer NOBODY = new Peer(0, "", false);

    private final String name;
    private final String node;
    private final long origin;
    private final Bus bus;
    private final LongSupplier nanoTime;
    private final Subjects subjects;
    private final Outbox outbox;
    private final Interest interest;
    private final Map<Long, Peer> peers = new ConcurrentHashMap<>();

    /** What has its turn. */
    private final ReentrantLock turn = new ReentrantLock();

    /** Those taken for dead, the longest first: one may only have stood still. */
    private final Map<Long, Peer> dead = new LinkedHashMap<>();

    private final Thread looking =
            Thread.ofPlatform().daemon().name("myriad-cluster").unstarted(this::keepLooking);
    private final LongAdder received = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final SharedLog histories;
    private final SharedLog states;
    private final List<SharedLog> logs;
    private final List<Thread> reading;
    private volatile Node local = Nobody.HERE;
    private volatile ClusterLog.Listener fromHistories = Nobody.HERE;
    private volatile ClusterLog.Listener fromStates = Nobody.HERE;
    private volatile boolean closed;

    /** The buckets of which something is lost that the node was not told of yet, by peer. */
    private final Map<Peer, BitSet> untold = new HashMap<>();

    private long nextTellNanos;

    /** Whether it could not be heard at some time what others sent: one may have come then. */
    private volatile boolean hasMissed;

    /** Whether the others have been told that it is there: from then on it may be known. */
    private boolean greeted;

    /** From then on it knows those who were there before it, if it has missed nothing. */
    private long acquaintedNanos;

    private long nextBeatNanos;
    private long nextSweepNanos;
    private long round = 1L << 32; // of questions that nobody waits for

    /**
     * @param histories keeps the messages of topics with a history
     * @param states keeps the changes of topics with values by key
     * @param millis the time of day, since 1970
     */
    BusCluster(
            String name,
            String node,
            long origin,
            Bus bus,
            LogStore histories,
            LogStore states,
            LongSupplier nanoTime,
            LongSupplier millis) {
        this.name = name;
        this.node = node;
        this.origin = origin;
        this.bus = bus;
        this.nanoTime = nanoTime;
        this.subjects = new Subjects(name);
        this.outbox = new Outbox(origin, bus, subjects);
        this.interest = new Interest(bus, subjects, this::forget, new Questions(), nanoTime);
        this.histories =
                new SharedLog(
                        LogKind.HISTORIES,
                        origin,
                        bus,
                        histories,
                        subjects.log(LogKind.HISTORIES),
                        turn,
                        () -> fromHistories,
                        outbox::publishPast,
                        nanoTime,
                        millis);
        this.states =
                new SharedLog(
                        LogKind.STATES,
                        origin,
                        bus,
                        states,
                        subjects.log(LogKind.STATES),
                        turn,
                        () -> fromStates,
                        (_, _) -> {}, // a change that the log has not got is none
                        nanoTime,
                        millis);
        this.logs = List.of(this.histories, this.states);
        this.reading =
                List.of(
                        reading("myriad-cluster-log", this.histories),
                        reading("myriad-cluster-states", this.states));
    }

    private Thread reading(String thread, SharedLog log) {
        return Thread.ofPlatform()
                .daemon()
                .name(thread)
                .unstarted(() -> log.keepReading(() -> closed));
    }

    // ---- for the node

    @Override
    public void start(Node given, Duration remembered, boolean keyed) {
        begin(given, remembered, keyed);
        if (bus.isConnected()) {
            try {
                for (SharedLog log : logs) {
                    boolean _ = log.read(0);
                }
                Thread.sleep(HELLO_MILLIS); // for the others to say that they are there
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        looking.start();
        reading.forEach(Thread::start);
    }

    /** Takes part, and leaves it to the caller to {@link #look}. */
    void begin(Node given, Duration remembered, boolean keyed) {
        listener(given);
        histories.start(!remembered.isZero(), remembered);
        states.start(keyed, Duration.ZERO);
        nextBeatNanos = nanoTime.getAsLong() + BEAT_NANOS;
        nextSweepNanos = nextBeatNanos + SWEEP_NANOS;
        bus.subscribe(subjects.everybody());
        bus.subscribe(subjects.node(origin));
        bus.start(new FromBus());
        if (!bus.isConnected()) { // what the others send until it is
            hasMissed = true;
        }
    }

    @Override
    public String tag() {
        return "-" + Long.toUnsignedString(origin & 0xffff_ffffL, Character.MAX_RADIX);
    }

    @Override
    public void came(String topic) {
        interest.came(Buckets.of(topic));
    }

    @Override
    public void went(String topic) {
        interest.went(Buckets.of(topic));
    }

    @Override
    public void awaitReach(String topic) throws InterruptedException {
        interest.await(Buckets.of(topic), REACH_NANOS);
    }

    /** Whether a loss of what a run of a node sends to a topic would show. */
    boolean hears(long run, String topic) {
        Peer peer = peers.get(run);
        return peer != null && peer.isHeard(Buckets.of(topic));
    }

    /** Whether all that other nodes send to a topic reaches this one. */
    boolean isReached(String topic) {
        return interest.isWarm(Buckets.of(topic));
    }

    @Override
    public ClusterLog histories() {
        return histories;
    }

    @Override
    public ClusterLog states() {
        return states;
    }

    /** The logs, to be read by the caller: see {@link #begin}. */
    List<SharedLog> logs() {
        return logs;
    }

    private SharedLog log(LogKind kind) {
        return switch (kind) {
            case HISTORIES -> histories;
            case STATES -> states;
        };
    }

    private void listener(Node node) {
        local = node;
        fromHistories = node.histories();
        fromStates = node.states();
    }

    @Override
    public void publish(String topic, String event, Payload payload) {
        outbox.publish(topic, event, payload);
    }

    @Override
    public void disconnect(String id) {
        boolean _ =
                bus.publish(
                        subjects.everybody(),
                        NodeWire.bytes(new NodeMessage.Disconnect(origin, id)));
    }

    @Override
    public void track(String topic, Member member, OptionalLong replaced) {
        outbox.track(topic, member, replaced);
    }

    @Override
    public void untrack(String topic, long id) {
        outbox.untrack(topic, id);
    }

    @Override
    public List<Member> membersElsewhere(String topic) {
        int bucket = Buckets.of(topic);
        return peers.values().stream().flatMap(peer -> peer.in(bucket, topic).stream()).toList();
    }

    /** The run of this node: members that it tracks have it as their origin. */
    @Override
    public long origin() {
        return origin;
    }

    @Override
    public ClusterStats stats() {
        return new ClusterStats(
                name,
                node,
                bus.isConnected(),
                peers.values().stream().map(peer -> peer.name).sorted().toList(),
                interest.count(),
                outbox.published(),
                outbox.unsent() + bus.discarded(),
                bus.waiting(),
                received.sum(),
                lost.sum(),
                gaps.sum(),
                late.sum(),
                refused.sum(),
                interest.unproven(),
                histories.stats(),
                states.stats());
    }

    @Override
    public void close() {
        turn.lock();
        try {
            if (closed) {
                return;
            }
            closed = true; // nothing that it says follows the goodbye
            logs.forEach(SharedLog::end);
            tellStored();
            beat(NodeMessage.Beat.Kind.GOODBYE);
            listener(Nobody.HERE);
        } finally {
            turn.unlock();
        }
        looking.interrupt();
        reading.forEach(Thread::interrupt);
        bus.close();
    }

    // ---- what is done because it is time

    /** To be called every tenth of a second or so. */
    void look() {
        if (isAnyOverdue()) {
            boolean cutOff = !bus.answers(Duration.ofNanos(STILL_NANOS)); // it waits
            turn.lock();
            try {
                bury(cutOff);
            } finally {
                turn.unlock();
            }
        }
    }

    /** Does what is due; whether a node should have been heard. */
    private boolean isAnyOverdue() {
        turn.lock();
        try {
            if (closed) {
                return false;
            }
            interest.look();
            interest.expire(REACH_NANOS);
            long now = nanoTime.getAsLong();
            tellLost(now);
            logs.forEach(SharedLog::look);
            if (now - nextBeatNanos < 0) {
                return false;
            }
            if (now - nextBeatNanos > STILL_NANOS) { // it was this node that stood still
                spareAll(now);
            }
            nextBeatNanos = now + BEAT_NANOS;
            beat(NodeMessage.Beat.Kind.PULSE);
            tellStored();
            peers.values().forEach(peer -> askAbout(peer, peer.unanswered()));
            if (now - nextSweepNanos >= 0) {
                nextSweepNanos = now + SWEEP_NANOS;
                interest.sweep();
            }
            return peers.values().stream().anyMatch(peer -> isOverdue(peer, now));
        } finally {
            turn.unlock();
        }
    }

    private static boolean isOverdue(Peer peer, long now) {
        return now - peer.heardNanos > DEAD_NANOS;
    }

    private void spareAll(long now) {
        peers.values().forEach(peer -> peer.heardNanos = now);
    }

    /** Those who are overdue are taken for dead, unless it is this node that is cut off. */
    private void bury(boolean cutOff) {
        long now = nanoTime.getAsLong();
        if (cutOff) {
            spareAll(now);
        }
        for (Peer peer : peers.values()) {
            if (isOverdue(peer, now)) {
                SILENT.tell(peer.name);
                remove(peer);
                logs.forEach(SharedLog::doubt);
                dead.put(peer.origin, peer);
                if (dead.size() > REMEMBERED_DEAD_MAX) {
                    dead.remove(dead.keySet().iterator().next());
                }
            }
        }
    }

    private void tellStored() {
        for (LogKind kind : LogKind.values()) {
            tellStored(kind, log(kind).lasts());
        }
    }

    private void tellStored(LogKind kind, List<NodeMessage.Last> lasts) {
        for (int from = 0; from < lasts.size(); from += LASTS_A_BEAT) {
            int to = Math.min(from + LASTS_A_BEAT, lasts.size());
            boolean _ =
                    bus.publish(
                            subjects.everybody(),
                            NodeWire.bytes(
                                    new NodeMessage.Stored(origin, kind, lasts.subList(from, to))));
        }
    }

    private void beat(NodeMessage.Beat.Kind kind) {
        List<NodeMessage.Last> lasts = outbox.lasts();
        int from = 0;
        do {
            int to = Math.min(from + LASTS_A_BEAT, lasts.size());
            beat(kind, subjects.everybody(), lasts.subList(from, to));
            from = to;
        } while (from < lasts.size());
    }

    private void beat(NodeMessage.Beat.Kind kind, String to, List<NodeMessage.Last> lasts) {
        boolean _ =
                bus.publish(to, NodeWire.bytes(new NodeMessage.Beat(origin, kind, node, lasts)));
    }

    /** Those that joins wait for. */
    private final class Questions implements Interest.Asking {
        @Override
        public Set<Long> ask(long number, int[] buckets) {
            Set<Long> asked = new HashSet<>();
            for (Peer peer : peers.values()) {
                if (BusCluster.this.ask(peer, number, buckets)) {
                    asked.add(peer.origin);
                } else {
                    doubt(Set.of(peer.origin), buckets);
                }
            }
            return asked;
        }

        @Override
        public void doubt(Set<Long> nodes, int[] buckets) {
            for (Peer peer : peers.values()) {
                if (nodes.contains(peer.origin)) {
                    for (int bucket : buckets) {
                        peer.doubt(bucket);
                    }
                }
            }
        }
    }

    /** Asks until it has been answered, see {@link #look}. */
    private boolean ask(Peer peer, long number, int[] buckets) {
        peer.ask(buckets);
        return bus.publish(
                subjects.node(peer.origin),
                NodeWire.bytes(new NodeMessage.Sync(origin, number, buckets)));
    }

    private void askAbout(Peer peer, int[] buckets) {
        if (buckets.length > 0) {
            boolean _ = ask(peer, ++round, buckets);
        }
    }

    // ---- what comes

    /** Takes what may be unreadable. */
    private interface Taking {
        void take() throws NodeWire.UnreadableException;
    }

    private final class FromBus implements Bus.Listener {
        @Override
        public void received(byte[] bytes) {
            taking(() -> take(NodeWire.read(bytes)));
        }

        @Override
        public void logged(LogKind kind, long sequence, long previous, byte[] bytes) {
            taking(
                    () -> {
                        if (bytes.length > 0) {
                            log(kind).logged(sequence, previous, NodeWire.read(bytes));
                        }
                    });
        }

        @Override
        public void acknowledged(LogKind kind, long id, long place) {
            log(kind).acknowledged(id, place);
        }

        @Override
        public void overrun() {
            hasMissed = true;
            logs.forEach(SharedLog::detach);
        }

        private void taking(Taking taking) {
            turn.lock();
            try {
                if (!closed) {
                    taking.take();
                }
            } catch (NodeWire.UnreadableException e) {
                refused.increment();
                UNREADABLE.tell(String.valueOf(e.getMessage()));
            } catch (Throwable fault) { // it goes on with the next
                tell(fault);
            } finally {
                turn.unlock();
            }
        }

        @Override
        public void connected() {
            turn.lock();
            try {
                if (closed) {
                    return;
                }
                logs.forEach(SharedLog::detach);
                spareAll(nanoTime.getAsLong());
                outbox.tellAgain();
                beat(greeted ? NodeMessage.Beat.Kind.BACK : NodeMessage.Beat.Kind.HELLO);
                if (hasMissed) {
                    peers.values().forEach(Peer::doubt);
                }
                if (!greeted) {
                    acquaintedNanos = nanoTime.getAsLong() + ACQUAINTED_NANOS;
                }
                greeted = true;
                int[] buckets = interest.all(); // what was lost meanwhile shows
                peers.values().forEach(peer -> askAbout(peer, buckets));
            } finally {
                turn.unlock();
            }
        }

        @Override
        public void disconnected() {
            hasMissed = true;
            logs.forEach(SharedLog::detach);
        }
    }

    private void take(NodeMessage message) {
        if (message.origin() == origin) {
            return;
        }
        switch (message) {
            case NodeMessage.Publish it ->
                    counted(
                            it.origin(),
                            it.bucket(),
                            it.sequence(),
                            it.topic(),
                            _ -> {
                                received.increment();
                                local.deliver(it.topic(), it.event(), it.payload(), it.frame());
                            });
            case NodeMessage.Track it ->
                    counted(
                            it.origin(),
                            it.bucket(),
                            it.sequence(),
                            it.topic(),
                            peer -> track(peer, it));
            case NodeMessage.Untrack it ->
                    counted(
                            it.origin(),
                            it.bucket(),
                            it.sequence(),
                            it.topic(),
                            peer -> untrack(peer, it));
            case NodeMessage.Beat it -> take(it);
            case NodeMessage.Sync it -> outbox.answer(it);
            case NodeMessage.Synced it -> take(it);
            case NodeMessage.Disconnect it -> local.disconnect(it.id());
            case NodeMessage.Past it ->
                    counted(
                            it.origin(),
                            it.bucket(),
                            it.sequence(),
                            it.topic(),
                            _ -> {
                                received.increment();
                                if (histories.isNews(it)) {
                                    tell(it);
                                }
                            });
            case NodeMessage.Stored it -> log(it.log()).stored(it.lasts());
            case NodeMessage.Logged _ -> {} // it comes from the log alone
            case NodeMessage.Hole _ -> {}
        }
    }

    private void tell(NodeMessage.Past it) {
        if (it.place() > 0) {
            local.deliverLogged(it.topic(), it.event(), it.payload(), it.frame());
        } else {
            local.deliver(it.topic(), it.event(), it.payload(), it.frame());
        }
    }

    private void track(Peer peer, NodeMessage.Track it) {
        if (peers.get(peer.origin) != peer) {
            return; // when one who is not known is, it tells them all
        }
        it.replaced().ifPresent(id -> peer.remove(it.bucket(), it.topic(), id));
        peer.add(it.bucket(), it.topic(), it.member());
        try {
            local.track(it.topic(), it.member(), it.replaced());
        } catch (Throwable fault) { // the next answer brings it again
            peer.remove(it.bucket(), it.topic(), it.member().id());
            throw fault;
        }
    }

    private void untrack(Peer peer, NodeMessage.Untrack it) {
        for (Member member : peer.remove(it.bucket(), it.topic(), it.id())) {
            try {
                local.untrack(it.topic(), member);
            } catch (Throwable fault) { // the next answer says so again
                peer.add(it.bucket(), it.topic(), member);
                throw fault;
            }
        }
    }

    /**
     * A bucket is not listened to any more, or not yet. A topic that has just come may have been
     * given those who are forgotten.
     */
    private void forget(int bucket) {
        for (Peer peer : peers.values()) {
            List<NodeMessage.Present> present = peer.in(bucket);
            peer.forget(bucket);
            present.forEach(each -> local.untrack(each.topic(), each.member()));
        }
    }

    /**
     * Takes a message that has a number, if it is the next; what is missing before it is told. If
     * that fails it is as lost as if it had not come.
     */
    private void counted(
            long from, int bucket, long sequence, String topic, Consumer<Peer> action) {
        if (bucket != Buckets.of(topic) || !interest.listens(bucket)) {
            return; // it was listened to until just now
        }
        Peer known = peers.get(from);
        Peer peer = known == null ? dead.getOrDefault(from, NOBODY) : known;
        long missing = peer == NOBODY ? 0 : peer.missing(bucket, sequence);
        if (missing < 0) {
            late.increment();
            return;
        }
        lost(peer, bucket, missing);
        try {
            action.accept(peer);
        } catch (Throwable fault) {
            tell(fault);
            lost(peer, bucket, 1);
        }
    }

    /** Something did not come. The node is told at once, but then of all within a while. */
    private void lost(Peer peer, int bucket, long missing) {
        if (missing > 0) {
            gaps.increment();
            lost.add(missing);
            untold.computeIfAbsent(peer, _ -> new BitSet()).set(bucket);
            tellLost(nanoTime.getAsLong());
        }
    }

    private void tellLost(long now) {
        if (untold.isEmpty() || now - nextTellNanos < 0) {
            return;
        }
        nextTellNanos = now + TELL_NANOS;
        BitSet all = new BitSet();
        untold.forEach(
                (peer, buckets) -> {
                    all.or(buckets);
                    askAbout(peer, buckets.stream().toArray()); // who is present may be among it
                });
        untold.clear();
        local.lost(topic -> all.get(Buckets.of(topic)));
    }

    private void take(NodeMessage.Beat beat) {
        Peer peer = peers.get(beat.origin());
        if (beat.kind() == NodeMessage.Beat.Kind.GOODBYE) {
            if (peer != null) {
                hear(peer, beat.lasts());
                LEFT.tell(peer.name);
                remove(peer);
            }
            dead.remove(beat.origin());
            return;
        }
        if (peer == null) {
            if (peers.size() >= PEERS_MAX) {
                refused.increment();
                return;
            }
            peer = admit(beat);
        }
        if (beat.kind() == NodeMessage.Beat.Kind.BACK) {
            peer.doubt(); // as what it sent when it was away
        }
        peer.heardNanos = nanoTime.getAsLong();
        hear(peer, beat.lasts());
        if (beat.kind() != NodeMessage.Beat.Kind.PULSE) {
            beat(NodeMessage.Beat.Kind.PULSE, subjects.node(peer.origin), List.of());
        }
    }

    private Peer admit(NodeMessage.Beat beat) {
        Peer back = dead.remove(beat.origin());
        boolean fresh = beat.kind() == NodeMessage.Beat.Kind.HELLO;
        Peer peer = back == null ? new Peer(beat.origin(), beat.name(), fresh) : back;
        boolean acquainted = greeted && nanoTime.getAsLong() - acquaintedNanos > 0;
        if (back != null || hasMissed || acquainted) {
            peer.doubt(); // it may have sent something that was not heard
        }
        CAME.tell(peer.name);
        peers.put(peer.origin, peer);
        askAbout(peer, interest.all());
        return peer;
    }

    private void hear(Peer peer, List<NodeMessage.Last> lasts) {
        for (NodeMessage.Last last : lasts) {
            int bucket = last.bucket();
            if (interest.listens(bucket) && peer.isHeard(bucket)) { // else an answer is to come
                lost(peer, bucket, peer.missingUpTo(bucket, last.sequence()));
            }
        }
    }

    private void take(NodeMessage.Synced synced) {
        Peer peer = peers.get(synced.origin());
        if (peer == null) {
            return;
        }
        for (NodeMessage.Content content : synced.contents()) {
            int bucket = content.bucket();
            if (!interest.listens(bucket)) {
                continue;
            }
            lost(peer, bucket, peer.missingUpTo(bucket, content.sequence()));
            try {
                peer.collect(content).ifPresent(present -> replace(peer, bucket, present));
            } catch (Throwable fault) {
                peer.ask(new int[] {bucket});
                throw fault;
            }
        }
        if (synced.last()) {
            interest.answered(synced.round(), synced.origin());
        }
    }

    /** These are present in a bucket of a node, and no others. */
    private void replace(Peer peer, int bucket, List<NodeMessage.Present> present) {
        Set<List<Object>> known = new HashSet<>();
        for (NodeMessage.Present each : present) {
            known.add(List.of(each.topic(), each.member().id()));
        }
        for (NodeMessage.Present each : peer.in(bucket)) {
            if (!known.contains(List.<Object>of(each.topic(), each.member().id()))) {
                peer.remove(bucket, each.topic(), each.member().id())
                        .forEach(member -> local.untrack(each.topic(), member));
            }
        }
        for (NodeMessage.Present each : present) {
            if (peer.add(bucket, each.topic(), each.member())) {
                local.track(each.topic(), each.member(), OptionalLong.empty());
            }
        }
    }

    /** A node is gone, and everybody who is connected to it. */
    private void remove(Peer peer) {
        peers.remove(peer.origin);
        interest.gone(peer.origin);
        for (int bucket : peer.peopled()) {
            replace(peer, bucket, List.of());
        }
    }

    /** Before the start, and after the end. */
    private enum Nobody implements Node, ClusterLog.Listener {
        HERE;

        @Override
        public ClusterLog.Listener histories() {
            return this;
        }

        @Override
        public ClusterLog.Listener states() {
            return this;
        }

        @Override
        public void deliver(String topic, String event, Payload payload, byte[] frame) {}

        @Override
        public void deliverLogged(String topic, String event, Payload payload, byte[] frame) {}

        @Override
        public void lost(Predicate<String> topics) {}

        @Override
        public void track(String topic, Member member, OptionalLong replaced) {}

        @Override
        public void untrack(String topic, Member member) {}

        @Override
        public void disconnect(String id) {}

        @Override
        public void loaded(String topic, Position newest, List<Kept> messages, long floor) {}

        @Override
        public void logged(
                String topic,
                Kept kept,
                boolean heard,
                byte[] frame,
                Optional<ClusterLog.Sent> sent) {}

        @Override
        public void hole(String topic, Position place) {}

        @Override
        public void caughtUp(String topic) {}

        @Override
        public void unlogged(String topic, ClusterLog.Sent sent) {}
    }

    /** Looks after it as long as it lives, whatever one look throws. */
    private void keepLooking() {
        while (!closed) {
            try {
                Thread.sleep(LOOK_MILLIS);
                look();
            } catch (InterruptedException e) {
                return;
            } catch (Throwable fault) { // most likely memory is used up: it is to look again
                tell(fault);
            }
        }
    }

    static void tell(Throwable fault) {
        try {
            FAULT.tell(fault);
        } catch (Throwable noMemory) {
            Thread.onSpinWait();
        }
    }
}
