package dev.myriad.net.engine;

import org.jspecify.annotations.Nullable;

/** One request to a shard from any thread; it is its own node in the shard's queue. */
public abstract class Command {
    volatile @Nullable Command next;

    /** Runs on the shard's thread. */
    protected abstract void run();
}
