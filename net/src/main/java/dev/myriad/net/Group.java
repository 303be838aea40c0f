package dev.myriad.net;

import org.jspecify.annotations.Nullable;

/**
 * A set of connections of one transport that receive the same bytes. Thread-safe: every call is a
 * command to its members' {@linkplain Connection connections}; commands of one thread keep their
 * order, also with {@link Connection#send}.
 *
 * <p>A large group is served in slices, between which direct sends are, so a direct send may
 * overtake the group's frames, never the reverse.
 */
public interface Group {
    /**
     * Sends frames to a connection and makes it a member, in one step: whoever has received them
     * gets all that is sent to the group from then on, and nothing that was sent before. One that
     * is a member already stays one, and one that has ended is left alone.
     *
     * @param firstFrames complete, unmasked WebSocket frames; may be empty
     */
    void add(Connection connection, byte[] firstFrames);

    /** Adds a connection. */
    default void add(Connection connection) {
        add(connection, new byte[0]);
    }

    /**
     * Removes a connection: nothing that is sent from then on reaches it, and what was sent before
     * and has not reached it yet may be dropped. A connection that ends is removed by itself.
     */
    void remove(Connection connection);

    /**
     * Sends complete, unmasked WebSocket frames to every member, in order, but to one of them,
     * which need not be a member. It costs no more than a send to all.
     */
    void send(byte[] frames, @Nullable Connection except);

    /**
     * Sends complete, unmasked WebSocket frames to every member as one of them: the sender, member
     * or not, gets its copy as by {@link Connection#send}, so in order with what it is sent
     * directly.
     */
    void sendAs(Connection sender, byte[] frames);
}
