package dev.myriad.cluster;

import dev.myriad.pubsub.Cluster.Member;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Another node, one run of it: what it has sent to each bucket as far as this one has heard, and
 * who is present there. Thread-safe.
 */
final class Peer {
    /** Nothing has been heard of a bucket. */
    private static final long UNKNOWN = -1;

    /** Nor has it been, though something may have been sent: the first that is heard counts. */
    private static final long DOUBTFUL = -2;

    final long origin;
    final String name;

    /** When its last beat came; the cluster's. */
    long heardNanos;

    private final long[] lasts = new long[Buckets.COUNT];

    /** By bucket, topic and id. */
    private final Map<Integer, Map<String, Map<Long, Member>>> members = new HashMap<>();

    /** The buckets that it was asked about, and has not answered. */
    private final BitSet asked = new BitSet();

    private BitSet askedBefore = new BitSet();

    /** What has come of answers whose further parts are under way, by bucket. */
    private final Map<Integer, Collected> parts = new HashMap<>();

    /**
     * @param fresh whether it is heard from the start: nothing has been sent before
     */
    Peer(long origin, String name, boolean fresh) {
        this.origin = origin;
        this.name = name;
        Arrays.fill(lasts, fresh ? 0 : UNKNOWN);
    }

    // ---- numbers

    /** How many messages are missing before this one; negative if it comes late. */
    synchronized long missing(int bucket, long sequence) {
        return sequence <= lasts[bucket] ? -1 : heard(bucket, sequence, sequence - 1);
    }

    /** How many messages are missing up to this number, which is the last that was sent. */
    synchronized long missingUpTo(int bucket, long sequence) {
        return sequence <= lasts[bucket] ? 0 : heard(bucket, sequence, sequence);
    }

    private long heard(int bucket, long sequence, long expected) {
        long last = lasts[bucket];
        lasts[bucket] = sequence;
        if (last == DOUBTFUL) {
            return sequence == 0 ? 0 : 1;
        }
        return last == UNKNOWN ? 0 : expected - last;
    }

    /** Something was asked about a bucket, and no answer has come in time. */
    synchronized void doubt(int bucket) {
        if (lasts[bucket] == UNKNOWN) {
            lasts[bucket] = DOUBTFUL;
        }
    }

    /** Something may have been sent, and not heard, to any bucket that nothing is known of. */
    synchronized void doubt() {
        for (int bucket = 0; bucket < lasts.length; bucket++) {
            doubt(bucket);
        }
    }

    /** Whether a loss would show. */
    synchronized boolean isHeard(int bucket) {
        return lasts[bucket] >= 0;
    }

    synchronized void ask(int[] buckets) {
        for (int bucket : buckets) {
            asked.set(bucket);
        }
    }

    /** Those it has not answered about since the last call or longer, to be asked again. */
    synchronized int[] unanswered() {
        BitSet again = (BitSet) asked.clone();
        again.and(askedBefore);
        askedBefore = (BitSet) asked.clone();
        return again.stream().toArray();
    }

    /** What comes from now on is the first that is heard of a bucket. */
    synchronized void forget(int bucket) {
        lasts[bucket] = UNKNOWN;
        asked.clear(bucket);
        parts.remove(bucket);
        members.remove(bucket);
    }

    // ---- members

    /** Whether it is new. */
    synchronized boolean add(int bucket, String topic, Member member) {
        return members.computeIfAbsent(bucket, _ -> new HashMap<>())
                        .computeIfAbsent(topic, _ -> new LinkedHashMap<>())
                        .put(member.id(), member)
                == null;
    }

    /** The member that was there, if it was. */
    synchronized List<Member> remove(int bucket, String topic, long id) {
        Map<String, Map<Long, Member>> topics = members.getOrDefault(bucket, Map.of());
        Map<Long, Member> present = topics.get(topic);
        Member removed = present == null ? null : present.remove(id);
        if (present != null && present.isEmpty()) {
            topics.remove(topic);
            if (topics.isEmpty()) {
                members.remove(bucket);
            }
        }
        return removed == null ? List.of() : List.of(removed);
    }

    synchronized List<Member> in(int bucket, String topic) {
        return List.copyOf(
                members.getOrDefault(bucket, Map.of()).getOrDefault(topic, Map.of()).values());
    }

    /** Everybody in a bucket. */
    synchronized List<NodeMessage.Present> in(int bucket) {
        List<NodeMessage.Present> all = new ArrayList<>();
        members.getOrDefault(bucket, Map.of())
                .forEach(
                        (topic, present) ->
                                present.values()
                                        .forEach(
                                                member ->
                                                        all.add(
                                                                new NodeMessage.Present(
                                                                        topic, member))));
        return all;
    }

    /** The buckets in which somebody is present. */
    synchronized List<Integer> peopled() {
        return List.copyOf(members.keySet());
    }

    /** Collects the parts of an answer about a bucket; all that it says when the last has come. */
    synchronized Optional<List<NodeMessage.Present>> collect(NodeMessage.Content content) {
        Collected before = parts.remove(content.bucket());
        int expected = before == null || content.part() == 0 ? 0 : before.parts;
        if (content.part() != expected) {
            return Optional.empty(); // one was lost: it will be asked again
        }
        List<NodeMessage.Present> all = new ArrayList<>();
        if (expected > 0) {
            all.addAll(Objects.requireNonNull(before).present);
        }
        all.addAll(content.present());
        if (content.complete()) {
            asked.clear(content.bucket());
            return Optional.of(all);
        }
        parts.put(content.bucket(), new Collected(expected + 1, all));
        return Optional.empty();
    }

    private record Collected(int parts, List<NodeMessage.Present> present) {}
}
