/**
 * What the layers above see of the network: a {@link dev.myriad.net.Transport} with its connections
 * and groups, plain HTTP, limits and counters. The engine behind it is in {@code engine}, the
 * transport on io_uring in {@code uring}.
 */
@NullMarked
package dev.myriad.net;

import org.jspecify.annotations.NullMarked;
