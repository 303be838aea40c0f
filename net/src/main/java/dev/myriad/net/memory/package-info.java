/**
 * A transport without a network, for tests of everything above it: {@link
 * dev.myriad.net.memory.MemoryTransport}.
 */
@NullMarked
package dev.myriad.net.memory;

import org.jspecify.annotations.NullMarked;
