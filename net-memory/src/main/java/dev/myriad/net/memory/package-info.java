/**
 * For tests: the engine of the real transports, whose bytes go through memory instead of a network,
 * and clients in the same program. {@link dev.myriad.net.memory.MemoryTransport} is the start.
 */
@NullMarked
package dev.myriad.net.memory;

import org.jspecify.annotations.NullMarked;
