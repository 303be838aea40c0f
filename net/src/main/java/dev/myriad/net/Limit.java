package dev.myriad.net;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A bound of something that clients can make grow. Each says what becomes of a client that goes
 * over it; that is counted under the limit's {@link #key}, and logged once a second at most. The
 * value is in {@link Limits}.
 */
public enum Limit {
    // ---- of connections, counted in NetStats#limits

    /** Connections in all; over it a new one is answered 503 and closed. */
    CONNECTIONS_MAX(110_000, 1, Integer.MAX_VALUE),

    /**
     * WebSockets of one IPv4 address or IPv6 network of 64 bits; over it an upgrade is answered
     * 429; 0 = any number, since behind a proxy that is not trusted all have its address.
     */
    CONNECTIONS_PER_ADDRESS_MAX(0, 0, Integer.MAX_VALUE),

    /** Bytes of one inbound frame; over it close 1009. */
    FRAME_BYTES_MAX(1 << 20, 1, Integer.MAX_VALUE),

    /** Bytes of one inbound message; over it close 1009, and 413 where it was polled. */
    MESSAGE_BYTES_MAX(1 << 20, 1, Integer.MAX_VALUE),

    /**
     * Bytes of a request head; over it 431, or 414 if its first line is longer. The chunk
     * extensions of a body may have as many bytes, and so may its trailers.
     */
    HEAD_BYTES_MAX(8 << 10, 64, Integer.MAX_VALUE),

    /** Headers in a request head; over it 431. */
    HEADERS_MAX(64, 1, Integer.MAX_VALUE),

    /** Bytes of a plain HTTP request's body; over it 413. */
    HTTP_BODY_BYTES_MAX(1 << 20, 0, Integer.MAX_VALUE),

    /**
     * Bytes queued for one connection that reads too slowly; over it that is cut off, and its
     * handler hears 1013.
     */
    OUTBOUND_BYTES_MAX(1 << 20, 1, Integer.MAX_VALUE),

    /**
     * Milliseconds from accept, or from a later request's first byte, to a complete request; over
     * it 408. A connection may be silent for as long between two requests; over it it is closed.
     */
    HANDSHAKE_MILLIS(10_000, 1, Integer.MAX_VALUE),

    /** Milliseconds since the last received byte; over it close 1002; 0 = never. */
    IDLE_MILLIS(60_000, 0, Integer.MAX_VALUE),

    /** Milliseconds to wait for the peer's close frame; over it the socket is closed. */
    CLOSE_MILLIS(2_000, 0, Integer.MAX_VALUE),

    /**
     * The memory, in megabytes, of which the shares below are taken: by default the largest heap
     * that the JVM may have. Give less if the program needs much for itself.
     */
    MEMORY_MEGABYTES(heapMegabytes(), 16, Integer.MAX_VALUE),

    /**
     * Percent of the memory for HTTP requests that are being read, wait or are being answered; over
     * it 503, and those that hold most are cut off. See {@link Memory} for this and all like it.
     */
    REQUESTS_MEMORY_PERCENT(7, 1, 50),

    /** Percent of the memory for messages that have begun and not ended; over it close 1013. */
    UNFINISHED_MEMORY_PERCENT(6, 1, 50),

    /**
     * Percent of the memory for what clients read too slowly, or do not fetch; over it those that
     * hold most are cut off, and their handlers hear 1013.
     */
    OUTBOUND_MEMORY_PERCENT(9, 1, 50),

    /** Percent of the memory for broadcasts that wait; over it they are dropped. */
    BROADCASTS_MEMORY_PERCENT(6, 1, 50),

    /** Bytes of requests behind one that is being answered; over it the connection is cut off. */
    HTTP_WAITING_BYTES_MAX(64 << 10, 1, Integer.MAX_VALUE),

    /**
     * Bytes of broadcasts to one topic that wait on one shard, since those before are still under
     * way; over it they are dropped there, and counted in {@link NetStats#dropped} too.
     */
    GROUP_WAITING_BYTES_MAX(8 << 20, 1, Integer.MAX_VALUE),

    // ---- of channels, counted in the endpoint's own statistics

    /**
     * Percent of the memory for what waits for the program: messages, joins, connects, renewals.
     * Over it connects are answered 503, joins are refused, and connections that send more are
     * closed with 1013.
     */
    MAIL_MEMORY_PERCENT(8, 1, 50),

    /**
     * Percent of the memory for topics, and for the channels of a connection beyond its first; over
     * it joins are refused.
     */
    CHANNELS_MEMORY_PERCENT(16, 1, 50),

    /**
     * Percent of the memory for what topics remember; over it topics forget messages, the largest
     * and the least used first, and presences and values are refused.
     */
    TOPICS_MEMORY_PERCENT(8, 1, 50),

    /**
     * Topics that one connection may have joined at a time; over it a join is refused; from 80 % on
     * the log warns.
     */
    CHANNELS_PER_CONNECTION_MAX(100, 1, Integer.MAX_VALUE),

    /**
     * Bytes of a topic's name in UTF-8; over it a join is refused. The binary format has room for
     * 255.
     */
    TOPIC_BYTES_MAX(255, 1, 65_535),

    /**
     * Joins of one connection in a second; over it a join is refused; 0 = any number. A client that
     * comes back joins all its topics at once: allow at least that.
     */
    CONNECTION_JOINS_PER_SECOND_MAX(500, 0, 65_535),

