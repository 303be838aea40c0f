package dev.myriad.pubsub;

import dev.myriad.protocol.Payload;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a topic remembers who is here, and tells it. Immutable.
 *
 * @param mode what clients are told
 * @param sample how many of them, in mode {@link Mode#SAMPLED}
 * @param every the least time from one diff to the next; zero for each change at once
 * @param fetch enriches those who come
 * @param listener hears of those who come and go
 * @param keysPerChannelMax how many keys one channel may track at a time
 * @param metaBytesMax how large the JSON of one meta may be
 */
public record PresenceRule(
        Mode mode,
        int sample,
        Duration every,
        Optional<Fetch> fetch,
        Optional<Listener> listener,
        int keysPerChannelMax,
        int metaBytesMax) {
    private static final Duration EVERY = Duration.ofMillis(50);
    private static final int KEYS = 10;
    private static final int META_BYTES = 4 << 10;

    /** What clients are told. */
    public enum Mode {
        /** Everybody, as Phoenix does. */
        FULL,

        /** How many there are. */
        COUNT,

        /** How many there are, and a few of them. */
        SAMPLED
    }

    /** Adds to what is known of those who come, for all who came since the last diff at once. */
    @FunctionalInterface
    public interface Fetch {
        /** For some of the keys, or all, an object, whose members stand beside {@code metas}. */
        Map<String, ?> fetch(String topic, Set<String> keys) throws Exception;
    }

    /** Hears of each meta that comes or goes, after the clients have been told. */
    public interface Listener {
        /** Someone is here now. */
        void joined(String topic, String key, Payload meta) throws Exception;

        /** Someone is not here any more. */
        void left(String topic, String key, Payload meta) throws Exception;
    }

    /**
     * @throws IllegalArgumentException if a bound lets nothing through
     */
    public PresenceRule {
        if (sample < 0 || every.isNegative() || keysPerChannelMax < 1 || metaBytesMax < 2) {
            throw new IllegalArgumentException("a presence rule with which nobody can be present");
        }
    }

    private static PresenceRule of(Mode mode, int sample) {
        return new PresenceRule(
                mode, sample, EVERY, Optional.empty(), Optional.empty(), KEYS, META_BYTES);
    }

    /** Clients know everybody. */
    public static PresenceRule full() {
        return of(Mode.FULL, 0);
    }

    /** Clients know how many there are: event {@code presence_count}. */
    public static PresenceRule count() {
        return of(Mode.COUNT, 0);
    }

    /** Clients know how many there are, and so many of them, those who are here longest. */
    public static PresenceRule sampled(int sample) {
        return of(Mode.SAMPLED, sample);
    }

    /** The same with another time between diffs. */
    public PresenceRule every(Duration time) {
        return new PresenceRule(
                mode, sample, time, fetch, listener, keysPerChannelMax, metaBytesMax);
    }

    /** The same with an enriching function, which may block. */
    public PresenceRule fetch(Fetch by) {
        return new PresenceRule(
                mode, sample, every, Optional.of(by), listener, keysPerChannelMax, metaBytesMax);
    }

    /** The same with one who hears of joins and leaves, and may block. */
    public PresenceRule listener(Listener heard) {
        return new PresenceRule(
                mode, sample, every, fetch, Optional.of(heard), keysPerChannelMax, metaBytesMax);
    }

    /** The same with other bounds for one channel. */
    public PresenceRule bounds(int keysPerChannelMax, int metaBytesMax) {
        return new PresenceRule(
                mode, sample, every, fetch, listener, keysPerChannelMax, metaBytesMax);
    }
}
