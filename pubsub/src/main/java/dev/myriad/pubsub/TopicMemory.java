package dev.myriad.pubsub;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Connection;
import dev.myriad.net.Receipt;
import dev.myriad.process.ExitReason;
import dev.myriad.process.Process;
import dev.myriad.protocol.JsonCodec;
import dev.myriad.protocol.JsonText;
import dev.myriad.protocol.Payload;
import dev.myriad.protocol.Serializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one topic remembers, and the one order in which it is told. Thread-safe: a lock is held
 * while something is remembered and given to the groups, so that all members get it in that order;
 * and while one who joins is given what there is and made a member, so that nothing is missing
 * between, and nothing comes twice. No user code runs under the lock, and nothing waits.
 */
final class TopicMemory {
    private static final Line FETCH_FAILED =
            Log.of(PubSub.class).error("fetch for the presence of {} threw");
    private static final Line LISTENER_THREW =
            Log.of(PubSub.class).error("a listener to the presence of {} threw");

    private static final int OBJECT_BYTES = 512;
    private static final long NEVER_USED_MILLIS = 60_000;
    private static final Duration POSITIONS_EVERY = Duration.ofMillis(100);
    private static final Duration GAPS_EVERY = Duration.ofMillis(500);

    /** Where a message of the topic's own goes. */
    @FunctionalInterface
    interface Teller {
        void tell(String event, Encodings message);
    }

    private final PubSub pubSub;
    private final Topic topic;
    private final Remembering remembering;
    private final Optional<Cluster> cluster;
    private final ReentrantLock lock = new ReentrantLock();
    private final Optional<HistoryRule> historyRule;
    private final @Nullable Presence presence;
    private final @Nullable TopicState state;

    /** Its messages: what the cluster's log has of them, or what this node has heard. */
    private @Nullable MemoryHistory history;

    /** What is known of the log; nothing before it was read. */
    private @Nullable MemoryHistory logged;

    /** Whether somebody was let in before it was known what the log has. */
    private boolean unsure;

    private final boolean gaps;
    private @Nullable Pulse gapsPulse;
    private @Nullable Pulse presencePulse;
    private volatile @Nullable Pulse positionsPulse;
    private boolean presenceWoken;
    private long charged;

    /** The topic has another memory by now, or none. */
    private boolean over;

    /** Since the hand of {@link Memories} came by. */
    private volatile boolean used = true;

    TopicMemory(
            PubSub pubSub,
            Topic topic,
            TopicRule rule,
            Remembering remembering,
            Optional<Cluster> cluster) {
        this.cluster = cluster;
        this.pubSub = pubSub;
        this.topic = topic;
        this.remembering = remembering;
        long now = remembering.millis().getAsLong();
        this.gaps = rule.gaps();
        this.historyRule = rule.history();
        this.history = historyRule.map(wanted -> new MemoryHistory(wanted, now)).orElse(null);
        String tag = cluster.map(Cluster::tag).orElse("");
        this.presence = rule.presence().map(wanted -> new Presence(wanted, now, tag)).orElse(null);
        this.state =
                rule.state()
                        .map(
                                wanted ->
                                        new TopicState(
                                                pubSub, topic, this, wanted, remembering, cluster))
                        .orElse(null);
        if (presence != null) {
            cluster.ifPresent(
                    nodes ->
                            nodes.membersElsewhere(topic.name())
                                    .forEach(
                                            member ->
                                                    trackElsewhere(member, OptionalLong.empty())));
        }
    }

    Topic topic() {
        return topic;
    }

    boolean hasHistory() {
        return historyRule.isPresent();
    }

    /**
     * Does something under the lock; nothing if this is over, and then the caller looks for what
     * has taken its place.
     */
    <T> Optional<T> within(Supplier<T> action) {
        lock.lock();
        try {
            if (over) {
                return Optional.empty();
            }
            used = true;
            return Optional.of(action.get());
        } finally {
            charge();
            lock.unlock();
        }
    }

    void run(Runnable action) {
        Optional<Boolean> _ =
                within(
                        () -> {
                            action.run();
                            return true;
                        });
    }

    // ---- messages

    /** Remembers a message and gives it to the members. */
    Topic publish(PubSub.Message message) {
        Kept place =
                ownHistory()
                        .append(
                                message.event(),
                                message.payload(),
                                remembering.millis().getAsLong());
        deliver(message, place);
        return topic;
    }

    private void deliver(PubSub.Message message, Kept place) {
        if (topic.isPositioned()) {
            Receipt receipt = new PlaceReceipt();
            pubSub.deliver(topic, message, Optional.of(place), receipt);
            receipt.end();
        } else {
            pubSub.deliver(topic, message, Optional.of(place), null);
        }
    }

