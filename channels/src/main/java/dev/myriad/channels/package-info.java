/**
 * What users write: an {@link dev.myriad.channels.Endpoint} that listens, sockets by path, and a
 * {@link dev.myriad.channels.Channel} for each topic that a client joins.
 */
@NullMarked
package dev.myriad.channels;

import org.jspecify.annotations.NullMarked;
