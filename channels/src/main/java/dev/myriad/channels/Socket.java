package dev.myriad.channels;

import java.net.InetSocketAddress;
import java.util.Map;

/** A client's connection, which its channels share. Thread-safe. */
public abstract sealed class Socket permits SocketHandler {
    Socket() {}

    /** What {@link Connect} gave it; unmodifiable. */
    public abstract Map<String, Object> assigns();

    /** The client's address. */
    public abstract InetSocketAddress peer();
}
