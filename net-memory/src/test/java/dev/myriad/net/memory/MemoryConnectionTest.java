package dev.myriad.net.memory;

import dev.myriad.net.Application;
import dev.myriad.net.ConnectionConformance;
import dev.myriad.net.Limits;
import dev.myriad.net.NetConfig;
import dev.myriad.net.Transport;
import dev.myriad.net.WebSocketClient;

/** Connections of WebSockets in memory. */
final class MemoryConnectionTest extends ConnectionConformance {
    @Override
    protected Transport start(Limits limits, Application application) {
        return MemoryTransport.start(new NetConfig("localhost", 0, 2, limits), application);
    }

    @Override
    protected Client connect(Transport transport, String id) {
        return WebSocketClient.open(
                PipeConnection.to((MemoryTransport) transport, 0), "/peer?id=" + id);
    }
}
