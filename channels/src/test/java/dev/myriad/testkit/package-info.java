/**
 * A transport without a network, for tests of everything above it: {@link
 * dev.myriad.testkit.MemoryTransport}.
 */
@NullMarked
package dev.myriad.testkit;

import org.jspecify.annotations.NullMarked;
