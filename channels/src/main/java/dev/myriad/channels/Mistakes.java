package dev.myriad.channels;

import dev.myriad.log.Escape;
import dev.myriad.log.Line;
import dev.myriad.log.Log;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Counts each {@link Mistake} and tells of it. Thread-safe, and for shard threads. */
final class Mistakes {
    private static final Log LOG = Log.of(Endpoint.class);
    private static final int SHOWN_CHARS_MAX = 200;

    private final Map<Mistake, Kind> kinds = new EnumMap<>(Mistake.class);

    private record Kind(LongAdder count, Line line) {}

    Mistakes() {
        for (Mistake mistake : Mistake.values()) {
            String format = "{} (" + mistake.key() + ")";
            kinds.put(mistake, new Kind(new LongAdder(), LOG.line(mistake.level(), format)));
        }
    }

    /**
     * Someone made one.
     *
     * @param text of the line, asked for by the log's thread if it is written; what comes from
     *     clients is to be {@link #shown}
     */
    void made(Mistake mistake, Supplier<String> text) {
        Kind kind = kinds.get(mistake);
        if (kind == null) {
            throw new AssertionError(mistake);
        }
        kind.count.increment();
        kind.line.tell(text);
    }

    /** The counts by key. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        kinds.forEach((mistake, kind) -> counts.put(mistake.key(), kind.count.sum()));
        return Collections.unmodifiableMap(counts);
    }

    /** A client's text as a log may have it: on one line, in quotes, and not too long. */
    static String shown(String text) {
        return Escape.quoted(text, SHOWN_CHARS_MAX);
    }
}
