package dev.myriad.channels;

import java.lang.System.Logger.Level;

/**
 * What programs and their clients do wrong, or are refused: counted in {@link
 * EndpointStats#mistakes} under its {@link #key}, and logged once a second at most for each kind.
 */
public enum Mistake {
    /** An upgrade was asked for where there is no socket: 404. */
    NO_SOCKET("noSocket", Level.WARNING),
    /** A socket's {@link Connect}, its token's age or an unknown {@code vsn} said no: 403. */
    CONNECT_REFUSED("connectRefused", Level.INFO),
    /** A page's origin may not connect: 403. */
    ORIGIN_REFUSED("originRefused", Level.WARNING),
    /** No route of the socket serves the topic: {@code unmatched topic}. */
    UNMATCHED_TOPIC("unmatchedTopic", Level.WARNING),
    /** A channel's {@code join} said no. */
    JOIN_REFUSED("joinRefused", Level.INFO),
    /** A message that cannot be read closed its connection. */
    UNREADABLE_MESSAGE("unreadableMessage", Level.WARNING),
    /** A callback returned null, which has no meaning. */
    NULL_RETURNED("nullReturned", Level.ERROR),
    /** The program pushed or broadcast an event of the protocol's own, {@code phx_...}. */
    RESERVED_EVENT("reservedEvent", Level.WARNING);

    private final String key;
    private final Level level;

    Mistake(String key, Level level) {
        this.key = key;
        this.level = level;
    }

    /** Its name in metrics. */
    public String key() {
        return key;
    }

    Level level() {
        return level;
    }
}
