package dev.myriad.net;

import java.net.InetSocketAddress;

/**
 * A listening port, the shards behind it and the connections that they own. Thread-safe.
 *
 * <p>Two implementations pass one conformance suite: {@code uring} (Linux io_uring, plain Java) and
 * {@code netty} (epoll, kqueue or NIO). {@link Transports#start} picks one.
 */
public interface Transport extends AutoCloseable {
    /** {@code uring} or {@code netty}. */
    String name();

    /** Why this transport serves, in one sentence for the operator. */
    String reason();

    /** Where it listens. */
    InetSocketAddress address();

    /** A new, empty group, whose members may be any connections of this transport. */
    Group group();

    /** Counters since the start. */
    NetStats stats();

    /**
     * Stops accepting, closes every connection with code 1012 (service restart), and returns when
     * all are gone or {@code graceMillis} has passed.
     */
    void close(long graceMillis);

    @Override
    default void close() {
        close(2_000);
    }
}
