package dev.myriad.net.engine;

import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** How often each of some limits was exceeded. Thread-safe, and for shard threads. */
public final class LimitCounters {
    private final Map<Limit, LimitCounter> counters = new EnumMap<>(Limit.class);

    public LimitCounters(Limits limits, Set<Limit> counted) {
        counted.forEach(limit -> counters.put(limit, new LimitCounter(limit, limits.of(limit))));
    }

    /** The counter of one of them. */
    public LimitCounter of(Limit limit) {
        LimitCounter counter = counters.get(limit);
        if (counter == null) {
            throw new IllegalArgumentException(limit + " is not counted here");
        }
        return counter;
    }

    /** By the limits' keys, in their order. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counters.forEach((limit, counter) -> counts.put(limit.key(), counter.count()));
        return Collections.unmodifiableMap(counts);
    }
}
