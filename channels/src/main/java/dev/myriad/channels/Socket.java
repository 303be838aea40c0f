package dev.myriad.channels;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/** A client's connection, which its channels share. Thread-safe. */
public interface Socket {
    /** What {@link Connect} gave it, or the last {@link Renew}; unmodifiable. */
    Map<String, Object> assigns();

    /** By which {@link Endpoint#disconnect} finds it, if {@link Connect} gave it one. */
    Optional<String> id();

    /** The client's address. */
    InetSocketAddress peer();
}
