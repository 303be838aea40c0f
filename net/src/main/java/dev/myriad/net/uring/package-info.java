/**
 * The transport on Linux io_uring, in plain Java: the one package that talks to the kernel.
 *
 * <p>{@link Kernel} calls it, {@link Ring} queues operations to it, a lane ({@code UringLane})
 * turns one ring into connections, a shard runs several lanes on one thread.
 */
@NullMarked
package dev.myriad.net.uring;

import org.jspecify.annotations.NullMarked;
