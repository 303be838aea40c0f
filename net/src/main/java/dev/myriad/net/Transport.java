package dev.myriad.net;

import java.net.InetSocketAddress;

/**
 * A listening port, the shards behind it and the connections that they own. Thread-safe.
 *
 * <p>There are two, which pass one conformance suite: {@code uring} (Linux io_uring, plain Java)
 * and, in a module of its own, {@code netty} (epoll, kqueue or NIO). {@link Transports#start} picks
 * one.
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
     * Stops accepting, closes every connection with code 1012 (service restart), those that are not
     * upgraded included, and returns when all are gone or have been cut off. An interrupt ends the
     * drain at once; while one is under way, further calls do nothing.
     */
    void close(Drain drain);

    /**
     * Closes all connections at once; those that are left after {@code graceMillis} are cut off.
     */
    default void close(int graceMillis) {
        close(Drain.atOnce(graceMillis));
    }

    @Override
    default void close() {
        close(2_000);
    }
}