    /** What does not go through the log begins an epoch, since it has no place there. */
    private MemoryHistory ownHistory() {
        MemoryHistory own = of(history, "history");
        if (own == logged) {
            own = new MemoryHistory(historyRule.orElseThrow(), remembering.millis().getAsLong());
            history = own;
        }
        return own;
    }

    boolean tellsOfLosses() {
        return gaps || hasHistory();
    }

    /** Messages of other nodes are missing: nobody can resume across that, and all are told. */
    void lost() {
        run(
                () -> {
                    if (history != null && history != logged) { // the log finds out for itself
                        history.lost();
                        wakePositions();
                    }
                    wakeGaps();
                });
    }

    /** Those who do not get places have missed something. */
    void gap() {
        run(this::wakeGaps);
    }

    private void wakeGaps() {
        if (!gaps) {
            return;
        }
        Pulse pulse = gapsPulse;
        if (pulse == null || !pulse.isAlive()) {
            pulse = pulse("gaps", GAPS_EVERY, this::tellGap, () -> {});
            gapsPulse = pulse;
        }
        pulse.wake();
    }

    private void tellGap(Receipt receipt) {
        Encodings gap = new Encodings(Payload.EMPTY);
        run(() -> pubSub.tellGap(topic, gap, receipt));
        pubSub.tellProcesses(topic, TopicRule.GAP, gap);
    }

    private void wakePositions() {
        Pulse pulse = positionsPulse;
        if (pulse != null) {
            pulse.wake();
        }
    }

    // ---- messages by way of the cluster's log

    /** All that is known of the log, see {@link ClusterLog.Listener#loaded}. */
    void loaded(Position newest, List<Kept> messages, long floor) {
        run(
                () -> {
                    long now = remembering.millis().getAsLong();
                    MemoryHistory read =
                            new MemoryHistory(historyRule.orElseThrow(), now, newest, floor);
                    messages.forEach(kept -> read.take(kept, now));
                    if (logged != null || unsure) { // what came between was told to nobody
                        wakeGaps();
                    }
                    unsure = false;
                    logged = read;
                    history = read;
                    wakePositions();
                });
    }

    /** The next message of the log, see {@link ClusterLog.Listener#logged}. */
    void logged(PubSub.Message message, Kept kept, boolean heard) {
        run(
                () -> {
                    MemoryHistory here = logged;
                    if (here == null) {
                        return;
                    }
                    here.take(kept, remembering.millis().getAsLong());
                    history = here;
                    if (heard) {
                        wakePositions();
                    } else {
                        deliver(message, kept);
                    }
                });
    }

    /** Messages are missing in the log. */
    void hole(Position place) {
        run(
                () -> {
                    if (logged != null) {
                        logged.lost(place.offset());
                        history = logged;
                        wakePositions();
                        wakeGaps();
                    }
                });
    }

    /** Its messages are those of the log from now on. */
    void follow() {
        run(
                () -> {
                    if (logged != null && history != logged) {
                        history = logged;
                        wakePositions();
                    }
                });
    }

    /** Those who missed a message see so with the next; if none comes they are told. */
    private final class PlaceReceipt extends Receipt {
        @Override
        protected void ended(boolean complete) {
            Pulse pulse = positionsPulse;
            if (!complete && pulse != null) {
                pulse.wake();
            }
        }
    }

    private Pulse positionsPulse() {
        return pulse(
                "positions",
                POSITIONS_EVERY,
                receipt ->
                        run(
                                () -> {
                                    Position place = of(history, "history").position();
                                    pubSub.tellPlace(topic, Kept.at(place), receipt);
                                }),
                () -> {});
    }

    List<Kept> last(int count) {
        return of(history, "history").last(count);
    }

    List<Kept> since(long millis, int limit) {
        return of(history, "history").since(millis, limit);
    }

    // ---- one who joins

