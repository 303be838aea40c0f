package dev.myriad.cluster;

import dev.myriad.pubsub.HistoryRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A topic of this node as far as it has been told of the log: up to where, and what came that does
 * not follow that. Confined to whoever has its turn, but for what says otherwise.
 */
final class LoggedTopic {
    /** Nothing has been told yet. */
    static final long NOWHERE = -1;

    private static final int EARLY_MAX = 10_000;

    final String name;
    final String subject;
    final int bucket;

    /** How much of its newest messages the node wants to know. */
    final HistoryRule rule;

    /** The place that the node has been told of last. */
    private volatile long offset = NOWHERE;

    private long lastPlace;

    /** Whether it is told what comes, since that follows what it knows. */
    private volatile boolean live;

    /** Ends when what is to be read has been; for anybody. */
    private volatile CompletableFuture<Boolean> known = new CompletableFuture<>();

    /** What is to be read begins after it. */
    private long readAfter;

    /** When it was known last that nothing is missing, by both clocks. */
    private long liveNanos;

    private long liveMillis;

    private final Queue<CompletableFuture<Boolean>> wishes = new ConcurrentLinkedQueue<>();
    private final List<CompletableFuture<Boolean>> granted = new ArrayList<>();

    /** All that the log had of it when that was read is told, be there anything or not. */
    private volatile long readUpTo;

    /** Counts how often it was to be read from the beginning. */
    private int beginnings;

    private final Map<Long, Long> lastTold = new ConcurrentHashMap<>();
    private List<LogEntry> early = new ArrayList<>();
    private boolean overflown;

    LoggedTopic(String name, String subject, HistoryRule rule) {
        this.name = name;
        this.subject = subject;
        this.bucket = Buckets.of(name);
        this.rule = rule;
    }

    /** For anybody. */
    long offset() {
        return offset;
    }

    /** Whether it is known, and a place comes later than what it was told or has read. */
    boolean isBefore(long place) {
        return offset != NOWHERE && place > Math.max(offset, readUpTo);
    }

    /** For anybody. */
    boolean isLive() {
        return live;
    }

    /** For anybody. */
    CompletableFuture<Boolean> known() {
        return known;
    }

    long readAfter() {
        return readAfter;
    }

    /** It is to be read from the beginning: nothing that it was told counts any more. */
    void forget(long nanos, long millis) {
        beginnings++;
        offset = NOWHERE;
        lastPlace = 0;
        readUpTo = 0;
        early = new ArrayList<>();
        overflown = false;
        behind(NOWHERE, nanos, millis);
    }

    /** It is read from the beginning, beginning now. */
    void begin(long nanos, long millis) {
        liveNanos = nanos;
        liveMillis = millis;
    }

    /** It is to be read from what follows a place; up to now it missed nothing, if it was live. */
    void behind(long after, long nanos, long millis) {
        if (live) {
            liveNanos = nanos;
            liveMillis = millis;
        }
        readAfter = live ? after : Math.min(readAfter, after);
        live = false;
        if (known.isDone()) {
            known = new CompletableFuture<>();
        }
    }

    /**
     * Whether it was live, or its reading began, longer ago; by either clock, for one of them
     * stands still sometimes.
     */
    boolean isOlderThan(long duration, long nanos, long millis) {
        return nanos - liveNanos > duration || (millis - liveMillis) * 1_000_000 > duration;
    }

    int beginnings() {
        return beginnings;
    }

    /** The place of the message that was told last, or loaded; 0 if there was none. */
    long lastPlace() {
        return lastPlace;
    }

    void lastPlace(long place) {
        lastPlace = place;
    }

    void tell(long place) {
        offset = place;
    }

    /**
     * For anybody: whether a message is later than all of its origin that were told, be it by the
     * log or past it; from now on it is one of those. An origin's ids rise.
     */
    boolean advance(long origin, long id) {
        Long before = lastTold.get(origin);
        return (before == null || id > before) && lastTold.merge(origin, id, Math::max) == id;
    }

    void readUpTo(long place) {
        readUpTo = Math.max(readUpTo, place);
    }

    /** For anybody: the place up to which nothing of it is missing here. */
    long knownUpTo() {
        return live ? Math.max(offset, readUpTo) : NOWHERE;
    }

    /** For anybody: it is to be read once more, since somebody has seen more of it. */
    CompletableFuture<Boolean> readFurther() {
        CompletableFuture<Boolean> further = new CompletableFuture<>();
        wishes.add(further);
        return further;
    }

    /** Whether somebody waits who came while it was read. */
    boolean isWished() {
        return !wishes.isEmpty();
    }

    /** What is wished from now on is for the next time. */
    void beginReading() {
        for (CompletableFuture<Boolean> wish = wishes.poll(); wish != null; wish = wishes.poll()) {
            granted.add(wish);
        }
    }

    /**
     * Keeps what does not follow what it knows, until that is read which does; whether it does so.
     */
    boolean keep(LogEntry entry, boolean room) {
        if (room && early.size() < EARLY_MAX) {
            early.add(entry);
            return true;
        }
        overflown = true;
        return false;
    }

    /** What was kept, if that is all that came; else it is to be read again. */
    List<LogEntry> takeEarly() {
        List<LogEntry> taken = early;
        early = new ArrayList<>();
        return taken;
    }

    boolean takeOverflown() {
        boolean was = overflown;
        overflown = false;
        return was;
    }

    /** What there was to read has been read. */
    void caughtUp() {
        live = true;
        release();
        granted.forEach(wish -> wish.complete(true));
        granted.clear();
    }

    /** Nobody waits for it any more. */
    void release() {
        boolean _ = known.complete(true);
    }
}
