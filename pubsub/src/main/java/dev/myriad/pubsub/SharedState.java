package dev.myriad.pubsub;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.protocol.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The values of a topic that the nodes of a cluster share. What is wanted goes to a log, and is
 * done when it comes back, on all nodes in the same order; so all come to the same values, and
 * nobody has to lead. Guarded by the topic's {@link TopicMemory}; nothing waits.
 *
 * <ul>
 *   <li>One message of this node's is under way at a time, and carries what has waited meanwhile.
 *       The log may have it twice, but it is done once: nodes remember the last number of each.
 *   <li>Who has made the log long writes down all that there is, and some time later takes out of
 *       the log what that includes. Whoever reads it begins there.
 *   <li>What is known here and is not in the log, since that was lost, is written down as well, and
 *       holds if nobody knows more.
 * </ul>
 */
final class SharedState {
    private static final Line UNREADABLE =
            Log.of(PubSub.class)
                    .error("the values of {} are not known any more, for the log has {}");

    private static final Line ANOTHER =
            Log.of(PubSub.class)
                    .error(
                            "the values of {} are not those of another node, which had version {}: read anew");

    /** Whoever begins to read what is taken out must have ended by then. */
    static final long TRIM_NANOS = 60_000_000_000L;

    private static final long LOST_NANOS = 30_000_000_000L;
    private static final long AGAIN_NANOS = 10_000_000_000L;

    /** Nodes that know more than the log do not all write it down at the same time. */
    private static final int TURNS = 4;

    private static final long TURN_NANOS = 400_000_000;

    private static final long POSTPONED_NANOS = 1_000_000_000;
    private static final int POSTPONED_MAX = 2;

    /** Longer than until each has had its turn. */
    private static final long SETTLING_NANOS = 4_000_000_000L;

    private static final int MESSAGE_BYTES = 256 << 10;
    private static final int OVERHEAD_BYTES = 1_024;
    private static final int WAITING_BYTES_MAX = 16 << 20;
    private static final int LONG_BYTES = 16 << 10;
    private static final int LONG_TIMES = 2;
    private static final int SHORT_BYTES = 512;
    private static final int COMMAND_BYTES = 64;
    private static final long TRACE_FACTOR = 0x9e3779b97f4a7c15L; // odd, and mixes well
    private static final int NODES_MAX = 64;
    private static final int COMING_ENTRIES_MAX = 1_000;
    private static final ClusterLog.Sent NOBODY_WAITS = new ClusterLog.Sent() {};

    /** A command, and whoever waits for what becomes of it. */
    private record Wish(
            StateCommand command, int bytes, CompletableFuture<StateCommand.Outcome> outcome) {}

    /** What is under way. */
    private static final class Flight implements ClusterLog.Sent {
        final long number;
        final List<Wish> wishes;
        final long sinceNanos;

        Flight(long number, List<Wish> wishes, long sinceNanos) {
            this.number = number;
            this.wishes = wishes;
            this.sinceNanos = sinceNanos;
        }

        /** Some have no outcome that is known, if they were done before. */
        void end(List<StateCommand.Outcome> outcomes, TopicException unsure) {
            if (outcomes.isEmpty()) {
                fail(unsure);
            }
            for (int i = 0; i < outcomes.size(); i++) {
                boolean _ = wishes.get(i).outcome.complete(outcomes.get(i));
            }
        }

        void fail(TopicException why) {
            wishes.forEach(wish -> wish.outcome.completeExceptionally(why));
        }
    }

    /** Parts of what another node knows. */
    private static final class Coming {
        final List<StateEntry.Part> parts = new ArrayList<>();

        final long version;

        /** Of the log, since the first part. */
        int entries;

        long bytes;

        Coming(long version) {
            this.version = version;
        }
    }

    /** All there is, to be written down. */
    record Snapshot(SharedContent shared, Position asOf, int reading) {}

    private final String topic;
    private final KeyedState state;
    private final ClusterLog log;
    private final long origin;
    private final LongSupplier numbers;
    private final LongSupplier nanoTime;
    private final ArrayDeque<Wish> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private @Nullable Flight flight;