    /**
     * Makes a connection a member, after what it is to get first: the reply, what it missed, who is
     * here, what is true now.
     *
     * @param known up to where nothing is missing of what the cluster's log has, which may be
     *     further than the newest message; negative if that is not known
     * @return what became of its wish to resume, if it had one
     */
    Optional<Recovery> enter(
            Connection connection,
            Topic.Audience audience,
            Resume resume,
            long known,
            Function<Optional<Recovery>, byte[]> reply,
            Newcomers newcomers) {
        charge();
        if (charged == 0) {
            throw overloaded();
        }
        unsure |= known < 0 && logged == null;
        if (audience.seat.positioned() && positionsPulse == null) {
            positionsPulse = positionsPulse();
        }
        Serializer serializer = audience.seat.serializer();
        List<byte[]> first = new ArrayList<>();
        List<Kept> missed = List.of();
        Optional<Recovery> recovery = Optional.empty();
        if (history != null && !(resume instanceof Resume.Nothing)) {
            TopicHistory kept = history;
            Optional<Recovery.Obstacle> obstacle = obstacle(kept, resume, known, audience);
            if (obstacle.isEmpty()) {
                missed = missed(kept, resume);
            }
            recovery = Optional.of(new Recovery(obstacle.isEmpty(), kept.position(), obstacle));
        }
        first.add(reply.apply(recovery));
        for (Kept each : missed) {
            boolean carries = serializer.carriesBinary() || !each.payload().isBinary();
            first.add(
                    carries
                            ? each.frames(serializer, topic.name())
                            : each.placeOnly(serializer, topic.name()));
        }
        Teller teller =
                (event, message) -> first.add(message.frames(serializer, topic.name(), event));
        if (presence != null) {
            presence.first(teller);
        }
        if (state != null) {
            state.first(teller);
        }
        long bytes = 0;
        for (byte[] frames : first) {
            bytes += frames.length;
        }
        Receipt receipt = newcomers.sending(bytes);
        audience.group.add(connection, joined(first), receipt);
        receipt.end();
        return recovery;
    }

    private Optional<Recovery.Obstacle> obstacle(
            TopicHistory kept, Resume resume, long known, Topic.Audience audience) {
        if (!audience.seat.intercepted().isEmpty()) {
            return Optional.of(Recovery.Obstacle.INTERCEPTS);
        }
        if (!(resume instanceof Resume.After after)) {
            return Optional.empty();
        }
        if (after.position().isEmpty()) {
            return Optional.of(Recovery.Obstacle.MALFORMED);
        }
        Position seen = after.position().get();
        Position newest = kept.position();
        if (!seen.epoch().equals(newest.epoch())) {
            return Optional.of(Recovery.Obstacle.EPOCH);
        }
        long last = Math.max(newest.offset(), history == logged ? known : 0);
        if (seen.offset() < 0 || seen.offset() > last) {
            return Optional.of(Recovery.Obstacle.UNKNOWN);
        }
        boolean _ = kept.expire(remembering.millis().getAsLong());
        Optional<List<Kept>> missed = kept.after(seen);
        if (missed.isEmpty()) {
            return Optional.of(Recovery.Obstacle.FORGOTTEN);
        }
        long bytes = missed.get().stream().mapToLong(this::frameBytes).sum();
        return bytes > remembering.replayBytesMax()
                ? Optional.of(Recovery.Obstacle.TOO_MUCH)
                : Optional.empty();
    }

    /** At least what its frame takes, for those who get places. */
    private long frameBytes(Kept kept) {
        return 128L
                + topic.utf8().length
                + 2L * kept.event().length()
                + kept.payload().bytes().length;
    }

    private List<Kept> missed(TopicHistory kept, Resume resume) {
        return switch (resume) {
            case Resume.Nothing _ -> List.of();
            case Resume.After after -> {
                Position seen = after.position().orElseThrow();
                List<Kept> all = kept.after(seen).orElseThrow();
                if (all.isEmpty() || all.getFirst().previous() == seen.offset()) {
                    yield all;
                }
                List<Kept> next = new ArrayList<>(all); // its predecessor was not known here
                next.set(0, all.getFirst().after(seen.offset()));
                yield next;
            }
            case Resume.Last last -> {
                boolean _ = kept.expire(remembering.millis().getAsLong());
                List<Kept> newest = kept.last(last.count());
                int from = newest.size();
                long bytes = 0;
                while (from > 0) { // as many as can be sent at once
                    bytes += frameBytes(newest.get(from - 1));
                    if (bytes > remembering.replayBytesMax()) {
                        break;
                    }
                    from--;
                }
                yield newest.subList(from, newest.size());
            }
        };
    }

    /** Small frames in one piece, which is cheaper to send; large ones are shared with others. */
    private static List<byte[]> joined(List<byte[]> frames) {
        List<byte[]> pieces = new ArrayList<>();
        JsonText small = new JsonText(1024);
        for (byte[] each : frames) {
            if (each.length >= 16 << 10) {
                flush(small, pieces);
                small = new JsonText(16);
                pieces.add(each);
            } else {
                small.json(each);
            }
        }
        flush(small, pieces);
        return pieces;
    }

    private static void flush(JsonText small, List<byte[]> pieces) {
        if (small.length() > 0) {
            pieces.add(small.toByteArray());
        }
    }

