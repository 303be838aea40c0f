package dev.myriad.jwt;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;

/**
 * How the keys that an issuer publishes (RFC 7517) are fetched. Immutable, so thread-safe.
 *
 * @param keptFor before they are fetched again
 * @param fetchInterval in which an unknown key id makes them be fetched twice at most
 * @param outage for how long the last ones count if they cannot be fetched
 */
record KeySet(Duration keptFor, Duration fetchInterval, Duration outage) {
    static final KeySet DEFAULT =
            new KeySet(Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofHours(1));

    private static final int CONNECT_MILLIS = 2_000;
    private static final int READ_MILLIS = 2_000;
    private static final int BYTES_MAX = 256 << 10;
    private static final long WAIT_MILLIS = 10_000;

    JWKSource<SecurityContext> at(URI uri) {
        String scheme = String.valueOf(uri.getScheme());
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException(uri + " is no address of https or http");
        }
        try {
            return JWKSourceBuilder.create(
                            uri.toURL(),
                            new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, BYTES_MAX))
                    .cache(keptFor.toMillis(), WAIT_MILLIS)
                    .refreshAheadCache(false) // it needs a thread of its own
                    .rateLimited(fetchInterval.toMillis())
                    .retrying(true)
                    .outageTolerant(outage.toMillis())
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
