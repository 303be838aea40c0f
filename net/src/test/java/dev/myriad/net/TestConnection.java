package dev.myriad.net;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A client's end of a connection, on whatever carries its bytes. Used by one thread at a time. */
public interface TestConnection {
    void write(byte[] bytes) throws IOException;

    /** Waits for bytes, not for ever; returns how many came, -1 at the end. */
    int read(byte[] into) throws IOException;

    /** Ends its output; it can still read. */
    void shutdownOutput() throws IOException;

    /** Vanishes with a reset. */
    void reset() throws IOException;

    /** Ends it both ways. */
    void close() throws IOException;

    InetSocketAddress localAddress();
}
