package dev.myriad.channels;

import dev.myriad.protocol.RequestHead;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What is known about a client that wants to connect. Immutable, so thread-safe.
 *
 * @param request its upgrade request, or the one with which it began to poll
 * @param peer its address
 */
public record ConnectInfo(RequestHead request, InetSocketAddress peer) {
    /** How a client of long polling sends its token; a WebSocket has a subprotocol for it. */
    private static final String LONG_POLL_HEADER = "x-phoenix-authtoken";

    /**
     * What the client was given as option {@code authToken}, which unlike a query parameter does
     * not show in the logs of proxies; empty if it sent none or one that is malformed. Nobody has
     * verified it: that is for {@link Token#verify} or your own code.
     */
    public Optional<String> authToken() {
        return Subprotocols.authToken(request)
                .or(() -> request.header(LONG_POLL_HEADER).filter(token -> !token.isEmpty()));
    }
}
