package dev.myriad.bench;

/**
 * Knows what the clients of a thread have to do with what a topic tells them, where that is more
 * than to count it. Called by that thread.
 */
interface Follower {
    /** Clients number their own pushes from here on, up to {@link Messages#ECHO_REF}. */
    int FIRST_REF = 4;

    /** The frame with which a client joins. */
    byte[] join(ClientRing ring, int slot);

    /** A client has joined; the answer is between two indices. */
    default void joined(ClientRing ring, int slot, byte[] bytes, int from, int to) {}

    /** A broadcast. */
    void heard(ClientRing ring, int slot, byte[] bytes, int from, int to);

    /** A broadcast that came in pieces. */
    void heard(ClientRing ring, int slot, SharedFrame frame);

    /** The answer to a push of the client's own, or what else has its ref. */
    default void answered(ClientRing ring, int slot, int ref, byte[] bytes, int from, int to) {}

    /** A client that was cut off has left its slot, and may connect again. */
    default void gone(ClientRing ring, int slot) {}

    /** Where large messages are kept. */
    SharedFrames frames();
}
