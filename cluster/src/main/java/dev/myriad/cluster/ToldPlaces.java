package dev.myriad.cluster;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Up to where a log has told this node, and what it is known to have stored: by that it shows when
 * the newest message of a bucket was not told. All but {@link #sure} has its turn.
 */
final class ToldPlaces {
    private static final int TOLD_TIMES = 3;
    private static final int SURE_BEATS = 2 * TOLD_TIMES;

    /** The highest place that was told of each bucket that is listened to. */
    private final Map<Integer, Long> told = new HashMap<>();

    /** The highest place that was told at all, at each of the last beats. */
    private final ArrayDeque<Long> heardBefore = new ArrayDeque<>();

    /** What this node has stored since the last beats. */
    private final ArrayDeque<Map<Integer, Long>> stored = new ArrayDeque<>();

    private volatile long sure;

    /** What was told up to there was told long ago: if some of it were missing, it would show. */
    long sure() {
        return sure;
    }

    /** It is another log. */
    void begin(long last) {
        told.clear();
        heardBefore.clear();
        stored.clear();
        sure = last;
    }

    void told(int bucket, long place) {
        told.merge(bucket, place, Math::max);
    }

    /** With each beat: the highest place that was told. */
    void heard(long place) {
        heardBefore.add(place);
        if (heardBefore.size() > SURE_BEATS) {
            sure = heardBefore.remove();
        }
    }

    /** What this node had stored at the last beat. */
    List<NodeMessage.Last> overdue() {
        return lasts(stored.isEmpty() ? Map.of() : stored.getFirst());
    }

    /**
     * What the others are told with a beat: some times, for one may be lost.
     *
     * @param placed what this node has stored since the last beat
     */
    List<NodeMessage.Last> newest(Map<Integer, Long> placed) {
        stored.addFirst(placed);
        if (stored.size() > TOLD_TIMES) {
            stored.removeLast();
        }
        Map<Integer, Long> newest = new HashMap<>();
        stored.forEach(
                each -> each.forEach((bucket, place) -> newest.merge(bucket, place, Math::max)));
        return lasts(newest);
    }

    private static List<NodeMessage.Last> lasts(Map<Integer, Long> places) {
        return places.entrySet().stream()
                .map(each -> new NodeMessage.Last(each.getKey(), each.getValue()))
                .toList();
    }

    /** The buckets of which this has been stored and was not told; it is taken to be read. */
    BitSet missed(List<NodeMessage.Last> lasts) {
        BitSet missed = new BitSet();
        for (NodeMessage.Last last : lasts) {
            Long known = told.get(last.bucket());
            if (known != null && known < last.sequence()) {
                told.put(last.bucket(), last.sequence());
                missed.set(last.bucket());
            }
        }
        return missed;
    }
}
