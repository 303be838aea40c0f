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
     * Whether there is a WebSocket at the address of a request that asks for one but is no
     * handshake: it has another method, no key or another version. If so it is refused; if not, its
     * wish to upgrade is ignored, and {@link #http} answers it. Called on a shard thread: it must
     * not block.
     */
    default boolean upgrades(RequestHead request) {
        return true;
    }

    /**
     * Answers any other request. Called on a virtual thread: it may block. If it throws, returns
     * null or returns what cannot be sent, that is logged and the client is answered 500.
     *
     * <p>HEAD and OPTIONS need no code here. If this answers HEAD with 404, 405 or 501, it is
     * called again with GET; of an answer to HEAD the length of the body is told, and the body is
     * not sent. If this answers OPTIONS with 405 and {@code allow}, the client gets 204 with those
     * methods. {@code OPTIONS *} is about the server as a whole, and does not come here.
     *
     * <p>A transport that closes meanwhile waits for the answer, as long as its {@link Drain}
     * allows, and sends it as the connection's last; after that the connection is cut off, and the
     * answer goes nowhere. The thread is not interrupted.
     */
    HttpAnswer http(HttpQuestion question);
}
