package dev.myriad.pubsub;

import dev.myriad.protocol.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * A history in the memory of this node: one of its own, which a restart begins anew, or what it
 * knows of one that a cluster keeps.
 */
final class MemoryHistory implements TopicHistory {
    private final HistoryRule rule;
    private final String epoch;
    private final ArrayDeque<Kept> ring = new ArrayDeque<>();
    private long offset;

    /** All messages after it are remembered. */
    private long floor;

    private long bytes;
    private long newestMillis;

    /** One of its own. */
    MemoryHistory(HistoryRule rule, long nowMillis) {
        this(rule, nowMillis, new Position(Epochs.next(), 0), 0);
    }

    /**
     * One that goes on from a place.
     *
     * @param floor nothing is missing after this offset but what is to be {@linkplain #take taken}
     */
    MemoryHistory(HistoryRule rule, long nowMillis, Position newest, long floor) {
        this.rule = rule;
        this.newestMillis = nowMillis;
        this.epoch = newest.epoch();
        this.offset = newest.offset();
        this.floor = floor;
    }

    @Override
    public Kept append(String event, Payload payload, long nowMillis) {
        Kept kept = new Kept(event, payload, new Position(epoch, offset + 1), offset, nowMillis);
        take(kept, nowMillis);
        return kept;
    }

    /** Remembers a message that has its place already. */
    void take(Kept kept, long nowMillis) {
        offset = Math.max(offset, kept.position().offset());
        newestMillis = Math.max(newestMillis, nowMillis); // the time of day may go backwards
        ring.add(kept);
        bytes += kept.bytes();
        while (ring.size() > rule.count() || (bytes > rule.bytes() && ring.size() > 1)) {
            removeOldest();
        }
        boolean _ = expire(nowMillis);
    }

    private void removeOldest() {
        Kept oldest = ring.remove();
        bytes -= oldest.bytes();
        floor = Math.max(floor, oldest.position().offset());
    }

    @Override
    public Position position() {
        return new Position(epoch, offset);
    }

    @Override
    public Optional<List<Kept>> after(Position position) {
        if (!position.epoch().equals(epoch) || position.offset() < floor) {
            return Optional.empty();
        }
        List<Kept> newest = new ArrayList<>();
        Iterator<Kept> backwards = ring.descendingIterator();
        while (backwards.hasNext()) {
            Kept kept = backwards.next();
            if (kept.position().offset() <= position.offset()) {
                break;
            }
            newest.add(kept);
        }
        return Optional.of(newest.reversed());
    }

    @Override
    public List<Kept> last(int count) {
        int wanted = Math.min(count, ring.size());
        List<Kept> newest = new ArrayList<>(wanted);
        Iterator<Kept> backwards = ring.descendingIterator();
        for (int i = 0; i < wanted; i++) {
            newest.add(backwards.next());
        }
        return newest.reversed();
    }

    @Override
    public List<Kept> since(long millis, int limit) {
        List<Kept> newest = new ArrayList<>();
        Iterator<Kept> backwards = ring.descendingIterator();
        while (newest.size() < limit && backwards.hasNext()) {
            Kept kept = backwards.next();
            if (kept.atMillis() < millis) {
                break;
            }
            newest.add(kept);
        }
        return newest.reversed();
    }

    @Override
    public void lost() {
        lost(offset + 1);
    }

    /** Messages are missing at this place, which is the next. */
    void lost(long place) {
        offset = place;
        floor = place;
    }

    @Override
    public boolean expire(long nowMillis) {
        long oldest = nowMillis - rule.age().toMillis();
        while (!ring.isEmpty() && ring.peek().atMillis() < oldest) {
            removeOldest();
        }
        return !ring.isEmpty();
    }

    @Override
    public void forget() {
        ring.clear();
        bytes = 0;
        floor = offset;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public long newestMillis() {
        return newestMillis;
    }
}
