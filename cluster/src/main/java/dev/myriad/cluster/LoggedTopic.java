package dev.myriad.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

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

    /** How many of its newest messages the node wants to know. */
    final int count;

    /** The place that the node has been told of last. */
    private volatile long offset = NOWHERE;

    /** Whether it is told what comes, since that follows what it knows. */
    private volatile boolean live;

    /** Ends when what is to be read has been; for anybody. */
    private volatile CompletableFuture<Boolean> known = new CompletableFuture<>();

    /** What is to be read begins after it. */
    private long readAfter;

    private List<LogEntry> early = new ArrayList<>();
    private boolean overflown;

    LoggedTopic(String name, String subject, int count) {
        this.name = name;
        this.subject = subject;
        this.bucket = Buckets.of(name);
        this.count = count;
    }

    /** For anybody. */
    long offset() {
        return offset;
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
    void forget() {
        offset = NOWHERE;
        early = new ArrayList<>();
        overflown = false;
        behind(NOWHERE);
    }

    /** It is to be read from what follows a place. */
    void behind(long after) {
        readAfter = live ? after : Math.min(readAfter, after);
        live = false;
        if (known.isDone()) {
            known = new CompletableFuture<>();
        }
    }

    void tell(long place) {
        offset = place;
    }

    /** Keeps what does not follow what it knows, until that is read which does. */
    void keep(LogEntry entry) {
        if (early.size() < EARLY_MAX) {
            early.add(entry);
        } else {
            overflown = true;
        }
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
    }

    /** Nobody waits for it any more. */
    void release() {
        boolean _ = known.complete(true);
    }
}
