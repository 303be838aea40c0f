package dev.myriad.channels;

/**
 * Decides whether a client that is connected may stay, when it sends a new token: its event {@code
 * access_token} with {@code {"access_token": "..."}} in any channel, as supabase's {@code setAuth}
 * does it. Called on a virtual thread, for one token of a connection at a time: it may block. It is
 * interrupted, and the client refused, if it takes longer than {@link
 * dev.myriad.net.Limit#HANDSHAKE_MILLIS}; it is interrupted too when the connection has ended.
 */
@FunctionalInterface
public interface Renew {
    /**
     * Answers one client, usually with the same code as {@link Connect} does. {@code Ok} moves the
     * expiry to its own, never if it has none, and replaces {@link Socket#assigns}; the id must
     * stay the same. {@code Refused}, or an exception, leaves everything as it was, the expiry too.
     */
    ConnectResult renew(String token, Socket socket) throws Exception;
}
