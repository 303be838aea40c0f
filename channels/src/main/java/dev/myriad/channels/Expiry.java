package dev.myriad.channels;

import java.time.Duration;
import java.util.Optional;

/** How the connections of a socket expire. Immutable. */
record Expiry(Optional<Renew> renew, Duration warning) {
    static final Duration WARNING_DEFAULT = Duration.ofSeconds(60);

    /**
     * How long before its expiry a connection warns its client, given how long it lives in all. One
     * with a short life warns at the half of it: if it did so at once, a client that renews when it
     * is warned would do nothing else.
     */
    long warningMillis(long lifeMillis) {
        return Math.min(warning.toMillis(), lifeMillis / 2);
    }
}
