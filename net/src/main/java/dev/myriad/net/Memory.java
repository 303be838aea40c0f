package dev.myriad.net;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the memory of {@link Limit#MEMORY_MEGABYTES} is shared out among all that clients can make
 * the server hold, so that the sum fits whatever they do: first the server itself, then its
 * connections, idle and each with a channel, and of what is left a {@link Budget} for each {@link
 * Kind}. Thread-safe.
 */
public final class Memory {
    /** What the server itself lives on, without clients. */
    static final long SERVER_BYTES = 24 << 20;

    /** What an idle connection with one channel takes of the heap, rounded up. */
    static final long CONNECTION_BYTES = 320;

    /** The connections get at most this part of what the server itself leaves. */
    private static final int CONNECTIONS_PART = 2;

    /** All budgets together; the rest is for the program and the garbage collector to breathe. */
    private static final int PERCENT_MAX = 60;

    /** A purpose for which clients make the server hold memory. */
    public enum Kind {
        /** HTTP requests that are being read, wait or are being answered. */
        REQUESTS(Limit.REQUESTS_MEMORY_PERCENT),

        /** Messages that have begun and not ended. */
        UNFINISHED(Limit.UNFINISHED_MEMORY_PERCENT),

        /** What clients read too slowly, or do not fetch. */
        OUTBOUND(Limit.OUTBOUND_MEMORY_PERCENT),

        /** Broadcasts that wait for those before them. */
        BROADCASTS(Limit.BROADCASTS_MEMORY_PERCENT),

        /** What waits for the program: messages, joins, connects, renewals. */
        MAIL(Limit.MAIL_MEMORY_PERCENT),

        /** Topics, and the channels of a connection beyond its first. */
        CHANNELS(Limit.CHANNELS_MEMORY_PERCENT),

        /** What topics remember. */
        TOPICS(Limit.TOPICS_MEMORY_PERCENT);

        private final Limit limit;

        Kind(Limit limit) {
            this.limit = limit;
        }

        /** The limit by which it is counted, and whose value is its share. */
        public Limit limit() {
            return limit;
        }

        /** Its name in metrics, such as {@code requests}. */
        public String key() {
            return limit.key().replace("MemoryPercent", "");
        }
    }

    private final Map<Kind, Budget> budgets = new EnumMap<>(Kind.class);
    private final int connectionsMax;
    private final Optional<String> lowered;

    private Memory(Limits limits) {
        long bytes = limits.of(Limit.MEMORY_MEGABYTES) * 1024L * 1024L;
        long rest = Math.max(bytes / 4, bytes - SERVER_BYTES);
        int wanted = limits.of(Limit.CONNECTIONS_MAX);
        connectionsMax =
                (int) Math.clamp(rest / CONNECTIONS_PART / CONNECTION_BYTES, 1, (long) wanted);
        rest -= connectionsMax * CONNECTION_BYTES;
        int percent = Stream.of(Kind.values()).mapToInt(kind -> limits.of(kind.limit())).sum();
        long whole = rest / Math.max(100, percent * 100L / PERCENT_MAX);
        for (Kind kind : Kind.values()) {
            budgets.put(kind, new Budget(Math.max(1, whole * limits.of(kind.limit()))));
        }
        lowered = lowered(limits, wanted, percent);
    }

    private Optional<String> lowered(Limits limits, int wanted, int percent) {
        String text =
                (connectionsMax < wanted
                                ? "%s from %,d to %,d"
                                        .formatted(Limit.CONNECTIONS_MAX, wanted, connectionsMax)
                                : "")
                        + (connectionsMax < wanted && percent > PERCENT_MAX ? ", and " : "")
                        + (percent > PERCENT_MAX
                                ? "the shares of memory from %d %% in all to %d %%"
                                        .formatted(percent, PERCENT_MAX)
                                : "");
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "%,d MB of memory do not suffice for the limits: lowered %s"
                                .formatted(limits.of(Limit.MEMORY_MEGABYTES), text));
    }

    /** As these limits want it, or less where that is not enough. */
    public static Memory of(Limits limits) {
        return new Memory(limits);
    }

    /** The budget for one purpose. */
    public Budget of(Kind kind) {
        Budget budget = budgets.get(kind);
        if (budget == null) {
            throw new AssertionError(kind);
        }
        return budget;
    }

    /** {@link Limit#CONNECTIONS_MAX}, or as many as there is memory for. */
    public int connectionsMax() {
        return connectionsMax;
    }

    /** What had to be lowered, in a sentence for the operator. */
    public Optional<String> lowered() {
        return lowered;
    }

    /** What is held of each kind, in bytes, by its key. */
    public Map<String, Long> held() {
        Map<String, Long> held = new LinkedHashMap<>();
        budgets.forEach((kind, budget) -> held.put(kind.key(), budget.held()));
        return Collections.unmodifiableMap(held);
    }

    /** What may be held of each kind, in bytes, by its key. */
    public Map<String, Long> bytesMax() {
        Map<String, Long> bytes = new LinkedHashMap<>();
        budgets.forEach((kind, budget) -> bytes.put(kind.key(), budget.bytesMax()));
        return Collections.unmodifiableMap(bytes);
    }

    @Override
    public String toString() {
        return budgets.entrySet().stream()
                .map(
                        budget ->
                                "%s %,d kB"
                                        .formatted(
                                                budget.getKey().key(),
                                                budget.getValue().bytesMax() >> 10))
                .collect(
                        Collectors.joining(
                                ", ", "Memory[%,d connections, ".formatted(connectionsMax), "]"));
    }
}
