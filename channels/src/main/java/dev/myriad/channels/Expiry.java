package dev.myriad.channels;

import java.time.Duration;
import java.util.Optional;

/** How the connections of a socket expire. Immutable. */
record Expiry(Optional<Renew> renew, Duration warning) {
    static final Duration WARNING_DEFAULT = Duration.ofSeconds(60);

    /**
     * How long before its expiry a connection that lives for so long warns its clients: at its half
     * if it is short, or those who renew when warned would do nothing else.
     */
    long warningMillis(long lifeMillis) {
        return Math.min(warning.toMillis(), lifeMillis / 2);
    }
}
