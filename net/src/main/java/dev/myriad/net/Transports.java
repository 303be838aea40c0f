package dev.myriad.net;

import dev.myriad.net.netty.NettyTransport;
import dev.myriad.net.uring.UringTransport;
import java.util.Optional;

/** Starts the transport that was asked for, or the best one that this machine offers. */
public final class Transports {
    private Transports() {}

    /** Which transport to start. */
    public enum Kind {
        AUTO,
        URING,
        NETTY
    }

    /**
     * Binds and serves.
     *
     * @throws NetException if the port is taken, or if {@code uring} was asked for and the kernel
     *     refuses it
     */
    public static Transport start(Kind kind, NetConfig config, Application application) {
        return switch (kind) {
            case NETTY -> NettyTransport.start(config, application, "asked for");
            case URING -> {
                Optional<String> obstacle = UringTransport.obstacle();
                if (obstacle.isPresent()) {
                    throw new NetException("io_uring cannot be used: " + obstacle.get());
                }
                yield UringTransport.start(config, application, "asked for");
            }
            case AUTO -> {
                Optional<String> obstacle = UringTransport.obstacle();
                yield obstacle.isEmpty()
                        ? UringTransport.start(config, application, "this kernel offers io_uring")
                        : NettyTransport.start(
                                config, application, "io_uring cannot be used: " + obstacle.get());
            }
        };
    }
}
