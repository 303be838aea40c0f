package dev.myriad.net.engine;

import dev.myriad.net.Application;
import dev.myriad.net.NetConfig;
import dev.myriad.net.Transport;

/**
 * A transport of another module, found by {@link java.util.ServiceLoader}. Thread-safe, with a
 * public constructor.
 */
public interface TransportProvider {
    /** What {@link Transport#name} will be. */
    String name();

    /**
     * Binds and serves.
     *
     * @param reason why this transport, for {@link Transport#reason}
     * @throws dev.myriad.net.NetException if it cannot listen there
     */
    Transport start(NetConfig config, Application application, String reason);
}
