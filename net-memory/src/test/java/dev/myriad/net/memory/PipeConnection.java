package dev.myriad.net.memory;

import dev.myriad.net.TestConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A client's end of a connection in memory. Used by one thread at a time. */
record PipeConnection(MemorySocket socket) implements TestConnection {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    static PipeConnection to(MemoryTransport transport, int receiveBytes) {
        return new PipeConnection(
                receiveBytes == 0
                        ? transport.open(MemoryTransport.LOOPBACK)
                        : transport.open(MemoryTransport.LOOPBACK, receiveBytes));
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        socket.write(bytes);
    }

    @Override
    public int read(byte[] into) throws IOException {
        return socket.read(into, PATIENCE);
    }

    @Override
    public void shutdownOutput() {
        socket.shutdownOutput();
    }

    @Override
    public void reset() {
        socket.reset();
    }

    @Override
    public void close() {
        socket.close();
    }

    @Override
    public InetSocketAddress localAddress() {
        return socket.address();
    }
}