    // ---- presence

    Tracked track(String key, byte[] meta) {
        Presence here = checked(meta);
        checkRoom();
        Tracked tracked = here.track(key, meta);
        wakePresence();
        tellNodes(tracked, OptionalLong.empty());
        return tracked;
    }

    Tracked update(Tracked before, byte[] meta) {
        Presence here = checked(meta);
        checkRoom();
        boolean was = !before.gone;
        Tracked tracked = here.update(before, meta);
        wakePresence();
        tellNodes(tracked, was ? OptionalLong.of(before.ref) : OptionalLong.empty());
        return tracked;
    }

    void untrack(Tracked tracked) {
        boolean was = !tracked.gone;
        if (of(presence, "presence").untrack(tracked)) {
            wakePresence();
        }
        if (was) {
            cluster.ifPresent(nodes -> nodes.untrack(topic.name(), tracked.ref));
        }
    }

    private void tellNodes(Tracked tracked, OptionalLong replaced) {
        cluster.ifPresent(
                nodes ->
                        nodes.track(
                                topic.name(),
                                new Cluster.Member(
                                        nodes.origin(),
                                        tracked.ref,
                                        tracked.key(),
                                        Payload.json(tracked.json())),
                                replaced));
    }

    void trackElsewhere(Cluster.Member member, OptionalLong replaced) {
        changeElsewhere(here -> here.trackElsewhere(member, replaced));
    }

    void untrackElsewhere(Cluster.Member member) {
        changeElsewhere(here -> here.untrackElsewhere(member.origin(), member.id()));
    }

    private void changeElsewhere(Consumer<Presence> change) {
        Presence here = presence;
        if (here != null) { // another node may have other rules
            run(
                    () -> {
                        change.accept(here);
                        if (here.hasChanged()) {
                            wakePresence();
                        }
                    });
        }
    }

    Map<String, List<Payload>> present() {
        return of(presence, "presence").list(remembering.json());
    }

    PresenceRule presenceRule() {
        return of(presence, "presence").rule();
    }

    private Presence checked(byte[] meta) {
        Presence here = of(presence, "presence");
        int max = here.rule().metaBytesMax();
        if (meta.length > max) {
            throw new TopicException(
                    TopicException.Code.TOO_LARGE,
                    "a meta of %,d bytes, where %,d may be".formatted(meta.length, max));
        }
        return here;
    }

    private void wakePresence() {
        Pulse pulse = presencePulse;
        boolean alive = pulse != null && pulse.isAlive();
        if (presenceWoken && alive) {
            return;
        }
        presenceWoken = true;
        if (pulse == null || !alive) {
            pulse =
                    pulse(
                            "presence",
                            of(presence, "presence").rule().every(),
                            this::tellPresence,
                            of(presence, "presence")::tellAnew);
            presencePulse = pulse;
        }
        pulse.wake();
    }

    private void tellPresence(Receipt receipt) {
        Presence here = of(presence, "presence");
        Presence.Change change =
                within(
                                () -> {
                                    presenceWoken = false;
                                    return here.take();
                                })
                        .orElse(new Presence.Change(List.of(), List.of()));
        List<Runnable> told = new ArrayList<>();
        try {
            here.rule().fetch().ifPresent(fetch -> enrich(fetch, change));
            run(
                    () -> {
                        here.apply(
                                change,
                                (event, message) -> {
                                    pubSub.tell(topic, event, message, receipt);
                                    told.add(() -> pubSub.tellProcesses(topic, event, message));
                                });
                        if (here.hasChanged()) {
                            wakePresence();
                        }
                    });
        } catch (Throwable fault) { // such as no memory: it will be told when there is some
            run(() -> here.putBack(change));
            throw fault;
        }
        told.forEach(Runnable::run);
        here.rule().listener().ifPresent(listener -> hear(listener, change));
    }

    private void enrich(PresenceRule.Fetch fetch, Presence.Change change) {
        Set<String> keys = new HashSet<>();
        change.joins().forEach(tracked -> keys.add(tracked.key()));
        if (keys.isEmpty()) {
            return;
        }
        try {
            Map<String, ?> found = fetch.fetch(topic.name(), keys);
            for (Tracked tracked : change.joins()) {
                Object more = found.get(tracked.key());
                if (more != null) {
                    tracked.beside = members(Payload.of(more, remembering.json()).bytes());
                }
            }
        } catch (Throwable fault) { // they are here all the same
            FETCH_FAILED.tell(fault, topic.name());
        }
    }

