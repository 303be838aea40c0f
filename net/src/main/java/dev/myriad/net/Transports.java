package dev.myriad.net;

import dev.myriad.net.engine.TransportProvider;
import dev.myriad.net.uring.Probe;
import dev.myriad.net.uring.UringException;
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
            case NETTY -> netty("Netty cannot be used: ", config, application, "asked for");
            case URING -> {
                Optional<String> obstacle = UringTransport.obstacle();
                if (obstacle.isPresent()) {
                    throw new NetException(unusable(obstacle.get()));
                }
                try {
                    yield UringTransport.start(config, application, "asked for");
                } catch (UringException e) {
                    throw new NetException(unusable(Probe.obstacle(e)), e);
                } catch (OutOfMemoryError e) {
                    throw new NetException(unusable(Probe.obstacle(e)), e);
                }
            }
            case AUTO -> best(config, application);
        };
    }

    private static Transport best(NetConfig config, Application application) {
        Optional<String> obstacle = UringTransport.obstacle();
        if (obstacle.isEmpty()) {
            try {
                return UringTransport.start(config, application, "this kernel offers io_uring");
            } catch (UringException e) { // it offers less than so many connections need
                obstacle = Optional.of(Probe.obstacle(e));
            } catch (OutOfMemoryError e) { // of threads, or of memory outside the heap
                obstacle = Optional.of(Probe.obstacle(e));
            }
        }
        String reason = unusable(obstacle.get());
        return netty(reason + "; ", config, application, reason);
    }

    private static Transport netty(
            String without, NetConfig config, Application application, String reason) {
        TransportProvider provider =
                netty().orElseThrow(() -> new NetException(without + ADD_NETTY));
        try {
            return provider.start(config, application, reason);
        } catch (OutOfMemoryError e) {
            throw new NetException(
                    without + "there is too little for Netty (" + e.getMessage() + ")", e);
        } catch (LinkageError e) { // what it needs was left out, or is of another version
            throw new NetException(
                    without + "Netty's own classes are not on the class path as they should: " + e,
                    e);
        }
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