    /** The highest number of each node that is done, who did something last is last. */
    private final Map<Long, Long> lasts = new LinkedHashMap<>();

    /** Over all that is done, see {@link SharedContent}. */
    private long trace;

    /** Of what others know and the log does not, as far as it has come. */
    private final Map<List<Long>, Coming> coming = new LinkedHashMap<>();

    /** Whether this is what the log has made of it. */
    private boolean known;

    /** Whether it ever was: it can be read, if not changed. */
    private boolean readable;

    /** What the log has made of it, while that is less than is known here. */
    private @Nullable KeyedState less;

    /** What is known here, until the log has it. */
    private @Nullable SharedContent more;

    /** Whether other nodes may still know more of what the log has lost. */
    private boolean settling;

    /** How often it waited for another node that may have ended meanwhile. */
    private int postponed;

    private long settledNanos;

    /** What it had come to lately. */
    private final RecentStates recent = new RecentStates();

    /** Whether something in the log could not be read. */
    private boolean lost;

    /** When something is to be tried again that has not come to anything. */
    private long againNanos;

    /** Of the last entry of the log that is done here. */
    private Position place = Position.NONE;

    /** What the log has had since all was written down, in bytes. */
    private long longer;

    private boolean mine;

    /** Until all is written down, or then. */
    private boolean writing;

    private long writingNanos;

    /** Counts how often all was read. */
    private int readings;

    /** What of this node's own has come that was written down last. */
    private long writtenNumber;

    private int writtenParts;

    /** Up to where the log may be taken out, and when. */
    private final ArrayDeque<Trim> trims = new ArrayDeque<>();

    private record Trim(Position upTo, long nanos) {}

    /**
     * @param origin the run of this node
     * @param numbers counts, whatever topic it is for
     */
    SharedState(
            String topic,
            KeyedState state,
            ClusterLog log,
            long origin,
            LongSupplier numbers,
            LongSupplier nanoTime) {
        this.topic = topic;
        this.state = state;
        this.log = log;
        this.origin = origin;
        this.numbers = numbers;
        this.nanoTime = nanoTime;
    }

    boolean isKnown() {
        return known;
    }

    /** Whether it was ever known: else nobody is to be shown that there is nothing. */
    boolean isReadable() {
        return readable;
    }

    /** Whether nothing of it is under way. */
    boolean isIdle() {
        return flight == null && waiting.isEmpty() && trims.isEmpty() && more == null && !writing;
    }

    /** What it takes beside the values. */
    long bytes() {
        long parts = 0;
        for (Coming each : coming.values()) {
            parts += each.bytes;
        }
        return waitingBytes + parts + (less == null ? 0 : less.bytes() + state.bytes());
    }

    // ---- what is wanted here

    /**
     * Wants something done.
     *
     * @return what becomes of it, in time; or {@code UNAVAILABLE}
     * @throws TopicException if it would be over a bound by what is known here, or {@code
     *     UNAVAILABLE}, {@code OVERLOADED}
     */
    CompletableFuture<StateCommand.Outcome> submit(StateCommand command) {
        if (!known) {
            throw unavailable("are not known here");
        }
        if (settling) {
            throw unavailable("are just being restored");
        }
        if (log.isFull() && !command.isRemoval()) {
            throw unavailable("cannot grow: the cluster's log is full");
        }
        var before = state.before(command);
        if (before.isPresent()) {
            return CompletableFuture.completedFuture(before.get());
        }
        state.check(command);
        int bytes = bytes(command);
        if (bytes > log.bytesMax() - OVERHEAD_BYTES) {
            throw new TopicException(
                    TopicException.Code.TOO_LARGE,
                    "a change of %,d bytes is more than a message of the cluster's log may have"
                            .formatted(bytes));
        }
        if (waitingBytes > WAITING_BYTES_MAX) {
            throw new TopicException(
                    TopicException.Code.OVERLOADED, "too many changes wait for the cluster's log");
        }
        Wish wish = new Wish(command, bytes, new CompletableFuture<>());
        waiting.add(wish);
        waitingBytes += bytes;
        pump();
        return wish.outcome;
    }

