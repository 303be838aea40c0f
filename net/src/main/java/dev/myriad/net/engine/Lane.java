package dev.myriad.net.engine;

/**
 * A place from which a shard sends: one ring, or one event loop. A shard has one or several.
 * Confined to its shard's thread.
 */
public interface Lane {
    /** Numbered from 0 over all shards of a transport. */
    int index();

    /** Whose it is. */
    Shard shard();

    /** The frames of the {@link #share} calls that follow. */
    void shareBegins(byte[] frames);

    /** Sends the current frames to one connection of this lane, or queues them. */
    void share(Wire wire);

    /** No more connections for these frames in this slice. */
    void shareEnds();
}
