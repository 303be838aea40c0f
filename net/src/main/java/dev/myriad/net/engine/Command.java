package dev.myriad.net.engine;

import org.jspecify.annotations.Nullable;

/**
 * Something that a shard is to do, posted by any thread. It is its own node in the shard's queue,
 * so one is posted once.
 */
public abstract class Command {
    volatile @Nullable Command next;

    /** Runs on the shard's thread. */
    protected abstract void run();
}