    /** At least what it takes in a message. */
    private static int bytes(StateCommand command) {
        return switch (command) {
            case StateCommand.Put(String key, byte[] value) -> bytes(key, value.length);
            case StateCommand.CompareAndSet(String key, _, byte[] value) ->
                    bytes(key, value.length);
            case StateCommand.Remove(String key) -> bytes(key, 0);
            case StateCommand.Once(String id, StateCommand once) -> bytes(id, bytes(once));
            case StateCommand.PutAll(Map<String, byte[]> values) -> {
                long sum = 0;
                for (Map.Entry<String, byte[]> each : values.entrySet()) {
                    sum += bytes(each.getKey(), each.getValue().length);
                }
                yield (int) Math.min(sum, Integer.MAX_VALUE);
            }
        };
    }

    private static int bytes(String key, int value) {
        return COMMAND_BYTES + 3 * key.length() + value;
    }

    /** Sends what waits, if nothing is under way. */
    private void pump() {
        while (known && !settling && flight == null && !waiting.isEmpty()) {
            List<Wish> next = new ArrayList<>();
            long room = Math.min(MESSAGE_BYTES, log.bytesMax() - OVERHEAD_BYTES);
            for (Wish wish = waiting.peek();
                    wish != null && (next.isEmpty() || wish.bytes <= room);
                    wish = waiting.peek()) {
                next.add(waiting.remove());
                room -= wish.bytes;
                waitingBytes -= wish.bytes;
            }
            send(new Flight(numbers.getAsLong(), next, nanoTime.getAsLong()));
        }
    }

    private void send(Flight next) {
        List<StateCommand> commands = next.wishes.stream().map(Wish::command).toList();
        flight = next;
        if (!append(new StateEntry.Commands(origin, next.number, commands), next)) {
            flight = null;
            next.fail(unavailable("cannot be changed while the cluster's log is away"));
        }
    }

    private boolean append(StateEntry entry, ClusterLog.Sent sent) {
        return log.append(topic, "", Payload.binary(StateWire.bytes(entry)), sent);
    }

    private TopicException unavailable(String why) {
        return new TopicException(
                TopicException.Code.UNAVAILABLE, "the values of " + topic + " " + why);
    }

    /** The log does not say that it has what was under way. */
    void unlogged(ClusterLog.Sent sent) {
        if (sent == flight) {
            giveUp();
        }
    }

    private void giveUp() {
        Flight lost = flight;
        flight = null;
        if (lost != null) {
            lost.fail(unsure());
        }
        pump();
    }

    // ---- what comes of the log

