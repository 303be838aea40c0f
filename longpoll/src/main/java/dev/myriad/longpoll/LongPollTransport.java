package dev.myriad.longpoll;

import dev.myriad.net.Application;
import dev.myriad.net.Drain;
import dev.myriad.net.Group;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import dev.myriad.net.NetStats;
import dev.myriad.net.Transport;
import dev.myriad.protocol.RequestHead;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * A transport that serves clients that poll beside those of another transport, whose HTTP they use:
 * a session is opened by a GET, the client fetches messages by further ones, each of which waits
 * for some, and sends its own by POST. Thread-safe.
 *
 * <p>To the application a session is a connection like any other: it comes by {@link
 * Application#upgrade}, its {@link dev.myriad.net.Connection} keeps the same contract, and the
 * groups of this transport take members of both kinds. Its requests are served on virtual threads.
 *
 * <p>Sessions count like connections, apart from them: as many in all, and as many of one address,
 * as {@link Limits} allows connections.
 */
public final class LongPollTransport implements Transport {
    private final Transport inner;
    private final Sessions sessions;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LongPollTransport(Transport inner, Sessions sessions) {
        this.inner = inner;
        this.sessions = sessions;
    }

    /**
     * Starts a transport with polling around it.
     *
     * @param routes whether a request is one to a path where clients may poll. Called on shard
     *     threads too: it must not block
     * @param memory what clients may make it hold: that of the other transport
     * @param starter starts the transport for the application that it is given
     */
    public static LongPollTransport start(
            Function<RequestHead, Optional<LongPollRoute>> routes,
            Limits limits,
            Memory memory,
            Application application,
            Function<Application, Transport> starter) {
        Sessions sessions = new Sessions(limits, memory);
        return new LongPollTransport(
                starter.apply(new PollingApplication(application, routes, sessions)), sessions);
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public String reason() {
        return inner.reason();
    }

    @Override
    public InetSocketAddress address() {
        return inner.address();
    }

    @Override
    public Group group() {
        return new PolledGroup(inner.group(), sessions.counters());
    }

    /** Those of the other transport; the requests of clients that poll are among them. */
    @Override
    public NetStats stats() {
        return inner.stats();
    }

    @Override
    public Optional<String> trouble() {
        return inner.trouble();
    }

    @Override
    public boolean isServing() {
        return inner.isServing();
    }

    /** Counters of the clients that poll. */
    public LongPollStats longPollStats() {
        return sessions.stats();
    }

    /**
     * Lets nobody in any more, ends the sessions at the pace of the drain while it still listens,
     * since a client learns of the end by its next request, and then closes the other transport in
     * what is left of the drain's deadline.
     */
    @Override
    public void close(Drain drain) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        long startNanos = System.nanoTime();
        try {
            sessions.drain(drain);
        } finally {
            long passedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
            long leftMillis = Math.max(0, drain.deadlineMillis() - passedMillis);
            inner.close(drain.withDeadlineMillis((int) leftMillis));
            sessions.end();
        }
    }
}
