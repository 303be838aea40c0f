package dev.myriad.net;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A listening port, the shards behind it and the connections that they own. Thread-safe.
 *
 * <p>Two serve in production: {@code uring} (Linux io_uring, plain Java) and, in a module of its
 * own, {@code netty} (epoll, kqueue or NIO); {@link Transports#start} picks one. A third, {@code
 * memory}, is for tests: it has no port, and clients in the same program. All three pass one
 * conformance suite. Long polling goes around any of them.
 */
public interface Transport extends AutoCloseable {
    /** {@code uring}, {@code netty}, or in tests {@code memory}. */
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
     * What went wrong for good with a part of it, while the others serve on: a sentence for the
     * operator; empty if all is well.
     */
    default Optional<String> trouble() {
        return Optional.empty();
    }

    /** Whether any part of it serves still. If none does, only another process helps. */
    default boolean isServing() {
        return true;
    }

    /**
     * Stops accepting, closes every connection with code 1012 (service restart), those that are not
     * upgraded included, and returns when all are gone or have been cut off. An interrupt ends the
     * drain at once. Further calls do nothing, and do not wait.
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
