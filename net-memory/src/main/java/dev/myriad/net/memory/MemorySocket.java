package dev.myriad.net.memory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The client's end of a connection: bytes out, bytes in, as a socket has them. Thread-safe, for one
 * thread that writes and one that reads.
 */
public final class MemorySocket implements AutoCloseable {
    private final MemoryWire wire;
    private final InetSocketAddress address;

    MemorySocket(MemoryWire wire) {
        this.wire = wire;
        this.address = wire.peer();
    }

    /** The address of this end, whatever a proxy says for whom it asks. */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Sends bytes; waits while many are on their way.
     *
     * @throws IOException if the server has closed the connection
     */
    public void write(byte[] bytes) throws IOException {
        wire.inbound().write(bytes.clone());
    }

    /**
     * Waits for bytes; returns how many came, -1 if the server has closed the connection.
     *
     * @throws java.net.SocketTimeoutException if none come in time
     */
    public int read(byte[] into, Duration patience) throws IOException {
        return wire.outbound().read(into, patience);
    }

    /**
     * Reads nothing from now on, until {@link #release}: what the server sends waits, here and then
     * with the server, up to {@link dev.myriad.net.Limit#OUTBOUND_BYTES_MAX}.
     */
    public void hold() {
        wire.outbound().hold();
    }

    /** Reads again. */
    public void release() {
        wire.outbound().release();
    }

    /** Sends no more; what the server sends can still be read. */
    public void shutdownOutput() {
        wire.inbound().end();
    }

    /** Vanishes; what is on its way is lost. */
    public void reset() {
        wire.inbound().clear();
        wire.outbound().clear();
        close();
        wire.resetSoon();
    }

    /** Closes the connection; what was sent arrives, and what has come can be read. */
    @Override
    public void close() {
        wire.outbound().refuse();
        wire.inbound().end();
    }
}
