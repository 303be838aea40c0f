package dev.myriad.testkit;

import java.time.Duration;

/**
 * How long a test waits. Immutable.
 *
 * @param assertion how long something may take to come
 * @param refutation how long nothing must come
 */
record Patience(Duration assertion, Duration refutation) {}
