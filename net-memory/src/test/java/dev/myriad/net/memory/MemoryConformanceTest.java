package dev.myriad.net.memory;

import dev.myriad.net.Application;
import dev.myriad.net.NetConfig;
import dev.myriad.net.TestConnection;
import dev.myriad.net.Transport;
import dev.myriad.net.TransportConformance;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** The transport without a network does what those with one do. */
final class MemoryConformanceTest extends TransportConformance {
    private static final String NO_PORTS = "it listens at no port of any host";

    @Override
    public Transport start(NetConfig config, Application application) {
        return MemoryTransport.start(config, application);
    }

    @Override
    public TestConnection connect(Transport transport, int receiveBytes) {
        return PipeConnection.to((MemoryTransport) transport, receiveBytes);
    }

    @Test
    @Disabled(NO_PORTS)
    @Override
    public void aTakenPortIsRefusedInOneSentence() {}

    @Test
    @Disabled(NO_PORTS)
    @Override
    public void aSecondTransportOnItsPortIsRefusedToo() {}

    @Test
    @Disabled(NO_PORTS)
    @Override
    public void anUnknownHostIsRefusedInOneSentence() {}

    @Test
    @Disabled(NO_PORTS)
    @Override
    public void thePortIsFreeAgainAfterClose() {}
}