    /** The next entry of the log. */
    void logged(Kept kept) {
        if (!known && less == null) {
            return; // it is read from the beginning first
        }
        try {
            take(StateWire.entry(kept.payload().bytes()), kept);
        } catch (StateWire.UnreadableException e) {
            lost(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Something in the log cannot be read: what comes after it cannot be done. Others may write
     * down what it has come to, so it is read again some time.
     */
    void lost(String why) {
        UNREADABLE.tell(topic, why);
        known = false;
        lost = true;
        againNanos = nanoTime.getAsLong() + AGAIN_NANOS;
        TopicException unknown = unavailable("are not known here");
        waiting.forEach(wish -> wish.outcome.completeExceptionally(unknown));
        waiting.clear();
        waitingBytes = 0;
        giveUp();
    }

    private void take(StateEntry entry, Kept kept) throws StateWire.UnreadableException {
        Position before = place;
        place = kept.position();
        age();
        KeyedState values = less == null ? state : less;
        switch (entry) {
            case StateEntry.Commands it -> {
                longer += kept.payload().bytes().length;
                mine = it.origin() == origin;
                List<StateCommand.Outcome> outcomes = done(it, kept, values);
                if (less != null) { // what is known here will take the place of what came of it
                    outcomes = List.of();
                }
                end(it, outcomes);
                pump();
            }
            case StateEntry.Part it -> {
                if (it.isPastTheLog()) {
                    SharedContent whole = whole(it, values.version());
                    if (whole != null) {
                        become(values, whole);
                    }
                } else if (isOfThisLog(it, place)) {
                    if (asOf(it) > before.offset() || (it.isLast() && isAnother(it))) {
                        log.readAnew(topic); // something has not come here, or there
                    }
                    longer = 0;
                    if (it.origin() == origin && isWhole(it)) {
                        writing = false;
                        trims.add(new Trim(it.asOf(), nanoTime.getAsLong() + TRIM_NANOS));
                    }
                }
            }
        }
        if (known) {
            recent.add(place.offset(), state.version(), trace);
        }
        restored();
    }

    /**
     * Whether another node had other values at that place than this one: servers of NATS that were
     * cut off from each other can have told them different things.
     */
    private boolean isAnother(StateEntry.Part part) {
        RecentStates.Mark there = new RecentStates.Mark(part.version(), part.trace());
        boolean another =
                known && recent.at(asOf(part)).filter(it -> !it.equals(there)).isPresent();
        if (another) {
            ANOTHER.tell(topic, String.valueOf(part.version()));
        }
        return another;
    }

    /** When the log has come to what was known here, that is what there is. */
    private void restored() {
        KeyedState come = less;
        SharedContent here = more;
        if (come != null && here != null && come.version() >= here.content().version()) {
            state.become(come.content(), false);
            less = null;
            more = null;
            known = true;
            settling = true;
            settledNanos = nanoTime.getAsLong() + SETTLING_NANOS;
        }
    }

    /** Else it was under way while another log took the place of the one that it is of. */
    private static boolean isOfThisLog(StateEntry.Part part, Position at) {
        return part.asOf().epoch().equals(at.epoch()) && asOf(part) < at.offset();
    }

    /** Whether all parts of what this node has written down have come: none was lost. */
    private boolean isWhole(StateEntry.Part part) {
        if (part.part() == 0) {
            writtenNumber = part.number();
            writtenParts = 0;
        }
        if (part.number() == writtenNumber && part.part() == writtenParts) {
            writtenParts++;
            return part.isLast();
        }
        return false;
    }

    private List<StateCommand.Outcome> done(
            StateEntry.Commands entry, Kept kept, KeyedState values) {
        if (entry.number() <= lasts.getOrDefault(entry.origin(), 0L)) {
            return List.of(); // once more
        }
        CRC32C sum = new CRC32C();
        sum.update(kept.payload().bytes());
        trace = trace * TRACE_FACTOR + sum.getValue();
        lasts.remove(entry.origin());
        lasts.put(entry.origin(), entry.number());
        if (lasts.size() > NODES_MAX) {
            lasts.remove(lasts.keySet().iterator().next());
        }
        return entry.commands().stream().map(values::apply).toList();
    }

    /** If this is what is under way here, those who wait for it know what came of it. */
    private void end(StateEntry.Commands entry, List<StateCommand.Outcome> outcomes) {
        Flight here = flight;
        if (here != null && isUnderWay(entry)) {
            flight = null;
            here.end(outcomes, unsure());
        }
    }

    private boolean isUnderWay(StateEntry.Commands entry) {
        Flight here = flight;
        return here != null && entry.origin() == origin && here.number == entry.number();
    }

    private TopicException unsure() {
        return unavailable("may have been changed: the cluster's log does not say");
    }

    /** What others know and the log does not, if it is more than is known, and has come whole. */
    private @Nullable SharedContent whole(StateEntry.Part part, long version)
            throws StateWire.UnreadableException {
        List<Long> key = List.of(part.origin(), part.number());
        if (part.version() <= version) {
            coming.remove(key);
            return null;
        }
        if (part.part() == 0) {
            coming.putIfAbsent(key, new Coming(part.version()));
        }
        Coming here = coming.get(key);
        if (here == null) {
            return null;
        }
        if (here.parts.size() == part.part()) {
            here.parts.add(part);
            here.bytes += part.bytes().length;
        }
        if (here.parts.size() < part.parts()) {
            return null;
        }
        coming.remove(key);
        return content(here.parts);
    }

    /** What does not come whole soon does not count: on no node, whatever it began to read with. */
    private void age() {
        if (!coming.isEmpty()) {
            coming.values().removeIf(each -> ++each.entries > COMING_ENTRIES_MAX);
        }
    }

    private static SharedContent content(List<StateEntry.Part> parts)
            throws StateWire.UnreadableException {
        int length = parts.stream().mapToInt(part -> part.bytes().length).sum();
        byte[] bytes = new byte[length];
        int from = 0;
        for (StateEntry.Part part : parts) {
            System.arraycopy(part.bytes(), 0, bytes, from, part.bytes().length);
            from += part.bytes().length;
        }
        return StateWire.content(bytes);
    }

    private void become(KeyedState values, SharedContent shared) {
        values.become(shared.content(), false);
        lasts.clear();
        lasts.putAll(shared.lasts());
        trace = shared.trace();
    }

    // ---- all that the log has

    /**
     * All that there is in the log. If that is less than is known here, since something of the log
     * was lost, it is brought to that first.
     *
     * @param newest how far it goes
     */
    void loaded(Position newest, List<Kept> messages) {
        SharedContent here = more == null ? content() : more;
        KeyedState read = new KeyedState(state.rule());
        place = newest;
        trims.clear();
        recent.clear();
        writing = false;
        readings++;
        lost = false;
        List<StateCommand.Outcome> own;
        try {
            own = replay(messages, read);
        } catch (StateWire.UnreadableException e) {
            less = null;
            lost(String.valueOf(e.getMessage()));
            return;
        }
        if (here.content().version() > read.version()) {
            known = false;
            less = read;
            more = here;
            againNanos = nanoTime.getAsLong() + Math.floorMod(origin, TURNS) * TURN_NANOS;
            own = List.of(); // what is known here will take the place of what came of it
        } else {
            state.become(read.content(), !readable);
            less = null;
            more = null;
            known = true;
            readable = true;
            recent.add(place.offset(), state.version(), trace);
        }
        Flight under = flight;
        if (under != null && lasts.getOrDefault(origin, 0L) >= under.number) {
            flight = null;
            under.end(own, unsure()); // it is done, and perhaps what came of it is not known
        }
        pump();
    }

    /** One of the nodes that know it is enough. */
    private void restoreUnlessOther() {
        SharedContent here = more;
        boolean other =
                here != null
                        && coming.values().stream()
                                .anyMatch(each -> each.version >= here.content().version());
        if (other && postponed < POSTPONED_MAX) {
            postponed++;
            againNanos = nanoTime.getAsLong() + POSTPONED_NANOS;
        } else {
            postponed = 0;
            restore();
        }
    }

    private void restore() {
        SharedContent here = more;
        if (here != null) {
            againNanos = nanoTime.getAsLong() + AGAIN_NANOS;
            write(here, StateWire.bytes(here), StateEntry.Part.PAST_THE_LOG);
        }
    }

    /** Returns what came of what is under way here, if that is there. */
    private List<StateCommand.Outcome> replay(List<Kept> messages, KeyedState read)
            throws StateWire.UnreadableException {
        lasts.clear();
        trace = 0;
        coming.clear();
        longer = 0;
        List<StateEntry> entries = new ArrayList<>(messages.size());
        for (Kept kept : messages) {
            entries.add(StateWire.entry(kept.payload().bytes()));
        }
        List<StateCommand.Outcome> own = List.of();
        long from = begin(messages, entries, read);
        for (int i = 0; i < entries.size(); i++) {
            if (messages.get(i).position().offset() <= from) {
                continue;
            }
            age();
            switch (entries.get(i)) {
                case StateEntry.Commands it -> {
                    longer += messages.get(i).payload().bytes().length;
                    List<StateCommand.Outcome> outcomes = done(it, messages.get(i), read);
                    own = isUnderWay(it) ? outcomes : own;
                }
                case StateEntry.Part it -> {
                    if (it.isPastTheLog()) {
                        SharedContent whole = whole(it, read.version());
                        if (whole != null) {
                            become(read, whole);
                        }
                    }
                }
            }
        }
        return own;
    }

    /**
     * Begins with what was written down whole and goes furthest: of nothing after that something is
     * taken out. Returns up to where it goes.
     */
    private long begin(List<Kept> messages, List<StateEntry> entries, KeyedState read)
            throws StateWire.UnreadableException {
        Map<List<Long>, List<StateEntry.Part>> found = new LinkedHashMap<>();
        List<StateEntry.Part> furthest = List.of();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i) instanceof StateEntry.Part part
                    && isOfThisLog(part, messages.get(i).position())) {
                List<StateEntry.Part> parts =
                        found.computeIfAbsent(
                                List.of(part.origin(), part.number()), _ -> new ArrayList<>());
                if (parts.size() == part.part()) {
                    parts.add(part);
                }
                if (parts.size() == part.parts()
                        && (furthest.isEmpty() || asOf(part) > asOf(furthest.getFirst()))) {
                    furthest = parts;
                }
            }
        }
        if (furthest.isEmpty()) {
            return 0;
        }
        SharedContent whole = content(furthest);
        read.become(whole.content(), true);
        lasts.putAll(whole.lasts());
        trace = whole.trace();
        return asOf(furthest.getFirst());
    }

