package dev.myriad.net;

import dev.myriad.protocol.RequestHead;

/** What listens behind a transport: it accepts upgrades and answers other HTTP requests. */
public interface Application {
    /**
     * A client that wants a connection: a WebSocket upgrade, already checked for form, or the first
     * request of one that polls. Called on a shard thread, the latter on a virtual one: it must not
     * block, but may answer through {@code upgrade} later and from any thread.
     */
    void upgrade(RequestHead request, Upgrade upgrade);

    /**
     * Any other request. Called on a virtual thread: it may block. What it throws, null and what
     * cannot be sent is logged and answered 500.
     *
     * <p>Of an answer to HEAD the body is counted and not sent. Nobody has to know HEAD and
     * OPTIONS: where they are answered 404, 405 or 501, GET is asked instead of HEAD, and OPTIONS
     * is answered 204, unless there is nothing for GET either.
     */
    HttpAnswer http(HttpQuestion question);
}
