package dev.myriad.cluster;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.pubsub.Cluster;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Reads the newest messages of topics from the log: of many in one pass over its newest part, of
 * few, and of those for which that was not enough, one after the other. Confined to the reader.
 */
final class TopicLoader {
    private static final Line UNREADABLE =
            Log.of(Cluster.class).warning("a message in the log is refused: {}");

    /** So many are not worth a pass. */
    static final int SINGLE_MAX = 4;

    private static final int PASS_MIN = 50_000;
    private static final int FURTHER = 8;

    /** To read one topic costs as much as so many messages of others. */
    private static final int ONE_COSTS = 400;

    /** So much is read soon enough. */
    private static final long SMALL_BYTES = 32 << 20;

    private final LogKind kind;
    private final LogStore store;
    private final LogSubjects subjects;

    /** Counts how often it reads. */
    private final LongAdder reads;

    TopicLoader(LogKind kind, LogStore store, LogSubjects subjects, LongAdder reads) {
        this.kind = kind;
        this.store = store;
        this.subjects = subjects;
        this.reads = reads;
    }

    /** Takes what has been read. */
    interface Loaded {
        /**
         * Takes all of a topic.
         *
         * @param first the oldest that the log had when all was read
         * @param end where the log was when it was read
         */
        void loaded(Loading loading, long first, long end);
    }

    /**
     * Reads topics from the beginning.
     *
     * @param begun begins to read a topic, and may be called again for it
     */
    void load(
            List<LoggedTopic> fresh,
            LogStore.State state,
            Function<LoggedTopic, Loading> begun,
            Loaded loaded)
            throws IOException {
        Map<String, Loading> loading = new HashMap<>();
        for (LoggedTopic topic : fresh) {
            loading.put(topic.subject, begun.apply(topic));
        }
        long all = state.last() - state.first();
        boolean small = state.bytes() < SMALL_BYTES && all < (long) ONE_COSTS * loading.size();
        if (loading.size() > SINGLE_MAX && (kind == LogKind.HISTORIES || small)) {
            loadMany(loading, state, loaded);
        }
        for (LoggedTopic topic : fresh) {
            if (loading.containsKey(topic.subject)) {
                Loading each = begun.apply(topic);
                each.begin(state.first());
                each.last = store.last(topic.subject);
                if (each.last > 0) {
                    loadOne(each, state.first());
                }
                loaded.loaded(each, store.state().first(), state.last());
            }
        }
    }

    /** One pass over the newest part of the log is enough for most. */
    private void loadMany(Map<String, Loading> loading, LogStore.State state, Loaded loaded)
            throws IOException {
        long wanted = loading.values().stream().mapToLong(each -> each.topic.rule.count()).sum();
        long from = Math.max(state.first(), state.last() - Math.max(PASS_MIN, FURTHER * wanted));
        loading.values().forEach(each -> each.begin(from));
        reads.increment();
        store.read(
                subjects.all() + ">",
                from,
                state.last(),
                (place, subject, bytes) -> {
                    Loading each = loading.get(subject);
                    if (each != null) {
                        each.add(place, message(each.topic, bytes));
                    }
                });
        long first = store.state().first(); // some may have gone while it was read
        loading.values()
                .removeIf(
                        each -> {
                            boolean all = from <= state.first() || each.isFull();
                            if (all) {
                                loaded.loaded(each, first, state.last());
                            }
                            return all;
                        });
    }

    /** Goes further back until there is enough, or all. */
    private void loadOne(Loading loading, long first) throws IOException {
        LoggedTopic topic = loading.topic;
        long back = topic.rule.count();
        boolean few = store.count(topic.subject) <= (long) FURTHER * topic.rule.count();
        do {
            long from = few ? first : Math.max(first, loading.last - back);
            loading.begin(from);
            reads.increment();
            store.read(
                    topic.subject,
                    from,
                    loading.last,
                    (place, _, bytes) -> loading.add(place, message(topic, bytes)));
            back *= FURTHER;
            few |= from <= first;
        } while (!few && !loading.isFull());
    }

    /** What cannot be read is a hole: whoever comes to it has missed something. */
    static NodeMessage message(LoggedTopic topic, byte[] bytes) {
        try {
            return NodeWire.read(bytes);
        } catch (NodeWire.UnreadableException e) {
            UNREADABLE.tell(String.valueOf(e.getMessage()));
            return new NodeMessage.Hole(0, 0, topic.name);
        }
    }
}
