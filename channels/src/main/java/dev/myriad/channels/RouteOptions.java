package dev.myriad.channels;

import java.time.Duration;
import java.util.Optional;

/**
 * What a route says besides its pattern and its channel. Immutable.
 *
 * @param handlerTimeout how long a callback may take: the thread of one that takes longer is
 *     interrupted, and its channel ends with {@code phx_error} as soon as it has returned
 */
public record RouteOptions(Optional<Duration> handlerTimeout) {
    /** A callback may take as long as it likes. */
    public static final RouteOptions DEFAULT = new RouteOptions(Optional.empty());

    /**
     * @throws IllegalArgumentException if the time is not positive
     */
    public RouteOptions {
        if (handlerTimeout.filter(time -> !time.isPositive()).isPresent()) {
            throw new IllegalArgumentException(
                    "a handlerTimeout in which nothing can be handled: " + handlerTimeout.get());
        }
    }

    /** The same with a time limit of callbacks. */
    public RouteOptions handlerTimeout(Duration limit) {
        return new RouteOptions(Optional.of(limit));
    }
}