    private static long asOf(StateEntry.Part part) {
        return part.asOf().offset();
    }

    // ---- so that the log does not get too long

    /**
     * Whether it is for this node to write all down; not while something comes that would be a part
     * of that or not.
     *
     * @param unused whether the topic is about to be left: then it is to take no more than it has
     *     to
     */
    boolean isLong(boolean unused) {
        return known
                && (mine || log.isFull())
                && !writing
                && coming.isEmpty()
                && longer > longest(unused);
    }

    private long longest(boolean unused) {
        return unused || log.isFull()
                ? SHORT_BYTES + state.bytes() / 2
                : Math.max(LONG_BYTES, LONG_TIMES * state.bytes());
    }

    /** What is to be {@linkplain #write written down}, when it is encoded. */
    Snapshot snapshot() {
        writing = true;
        writingNanos = nanoTime.getAsLong();
        return new Snapshot(content(), place, readings);
    }

    private SharedContent content() {
        return new SharedContent(state.content(), new LinkedHashMap<>(lasts), trace);
    }

    /** Writes it to the log; empty bytes if that could not be encoded. */
    void write(Snapshot snapshot, byte[] bytes) {
        if (bytes.length > 0 && known && snapshot.reading == readings) {
            write(snapshot.shared, bytes, snapshot.asOf);
        } else {
            writing = false;
        }
    }

