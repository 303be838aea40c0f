package dev.myriad.pubsub;

import dev.myriad.protocol.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** A history in the memory of this node: a restart begins another epoch. */
final class MemoryHistory implements TopicHistory {
    private final HistoryRule rule;
    private final String epoch = Epochs.next();
    private final ArrayDeque<Kept> ring = new ArrayDeque<>();
    private long offset;

    /** The newest place at which messages are missing; all after it is dense. */
    private long hole;

    private long bytes;
    private long newestMillis;

    MemoryHistory(HistoryRule rule, long nowMillis) {
        this.rule = rule;
        this.newestMillis = nowMillis;
    }

    @Override
    public Kept append(String event, Payload payload, long nowMillis) {
        Kept kept = new Kept(event, payload, new Position(epoch, offset + 1), offset, nowMillis);
        offset++;
        newestMillis = Math.max(newestMillis, nowMillis); // the time of day may go backwards
        ring.add(kept);
        bytes += kept.bytes();
        while (ring.size() > rule.count() || (bytes > rule.bytes() && ring.size() > 1)) {
            removeOldest();
        }
        boolean _ = expire(nowMillis);
        return kept;
    }

    private void removeOldest() {
        bytes -= ring.remove().bytes();
    }

    @Override
    public Position position() {
        return new Position(epoch, offset);
    }

    @Override
    public Optional<List<Kept>> after(Position position) {
        if (!position.epoch().equals(epoch)
                || position.offset() < hole
                || position.offset() > offset) {
            return Optional.empty();
        }
        long missed = offset - position.offset();
        return missed > ring.size() ? Optional.empty() : Optional.of(last((int) missed));
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
        hole = ++offset;
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
