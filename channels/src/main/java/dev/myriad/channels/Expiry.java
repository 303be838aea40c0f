package dev.myriad.channels;

import dev.myriad.process.Process;
import dev.myriad.process.Timer;
import java.time.Duration;
import java.util.Optional;

/**
 * How the connections of a socket expire, and the one process that their timers wake. Thread-safe.
 */
final class Expiry extends Process {
    static final Duration WARNING_DEFAULT = Duration.ofSeconds(60);

    final Optional<Renew> renew;
    private final long warningMillis;

    Expiry(Optional<Renew> renew, Duration warning) {
        this.renew = renew;
        this.warningMillis = warning.toMillis();
    }

    /**
     * How long before the expiry of what lives that long its clients are warned: at its half if it
     * is short, or those who renew when warned would do nothing else.
     */
    long warningMillis(long lifeMillis) {
        return Math.min(warningMillis, lifeMillis / 2);
    }

    /** Lets a connection look at the clock after a while. */
    Timer wakeAfter(long millis, ExpiringSocket socket) {
        return sendAfter(Duration.ofMillis(millis), socket);
    }

    @Override
    protected void handle(Object message) {
        ((ExpiringSocket) message).wake();
    }

    @Override
    protected String name() {
        return "expiry of connections";
    }
}