    private void write(SharedContent shared, byte[] bytes, Position asOf) {
        long version = shared.content().version();
        int size = (int) Math.min(MESSAGE_BYTES, log.bytesMax() - OVERHEAD_BYTES);
        int parts = (bytes.length + size - 1) / size;
        long number = numbers.getAsLong();
        for (int i = 0; i < parts; i++) {
            byte[] part =
                    Arrays.copyOfRange(bytes, i * size, Math.min(bytes.length, (i + 1) * size));
            if (!append(
                    new StateEntry.Part(
                            origin, number, i, parts, asOf, version, shared.trace(), part),
                    NOBODY_WAITS)) {
                return;
            }
        }
    }

    /** Every second or so. */
    void look() {
        long now = nanoTime.getAsLong();
        for (Trim due = trims.peek(); due != null && now - due.nanos >= 0; due = trims.peek()) {
            log.trim(topic, trims.remove().upTo);
        }
        if (settling && now - settledNanos >= 0) {
            settling = false;
            pump();
        }
        if (writing && now - writingNanos > LOST_NANOS) {
            writing = false;
        }
        Flight here = flight;
        if (here != null && now - here.sinceNanos > LOST_NANOS) {
            giveUp();
        }
        if (now - againNanos >= 0) {
            if (less != null) {
                restoreUnlessOther();
            } else if (lost) {
                againNanos = now + AGAIN_NANOS;
                log.readAnew(topic);
            }
        }
    }
}
