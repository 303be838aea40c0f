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
     * Answers any other request. Called on a virtual thread: it may block. If it throws, returns
     * null or returns what cannot be sent, that is logged and the client is answered 500.
     *
     * <p>HEAD and OPTIONS need no code here. If this answers HEAD with 404, 405 or 501, it is
     * called again with GET. Of an answer to HEAD the length of the body is told, and the body is
     * not sent. If this answers OPTIONS with 404, 405 or 501, the client gets 204 with the methods
     * in {@code allow}; but it gets the 404 if GET is answered 404 as well.
     */
    HttpAnswer http(HttpQuestion question);
}
