package dev.myriad.log;

import org.jspecify.annotations.Nullable;

/**
 * Something told that waits to be written.
 *
 * @param more how many of its kind were left out before it
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record Entry(Line line, @Nullable Throwable cause, @Nullable Object[] arguments, long more)
        implements Waiting {}
