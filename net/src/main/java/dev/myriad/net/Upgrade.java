package dev.myriad.net;

import java.net.InetSocketAddress;
import java.util.Optional;

/** The pending answer to one upgrade request. Thread-safe; the first answer counts. */
public interface Upgrade {
    /** Accepts: 101, after which {@code handler} has the connection. */
    void accept(ConnectionHandler handler, Optional<String> subprotocol);

    /** Refuses with an HTTP status; the connection may go on to its next request. */
    void refuse(int status, String body);

    /** The client's address. */
    InetSocketAddress peer();
}
