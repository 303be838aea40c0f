package dev.myriad.net;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The pending answer to a client that wants a connection. Thread-safe; the first answer counts. If
 * none has come after {@link Limit#HANDSHAKE_MILLIS} the client is answered 408.
 */
public interface Upgrade {
    /**
     * Accepts: {@code handler} has the connection from now on. A WebSocket's client is answered
     * 101; one that polls gets a session, and hears of no subprotocol.
     */
    void accept(ConnectionHandler handler, Optional<String> subprotocol);

    /** Refuses with an HTTP status; the connection may go on to its next request. */
    void refuse(int status, String body);

    /** The client's address. */
    InetSocketAddress peer();
}