    /**
     * Other messages of one connection in a second, heartbeats included; over it the connection is
     * closed with 1008; 0 = any number.
     */
    CONNECTION_EVENTS_PER_SECOND_MAX(50_000, 0, Integer.MAX_VALUE),

    /**
     * Joins of one {@link Network} in a second; as for a connection; 0 = any number. Behind a proxy
     * all clients have the proxy's address.
     */
    ADDRESS_JOINS_PER_SECOND_MAX(0, 0, Integer.MAX_VALUE),

    /**
     * Other messages of one {@link Network} in a second; over it the connection that sent the last
     * one is closed with 1008; 0 = any number.
     */
    ADDRESS_EVENTS_PER_SECOND_MAX(0, 0, Integer.MAX_VALUE),

    /**
     * Addresses whose joins or events are counted in one second; what comes from further ones is
     * not held to the two bounds above.
     */
    ADDRESSES_COUNTED_MAX(100_000, 1, Integer.MAX_VALUE),

    /**
     * Upgrades in all, a second's worth at once; over it they are answered 503 before anything else
     * is done for them; 0 = any number. Grows with the cores: twice what one was seen to serve.
     */
    CONNECTS_PER_SECOND_MAX(20_000 * cores(), 0, Integer.MAX_VALUE),

    /**
     * Joins in all, a second's worth at once; over it they are refused; 0 = any number. Grows with
     * the cores: five times what one was seen to serve.
     */
    JOINS_PER_SECOND_MAX(50_000 * cores(), 0, Integer.MAX_VALUE),

    /**
     * Joins of one topic by one connection that wait for each other; over it a further one is
     * refused.
     */
    JOINS_WAITING_MAX(8, 1, 1_000),

    /** Bytes of a client's messages that wait for its channel; over it close 1008. */
    WAITING_BYTES_MAX(4 << 20, 1, 1 << 30),

    /**
     * Bytes that wait for a channel, of its client and of topics together, beyond which what it
     * intercepts and subscribes is dropped.
     */
    MAIL_BYTES_MAX(2 << 20, 1, 1 << 30),

    /** Messages that wait for one listener of the program; over it they are dropped. */
    LISTENER_WAITING_MAX(10_000, 1, Integer.MAX_VALUE),

    /** Messages that bring one token while it is being checked; over it close 1008. */
    RENEWAL_QUESTIONS_MAX(1_000, 1, Integer.MAX_VALUE),

    /**
     * Depth of each JSON value in a message, brackets open at a time; a message with more is
     * answered with an error. It has this one value.
     */
    JSON_DEPTH_MAX(128, 128, 128),

    /** Lines of one request by which a polling client sends messages; over it 413. */
    LONG_POLL_LINES_MAX(100, 1, Integer.MAX_VALUE);

    private static final Set<Limit> OF_CONNECTIONS =
            Collections.unmodifiableSet(EnumSet.range(CONNECTIONS_MAX, GROUP_WAITING_BYTES_MAX));
    private static final Set<Limit> OF_CHANNELS =
            Collections.unmodifiableSet(EnumSet.range(MAIL_MEMORY_PERCENT, LONG_POLL_LINES_MAX));

    private final String key;
    private final int byDefault;
    private final int smallest;
    private final int largest;

    Limit(int byDefault, int smallest, int largest) {
        this.key = camelCase(name());
        this.byDefault = byDefault;
        this.smallest = smallest;
        this.largest = largest;
    }

    /**
     * The limit that has this key, as metrics have it ({@code idleMillis}) or as files of settings
     * do ({@code idle-millis}).
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Limit named(String key) {
        String wanted = key.replace("-", "");
        return Stream.of(values())
                .filter(limit -> limit.key.equalsIgnoreCase(wanted))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no limit is named \"" + key + "\"; there are " + keys()));
    }

    /** Those that hold for connections, whatever they speak. */
    public static Set<Limit> ofConnections() {
        return OF_CONNECTIONS;
    }

    /** Those that hold for topics, joins, events and the program's listeners. */
    public static Set<Limit> ofChannels() {
        return OF_CHANNELS;
    }

    /** Its name in metrics, logs and settings, such as {@code connectionsMax}. */
    public String key() {
        return key;
    }

    /** Its value in {@link Limits#DEFAULT}. */
    public int defaultValue() {
        return byDefault;
    }

    public int smallest() {
        return smallest;
    }

    public int largest() {
        return largest;
    }

    /**
     * Whether it is a time. A client that loses the network exceeds one without any fault of its
     * own.
     */
    public boolean isTime() {
        return key.endsWith("Millis");
    }

    int checked(int value) {
        if (value < smallest || value > largest) {
            throw new IllegalArgumentException(
                    smallest == largest
                            ? key + " is " + smallest + " and has no setting, not " + value
                            : key + " is " + smallest + " to " + largest + ", not " + value);
        }
        return value;
    }

    @Override
    public String toString() {
        return key;
    }

    private static String keys() {
        return Stream.of(values()).map(Limit::key).collect(Collectors.joining(", "));
    }

    private static String camelCase(String constant) {
        String[] words = constant.toLowerCase(Locale.ROOT).split("_", -1);
        StringBuilder key = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            key.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
        }
        return key.toString();
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    private static int heapMegabytes() {
        return (int) Math.max(16, Runtime.getRuntime().maxMemory() >> 20);
    }
}
