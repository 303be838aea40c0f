package dev.myriad.net;

import org.jspecify.annotations.Nullable;

/**
 * A set of connections that receive the same bytes. Thread-safe: every call is a command to the
 * shards; commands of one thread keep their order, also with {@link Connection#send}: after {@code
 * connection.send(reply); group.add(connection)} the reply leaves before any frame of the group.
 *
 * <p>A large group is served in slices, between which a shard answers direct sends, so a direct
 * send may overtake the group's frames, never the reverse.
 */
public interface Group {
    /** Adds a connection; one that is a member already, or closed, is left alone. */
    void add(Connection connection);

    /** Removes a connection; frames sent before that have not reached it yet are dropped. */
    void remove(Connection connection);

    /** Sends complete, unmasked WebSocket frames to every member, in order, but to one of them. */
    void send(byte[] frames, @Nullable Connection except);
}
