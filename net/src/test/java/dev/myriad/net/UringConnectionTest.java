package dev.myriad.net;

import dev.myriad.net.uring.UringTransport;
import org.junit.jupiter.api.condition.EnabledIf;

/** Connections of WebSockets on io_uring, where the kernel allows it. */
@EnabledIf("isOffered")
final class UringConnectionTest extends ConnectionConformance {
    static boolean isOffered() {
        return UringTransport.obstacle().isEmpty();
    }

    @Override
    protected Transport start(Limits limits, Application application) {
        NetConfig config = new NetConfig("127.0.0.1", 0, 2, limits);
        return Transports.start(Transports.Kind.URING, config, application);
    }

    @Override
    protected Client connect(Transport transport, String id) {
        return WebSocketClient.open(transport, "/peer?id=" + id);
    }
}
