/**
 * What a transport extends: {@link Shard} (an event loop's share of the connections), {@link Wire}
 * (one connection's life, from the first byte to the last), {@link Lane} (where it sends). The
 * requests of a wire are served by {@code HttpSession}, groups by {@link ShardedGroup}. The layers
 * above use the counters of limits and the drain.
 */
@NullMarked
package dev.myriad.net.engine;

import org.jspecify.annotations.NullMarked;
