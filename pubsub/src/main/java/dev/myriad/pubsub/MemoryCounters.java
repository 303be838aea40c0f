package dev.myriad.pubsub;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts for {@link MemoryStats}. Thread-safe. */
final class MemoryCounters {
    private final LongAdder recovered = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final Map<Recovery.Obstacle, LongAdder> obstacles =
            adders(Recovery.Obstacle.class, Recovery.Obstacle.values());
    private final Map<TopicException.Code, LongAdder> refused =
            adders(TopicException.Code.class, TopicException.Code.values());

    private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> type, E[] all) {
        Map<E, LongAdder> adders = new EnumMap<>(type);
        for (E each : all) {
            adders.put(each, new LongAdder());
        }
        return adders;
    }

    void recovered(Recovery recovery) {
        recovery.obstacle().map(obstacles::get).orElse(recovered).increment();
    }

    void toldGap() {
        gaps.increment();
    }

    void refused(TopicException.Code code) {
        LongAdder count = refused.get(code);
        if (count != null) {
            count.increment();
        }
    }

    MemoryStats stats(int topics, long bytes) {
        return new MemoryStats(
                topics, bytes, recovered.sum(), sums(obstacles), gaps.sum(), sums(refused));
    }

    private static <E extends Enum<E>> Map<E, Long> sums(Map<E, LongAdder> adders) {
        Map<E, Long> sums = new EnumMap<>(adders.keySet().iterator().next().getDeclaringClass());
        adders.forEach((each, count) -> sums.put(each, count.sum()));
        return sums;
    }
}