    /** What stands between the braces of an object. */
    private static byte[] members(byte[] object) {
        String text = new String(object, StandardCharsets.UTF_8).strip();
        return text.substring(1, text.length() - 1).strip().getBytes(StandardCharsets.UTF_8);
    }

    private void hear(PresenceRule.Listener listener, Presence.Change change) {
        JsonCodec json = remembering.json();
        for (Tracked tracked : change.leaves()) {
            heard(() -> listener.left(topic.name(), tracked.key(), tracked.meta(json)));
        }
        for (Tracked tracked : change.joins()) {
            heard(() -> listener.joined(topic.name(), tracked.key(), tracked.meta(json)));
        }
    }

    /** A call of user code. */
    private interface Hearing {
        void hear() throws Exception;
    }

    private void heard(Hearing hearing) {
        try {
            hearing.hear();
        } catch (Throwable fault) {
            LISTENER_THREW.tell(fault, topic.name());
        }
    }

    // ---- keyed state

    /** What is true now. */
    TopicState state() {
        return of(state, "state");
    }

    // ---- what it costs

    /**
     * @param incomplete is run when some members have missed what was told
     */
    Pulse pulse(String what, Duration every, Pulse.Beat beat, Runnable incomplete) {
        return Process.spawn(
                new Pulse(
                        what + " of " + topic.name(),
                        every,
                        remembering.nanoTime(),
                        beat,
                        () -> run(incomplete)));
    }

    private <T> T of(@Nullable T part, String what) {
        if (part == null) {
            throw new TopicException(
                    TopicException.Code.NO_RULE,
                    "the topic %s remembers no %s: give its pattern a rule on the endpoint's builder"
                            .formatted(topic.name(), what));
        }
        return part;
    }

    /**
     * Nothing more is to be remembered if what there is has no room already.
     *
     * @throws TopicException {@code OVERLOADED}
     */
    void checkRoom() {
        long cost = cost();
        if (charged < cost || !remembering.topics().mayHold(cost)) {
            charge();
            if (charged < cost || !remembering.topics().mayHold(cost)) {
                throw overloaded();
            }
        }
    }

    private static TopicException overloaded() {
        return new TopicException(
                TopicException.Code.OVERLOADED,
                "there is no memory for more of what topics remember");
    }

    private void charge() {
        long now = over ? 0 : cost();
        if (now != charged) {
            if (remembering.topics().move(charged, now)) {
                charged = now;
            } else if (history != null) { // it forgets, rather than that it could not go on
                forget();
                now = cost();
                if (remembering.topics().move(charged, now)) {
                    charged = now;
                }
            }
        }
    }

    private long cost() {
        return OBJECT_BYTES
                + topic.utf8().length * 2L
                + (history == null ? 0 : history.bytes())
                + (logged == null || logged == history ? 0 : logged.bytes())
                + (presence == null ? 0 : presence.bytes())
                + (state == null ? 0 : state.bytes());
    }

    /** Every second or so. */
    void look() {
        TopicState here = state;
        if (here != null && cluster.isPresent()) {
            lock.lock();
            try {
                here.look();
            } finally {
                lock.unlock();
            }
        }
    }

    boolean takeUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    /** Forgets its messages: others are used more, and there is no memory for all. */
    void relieve() {
        run(this::forget);
    }

    private void forget() {
        if (history != null) {
            history.forget();
        }
        if (logged != null) {
            logged.forget();
        }
    }

    /**
     * Whether there is nothing that anybody could ask for. A position is kept for twice the age of
     * messages, so that one who missed nothing can resume.
     */
    boolean endIfEmpty(long historyAgeMillis) {
        lock.lock();
        try {
            long now = remembering.millis().getAsLong();
            boolean empty =
                    (history == null
                                    || (!history.expire(now)
                                            && (remembering.topics().isShort()
                                                    || now - history.newestMillis()
                                                            > positionKept(historyAgeMillis))))
                            && (presence == null || presence.isEmpty())
                            && (state == null || state.isEmpty());
            if (empty) {
                over = true;
                end(presencePulse);
                if (state != null) {
                    state.end();
                }
                end(positionsPulse);
                end(gapsPulse);
            }
            return empty;
        } finally {
            charge();
            lock.unlock();
        }
    }

    /** For how long after the last message it is known where the topic is. */
    private long positionKept(long historyAgeMillis) {
        boolean never = history == logged || of(history, "history").position().offset() == 0;
        return never ? Math.min(NEVER_USED_MILLIS, 2 * historyAgeMillis) : 2 * historyAgeMillis;
    }

    static void end(@Nullable Pulse pulse) {
        if (pulse != null) {
            pulse.stop(ExitReason.NORMAL);
        }
    }
}
