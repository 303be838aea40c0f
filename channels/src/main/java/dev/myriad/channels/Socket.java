package dev.myriad.channels;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/** A client's connection, which its channels share. Thread-safe. */
public abstract sealed class Socket permits SocketHandler {
    Socket() {}

    /** What {@link Connect} gave it, or the last {@link Renew}; unmodifiable. */
    public abstract Map<String, Object> assigns();

    /** By which {@link Endpoint#disconnect} finds it, if {@link Connect} gave it one. */
    public abstract Optional<String> id();

    /** The client's address. */
    public abstract InetSocketAddress peer();

    /** The client's address, and the id if there is one. */
    @Override
    public String toString() {
        return "Socket[" + peer() + id().map(id -> ", " + id).orElse("") + "]";
    }
}
