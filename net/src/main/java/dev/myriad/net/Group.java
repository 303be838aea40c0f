package dev.myriad.net;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of connections of one transport that receive the same bytes. Thread-safe: every call is a
 * command to its members' {@linkplain Connection connections}; commands of one thread keep their
 * order, also with {@link Connection#send}. Only a call of a handler is different: there a direct
 * send is carried out at once, and what it asked of a group before may follow.
 *
 * <p>A large group is served in slices, and direct sends are served between two slices. So a direct
 * send may overtake the group's frames, never the reverse.
 */
public interface Group {
    /**
     * Sends frames to a connection and makes it a member, in one step: a client that has received
     * them gets all that is sent to the group from then on, and nothing that was sent before. A
     * member stays one, and a connection that has ended is left alone.
     *
     * @param firstFrames complete, unmasked WebSocket frames; may be empty
     */
    void add(Connection connection, byte[] firstFrames);

    /**
     * Adds a connection as above, with frames that others may share: a group with many members does
     * not copy them, and ends the receipt when they have left or the connection has ended.
     */
    default void add(Connection connection, List<byte[]> firstFrames, Receipt receipt) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        firstFrames.forEach(all::writeBytes);
        add(connection, all.toByteArray());
        receipt.begin();
        receipt.end();
    }

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
     * Sends complete, unmasked WebSocket frames to every member, in order, but not to {@code
     * except} if that is given, which need not be a member. Leaving one out costs nothing.
     */
    default void send(byte[] frames, @Nullable Connection except) {
        send(frames, except, new byte[0], null);
    }

    /**
     * Sends as above, and the one left out, if a member, gets other frames in their place.
     *
     * @param instead complete frames; may be empty
     * @param receipt ends when the frames have left, or at once where they are dropped
     */
    void send(
            byte[] frames, @Nullable Connection except, byte[] instead, @Nullable Receipt receipt);

    /**
     * Sends complete, unmasked WebSocket frames to every member on behalf of a connection. That
     * one, member or not, gets its own copy as by {@link Connection#send}, so in order with the
     * other direct sends to it.
     */
    void sendAs(Connection sender, byte[] frames);
}
