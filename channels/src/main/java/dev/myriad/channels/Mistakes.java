package dev.myriad.channels;

import dev.myriad.net.engine.OnceASecond;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Counts each {@link Mistake} and tells of it, once a second at most for each kind. Thread-safe,
 * and for shard threads: a line is written by another thread, since a log may block.
 */
final class Mistakes {
    private static final System.Logger LOG = System.getLogger(Endpoint.class.getName());
    private static final int SHOWN_CHARS_MAX = 200;

    private final Map<Mistake, Kind> kinds = new EnumMap<>(Mistake.class);

    private static final class Kind {
        final LongAdder count = new LongAdder();
        final OnceASecond line = new OnceASecond();
    }

    Mistakes() {
        for (Mistake mistake : Mistake.values()) {
            kinds.put(mistake, new Kind());
        }
    }

    /**
     * Someone made one.
     *
     * @param text of the line, asked for only if it is written; what comes from clients is to be
     *     {@link #shown}
     */
    void made(Mistake mistake, Supplier<String> text) {
        Kind kind = kinds.get(mistake);
        if (kind == null) {
            throw new AssertionError(mistake);
        }
        kind.count.increment();
        if (LOG.isLoggable(mistake.level()) && kind.line.isDue()) {
            String line = text.get() + " (" + mistake.key() + ", " + kind.count.sum() + " so far)";
            Thread.startVirtualThread(() -> LOG.log(mistake.level(), line));
        }
    }

    /** The counts by key. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        kinds.forEach((mistake, kind) -> counts.put(mistake.key(), kind.count.sum()));
        return Collections.unmodifiableMap(counts);
    }

    /** A client's text as a log may have it: on one line, in quotes, and not too long. */
    static String shown(String text) {
        boolean cut = text.length() > SHOWN_CHARS_MAX;
        String start = cut ? text.substring(0, SHOWN_CHARS_MAX) : text;
        return '"' + start.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?") + (cut ? "..." : "") + '"';
    }
}
