package dev.myriad.net;

import dev.myriad.protocol.RequestHead;

/**
 * What listens behind a transport: it accepts upgrades and answers other HTTP requests.
 * Thread-safe: it is called by all shard threads and by many virtual threads at once.
 */
public interface Application {
    /**
     * Lets a client in or refuses it. The request is a well-formed WebSocket upgrade, or the first
     * request of a client that polls. Called on a shard thread for the former and on a virtual
     * thread for the latter; in either case it must not block. The answer may be given through
     * {@code upgrade} later, and by any thread.
     */
    void upgrade(RequestHead request, Upgrade upgrade);

    /**
     * Whether a request that asks for a WebSocket, but is no handshake (it has another method, no
     * key or another version), is addressed to one, and so refused; if not, its wish is ignored and
     * {@link #http} answers it. Called on a shard thread: it must not block.
     */
    default boolean upgrades(RequestHead request) {
        return true;
    }

    /**
     * Any other request. Called on a virtual thread: it may block. What it throws, null and what
     * cannot be sent is logged and answered 500.
     *
     * <p>Of an answer to HEAD the body is counted and not sent. Nobody has to know HEAD: where it
     * is answered 404, 405 or 501, GET is asked instead. Nor OPTIONS, where they are answered 405
     * with {@code allow}: the client gets 204 with these methods. {@code OPTIONS *} is about the
     * server as a whole, and does not come here.
     *
     * <p>A transport that closes meanwhile waits for the answer, as long as its {@link Drain}
     * allows, and sends it as the connection's last; after that the connection is cut off, and the
     * answer goes nowhere. The thread is not interrupted.
     */
    HttpAnswer http(HttpQuestion question);
}
