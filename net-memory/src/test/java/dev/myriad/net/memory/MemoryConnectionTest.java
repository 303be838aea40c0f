package dev.myriad.net.memory;

import dev.myriad.net.Application;
import dev.myriad.net.ConnectionConformance;
import dev.myriad.net.Limits;
import dev.myriad.net.NetConfig;
import dev.myriad.net.Transport;
import dev.myriad.net.WebSocketClient;

/** Connections of WebSockets without a network. */
final class MemoryConnectionTest extends ConnectionConformance {
    @Override
    protected Transport start(Limits limits, Application application) {
        return MemoryTransport.start(new NetConfig("127.0.0.1", 0, 2, limits), application);
    }

    @Override
    protected Client connect(Transport transport, String id) {
        PipeConnection pipe = PipeConnection.to((MemoryTransport) transport, 0);
        return WebSocketClient.open(pipe, "/peer?id=" + id);
    }
}
