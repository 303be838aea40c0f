package dev.myriad.net;

import dev.myriad.net.uring.UringTransport;
import org.junit.jupiter.api.condition.EnabledIf;

/** The io_uring transport, where the kernel allows it. */
@EnabledIf("isOffered")
final class UringConformanceTest extends TransportConformance {
    static boolean isOffered() {
        return UringTransport.obstacle().isEmpty();
    }

    @Override
    public Transport start(NetConfig config, Application application) {
        return Transports.start(Transports.Kind.URING, config, application);
    }
}
