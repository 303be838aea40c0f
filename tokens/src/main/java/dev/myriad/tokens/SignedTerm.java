package dev.myriad.tokens;

import java.time.Duration;
import java.util.Optional;

/**
 * What a token holds. Immutable.
 *
 * @param signedAtMillis since 1970, not negative
 * @param maxAge empty for any age
 */
record SignedTerm(Object data, long signedAtMillis, Optional<Duration> maxAge) {}
