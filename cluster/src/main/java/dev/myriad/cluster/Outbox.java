package dev.myriad.cluster;

import dev.myriad.protocol.Payload;
import dev.myriad.pubsub.Cluster.Member;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What this node sends to buckets, each message with its number in its bucket, and who of its own
 * is present there. Thread-safe: a bucket has one of some locks, under which numbers are given and
 * messages handed to the bus, so that they leave in that order.
 *
 * <p>A number is used up even if the bus does not take the message: so the others see that one is
 * missing.
 */
final class Outbox {
    private static final int LOCKS = 64;

    /** What one part of an answer takes, roughly: NATS carries a megabyte. */
    private static final int PART_BYTES = 200_000;

    /** Beats that tell a last number: one of them may be lost. */
    private static final byte TOLD_TIMES = 3;

    private static final int CONTENT_BYTES = 17;
    private static final int PRESENT_BYTES = 16;

    private final long origin;
    private final Bus bus;
    private final Subjects subjects;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];
    private final long[] sequences = new long[Buckets.COUNT];

    /** By bucket, topic and id. Guarded by the bucket's lock, as its number is. */
    private final Map<Integer, Map<String, Map<Long, Member>>>[] members;

    /** What was told by the last beat, and in how many beats it is told again; the beats' own. */
    private final long[] told = new long[Buckets.COUNT];

    private final byte[] again = new byte[Buckets.COUNT];

    private final LongAdder published = new LongAdder();
    private final LongAdder unsent = new LongAdder();

    @SuppressWarnings({"unchecked", "rawtypes"}) // there are no generic arrays
    Outbox(long origin, Bus bus, Subjects subjects) {
        this.origin = origin;
        this.bus = bus;
        this.subjects = subjects;
        this.members = new Map[LOCKS];
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
            members[i] = new HashMap<>();
        }
    }

    void publish(String topic, String event, Payload payload) {
        int bucket = Buckets.of(topic);
        byte[] frame = NodeWire.frame(topic, event, payload);
        publish(bucket, new NodeMessage.Publish(origin, bucket, 0, topic, event, payload, frame));
    }

    /**
     * Sends a message to a topic with a history past the log, which may not have it.
     *
     * @param place where it has it; 0 if it has not said so
     */
    void publishPast(NodeMessage.Logged it, long place) {
        int bucket = Buckets.of(it.topic());
        publish(
                bucket,
                new NodeMessage.Past(
                        origin,
                        bucket,
                        0,
                        it.id(),
                        place,
                        it.topic(),
                        it.event(),
                        it.payload(),
                        it.frame()));
    }

    private void publish(int bucket, NodeMessage message) {
        published.increment();
        byte[] bytes;
        try {
            bytes = NodeWire.bytes(message);
        } catch (IllegalArgumentException tooLong) { // a name: the others see that one is missing
            skip(bucket);
            return;
        }
        send(bucket, bytes, () -> {});
    }

    private void skip(int bucket) {
        ReentrantLock lock = locks[bucket % LOCKS];
        lock.lock();
        try {
            sequences[bucket]++;
            unsent.increment();
        } finally {
            lock.unlock();
        }
    }

    void track(String topic, Member member, OptionalLong replaced) {
        int bucket = Buckets.of(topic);
        byte[] message =
                NodeWire.bytes(new NodeMessage.Track(origin, bucket, 0, topic, member, replaced));
        send(
                bucket,
                message,
                () -> {
                    replaced.ifPresent(id -> remove(bucket, topic, id));
                    members[bucket % LOCKS]
                            .computeIfAbsent(bucket, _ -> new HashMap<>())
                            .computeIfAbsent(topic, _ -> new LinkedHashMap<>())
                            .put(member.id(), member);
                });
    }

    void untrack(String topic, long id) {
        int bucket = Buckets.of(topic);
        byte[] message = NodeWire.bytes(new NodeMessage.Untrack(origin, bucket, 0, topic, id));
        send(bucket, message, () -> remove(bucket, topic, id));
    }

    private void remove(int bucket, String topic, long id) {
        members[bucket % LOCKS].computeIfPresent(
                bucket,
                (_, topics) -> {
                    topics.computeIfPresent(
                            topic,
                            (_, present) -> {
                                present.remove(id);
                                return present.isEmpty() ? null : present;
                            });
                    return topics.isEmpty() ? null : topics;
                });
    }

    private void send(int bucket, byte[] message, Runnable change) {
        ReentrantLock lock = locks[bucket % LOCKS];
        lock.lock();
        try {
            change.run();
            NodeWire.number(message, ++sequences[bucket]);
            if (!bus.publish(subjects.bucket(bucket), message)) {
                unsent.increment();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The buckets that something was sent to before the last few calls, and their last numbers. */
    List<NodeMessage.Last> lasts() {
        List<NodeMessage.Last> lasts = new ArrayList<>();
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            if (sequences[bucket] != told[bucket]) { // if it has just changed, the next one tells
                told[bucket] = last(bucket);
                again[bucket] = TOLD_TIMES;
            }
            if (again[bucket] > 0) {
                again[bucket]--;
                lasts.add(new NodeMessage.Last(bucket, told[bucket]));
            }
        }
        return lasts;
    }

    /** The others may have heard nothing for a while: all is to be told again. */
    void tellAgain() {
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            if (told[bucket] > 0) {
                again[bucket] = TOLD_TIMES;
            }
        }
    }

    private long last(int bucket) {
        ReentrantLock lock = locks[bucket % LOCKS];
        lock.lock();
        try {
            return sequences[bucket];
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells a node where some buckets are and who is present in them. Nothing else is sent to a
     * bucket between the parts of it that are.
     */
    void answer(NodeMessage.Sync sync) {
        Map<Integer, List<Integer>> byLock = new HashMap<>();
        BitSet distinct = new BitSet();
        for (int bucket : sync.buckets()) {
            distinct.set(bucket);
        }
        for (int bucket : distinct.stream().toArray()) {
            byLock.computeIfAbsent(bucket % LOCKS, _ -> new ArrayList<>()).add(bucket);
        }
        Answer answer = new Answer(sync);
        byLock.forEach(
                (lock, buckets) -> {
                    locks[lock].lock();
                    try {
                        buckets.forEach(answer::add);
                        answer.send(false);
                    } finally {
                        locks[lock].unlock();
                    }
                });
        answer.send(true);
    }

    /** Collects what there is in parts, under the locks of what they tell of. */
    private final class Answer {
        private final NodeMessage.Sync sync;
        private List<NodeMessage.Content> contents = new ArrayList<>();
        private int bytes;

        Answer(NodeMessage.Sync sync) {
            this.sync = sync;
        }

        void add(int bucket) {
            Map<String, Map<Long, Member>> topics = members[bucket % LOCKS].get(bucket);
            List<NodeMessage.Present> present = new ArrayList<>();
            int part = 0;
            if (topics != null) {
                for (Map.Entry<String, Map<Long, Member>> topic : topics.entrySet()) {
                    for (Member member : topic.getValue().values()) {
                        present.add(new NodeMessage.Present(topic.getKey(), member));
                        bytes +=
                                PRESENT_BYTES
                                        + 3 * topic.getKey().length()
                                        + 3 * member.key().length()
                                        + member.meta().bytes().length;
                        if (bytes >= PART_BYTES) {
                            add(bucket, part++, false, present);
                            send(false);
                            present = new ArrayList<>();
                        }
                    }
                }
            }
            add(bucket, part, true, present);
        }

        private void add(
                int bucket, int part, boolean complete, List<NodeMessage.Present> present) {
            bytes += CONTENT_BYTES;
            contents.add(
                    new NodeMessage.Content(bucket, sequences[bucket], part, complete, present));
        }

        void send(boolean last) {
            byte[] message =
                    NodeWire.bytes(new NodeMessage.Synced(origin, sync.round(), last, contents));
            if (!bus.publish(subjects.node(sync.origin()), message)) {
                unsent.increment();
            }
            contents = new ArrayList<>();
            bytes = 0;
        }
    }

    long published() {
        return published.sum();
    }

    long unsent() {
        return unsent.sum();
    }
}
