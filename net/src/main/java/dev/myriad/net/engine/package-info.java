/**
 * What a transport extends: {@link Shard} (an event loop's share of the connections), {@link Wire}
 * (one connection's life, from the first byte to the last), {@link Lane} (where it sends).
 */
@NullMarked
package dev.myriad.net.engine;

import org.jspecify.annotations.NullMarked;
