package dev.myriad.net;

import dev.myriad.net.engine.TransportProvider;
import dev.myriad.net.uring.UringTransport;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Starts the transport that was asked for, or the best one that there is. Thread-safe: no state.
 *
 * <p>The transport on io_uring is in this module, and serves where Linux lets it; the one on Netty
 * is found if {@code myriad-net-netty} is on the class path.
 */
public final class Transports {
    private static final String ADD_NETTY =
            "add dev.myriad:myriad-net-netty to the class path to serve by Netty";

    private Transports() {}

    /** Which transport to start. */
    public enum Kind {
        /** io_uring where it can be used, else Netty. */
        AUTO,
        URING,
        NETTY
    }

    /**
     * Binds and serves.
     *
     * @throws NetException if the port is taken, or if no transport of that kind can be had
     */
    public static Transport start(Kind kind, NetConfig config, Application application) {
        return switch (kind) {
            case NETTY ->
                    netty().orElseThrow(() -> new NetException("Netty is not here: " + ADD_NETTY))
                            .start(config, application, "asked for");
            case URING -> {
                Optional<String> obstacle = UringTransport.obstacle();
                if (obstacle.isPresent()) {
                    throw new NetException(unusable(obstacle.get()));
                }
                yield UringTransport.start(config, application, "asked for");
            }
            case AUTO -> best(config, application);
        };
    }

    private static Transport best(NetConfig config, Application application) {
        Optional<String> obstacle = UringTransport.obstacle();
        if (obstacle.isEmpty()) {
            return UringTransport.start(config, application, "this kernel offers io_uring");
        }
        String reason = unusable(obstacle.get());
        return netty().orElseThrow(() -> new NetException(reason + "; " + ADD_NETTY))
                .start(config, application, reason);
    }

    private static String unusable(String obstacle) {
        return "io_uring cannot be used: " + obstacle;
    }

    /** Of the loader that has this class: a thread's own may know neither. */
    private static Optional<TransportProvider> netty() {
        return ServiceLoader.load(TransportProvider.class, Transports.class.getClassLoader())
                .stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals("netty"))
                .findFirst();
    }
}
