package dev.myriad.net;

import dev.myriad.protocol.RequestHead;

/** What listens behind a transport: it accepts upgrades and answers other HTTP requests. */
public interface Application {
    /**
     * A WebSocket upgrade, already checked for form. Called on a shard thread: it must not block,
     * but may answer through {@code upgrade} later and from any thread.
     */
    void upgrade(RequestHead request, Upgrade upgrade);

    /** Any other request. Called on a virtual thread: it may block. */
    HttpAnswer http(HttpQuestion question);
}
