package dev.myriad.cluster;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The bus on NATS. It connects again for as long as it lives, and keeps nothing for later: what
 * cannot be sent now is dropped, since a stale message is worse than a missing one. Thread-safe.
 */
final class NatsBus implements Bus {
    private static final Line AWAY =
            Log.of(NatsCluster.class)
                    .warning("no connection to NATS: only this node's own clients hear each other");
    private static final Line THERE = Log.of(NatsCluster.class).info("connected to {}").eachTime();
    private static final Line SLOW =
            Log.of(NatsCluster.class).warning("too much comes from NATS: some of it is dropped");
    private static final Line ERROR = Log.of(NatsCluster.class).warning("NATS says: {}");

    private static final Duration FIRST_CONNECTION = Duration.ofSeconds(2);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final Duration AGAIN = Duration.ofMillis(250);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int WAITING_MAX = 1 << 17;
    private static final long WAITING_BYTES_MAX = 64 << 20;
    private static final long COMING_MAX = 1 << 20;
    private static final long COMING_BYTES_MAX = 128 << 20;

    private final Options.Builder options;
    private final Set<String> subjects = ConcurrentHashMap.newKeySet();
    private final CountDownLatch first = new CountDownLatch(1);
    private final LongAdder discarded = new LongAdder();
    private volatile @Nullable Connection connection;
    private volatile @Nullable Dispatcher dispatcher;

    /** What connects, or holds the connection. */
    private volatile @Nullable Thread connecting;

    /** Whether it is connected, as far as the log says. */
    private final AtomicBoolean there = new AtomicBoolean();

    /** What waited to be sent at the last look, and what was taken since. */
    private volatile long waiting;

    private volatile long waitingBytes;
    private final AtomicLong waitingSince = new AtomicLong();
    private volatile boolean closed;

    /**
     * @param options whom to connect to, and how; the rest is set here
     */
    NatsBus(Options.Builder options) {
        this.options =
                options.noEcho()
                        .reconnectBufferSize(0)
                        .maxReconnects(-1)
                        .reconnectWait(Duration.ofMillis(100))
                        .reconnectJitter(Duration.ofMillis(50))
                        .pingInterval(Duration.ofSeconds(1))
                        .maxPingsOut(16)
                        .maxMessagesInOutgoingQueue(WAITING_MAX)
                        .discardMessagesWhenOutgoingQueueFull()
                        .errorListener(new Errors());
    }

    @Override
    public void start(Listener listener) {
        connect(listener);
        try {
            if (!first.await(FIRST_CONNECTION.toMillis(), TimeUnit.MILLISECONDS)) {
                AWAY.tell();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * On a thread of its own: tries until it is connected, from when on the client does, and then
     * looks how much waits to be sent. Nobody else may: the client answers that under a lock that
     * it holds while it connects.
     */
    private void connect(Listener listener) {
        connecting =
                Thread.ofVirtual()
                        .name("myriad-nats")
                        .start(
                                () -> {
                                    while (!closed && !isConnected(listener)) {
                                        LockSupport.parkNanos(AGAIN.toNanos());
                                    }
                                    Connection made = connection;
                                    while (!closed && made != null && made == connection) {
                                        waitingSince.set(0);
                                        waitingBytes = made.outgoingPendingBytes();
                                        waiting = made.outgoingPendingMessageCount();
                                        LockSupport.parkNanos(LOOK.toNanos());
                                    }
                                });
    }

    private boolean isConnected(Listener listener) {
        try {
            Connection made =
                    Nats.connect(options.connectionListener(new Events(listener)).build());
            begin(made, listener);
            return true;
        } catch (IOException | IllegalStateException e) {
            return false;
        } catch (InterruptedException e) {
            return closed;
        }
    }

    private final class Events implements ConnectionListener {
        private final Listener listener;

        Events(Listener listener) {
            this.listener = listener;
        }

        @Override
        @SuppressWarnings("deprecation") // the newer one has a default that calls this
        public void connectionEvent(Connection from, ConnectionListener.Events event) {
            switch (event) {
                case RESUBSCRIBED -> {
                    there.set(true);
                    THERE.tell(String.valueOf(from.getConnectedUrl()));
                    listener.connected();
                }
                case DISCONNECTED -> { // also each time that it cannot connect again
                    if (there.getAndSet(false) && !closed) {
                        AWAY.tell();
                        listener.disconnected();
                    }
                }
                case CLOSED -> { // it was refused twice, and the client gives up: this does not
                    if (!closed && connection == from) {
                        connection = null;
                        dispatcher = null;
                        connect(listener);
                    }
                }
                case LAME_DUCK -> {
                    try {
                        from.forceReconnect();
                    } catch (IOException | InterruptedException e) {
                        ERROR.tell(String.valueOf(e));
                    }
                }
                default -> {}
            }
        }
    }

    /** A new connection hears what is wanted; the listener is told when no lock is held. */
    private void begin(Connection made, Listener listener) {
        Dispatcher with = made.createDispatcher(message -> listener.received(message.getData()));
        with.setPendingLimits(COMING_MAX, COMING_BYTES_MAX);
        synchronized (this) {
            subjects.forEach(with::subscribe);
            dispatcher = with;
            connection = made;
        }
        there.set(true);
        THERE.tell(String.valueOf(made.getConnectedUrl()));
        listener.connected();
        first.countDown();
        if (closed) {
            close();
        }
    }

    private final class Errors implements ErrorListener {
        @Override
        public void errorOccurred(Connection from, String error) {
            ERROR.tell(error);
        }

        @Override
        public void exceptionOccurred(Connection from, Exception failure) {
            if (there.get()) { // else it has been said that there is no connection
                ERROR.tell(String.valueOf(failure));
            }
        }

        @Override
        public void slowConsumerDetected(Connection from, Consumer consumer) {
            SLOW.tell();
        }

        @Override
        public void messageDiscarded(Connection from, Message message) {
            discarded.increment();
        }
    }

    @Override
    public boolean publish(String subject, byte[] message) {
        Connection to = connection;
        if (to == null
                || to.getStatus() != Connection.Status.CONNECTED
                || waitingBytes + waitingSince.get() > WAITING_BYTES_MAX) {
            return false;
        }
        waitingSince.addAndGet(message.length);
        try {
            to.publish(subject, message);
            return true;
        } catch (IllegalStateException | IllegalArgumentException e) { // just lost, or too large
            return false;
        }
    }

    @Override
    public synchronized boolean subscribe(String subject) {
        Dispatcher with = dispatcher;
        try {
            if (subjects.add(subject) && with != null && !closed) {
                with.subscribe(subject);
            }
            return true;
        } catch (IllegalStateException e) { // too much waits, or the connection is just closed
            subjects.remove(subject);
            return false;
        }
    }

    @Override
    public synchronized void unsubscribe(String subject) {
        Dispatcher with = dispatcher;
        try {
            if (subjects.remove(subject) && with != null && !closed) {
                with.unsubscribe(subject);
            }
        } catch (IllegalStateException e) {
            ERROR.tell(String.valueOf(e)); // it is heard on, and nobody here wants it
        }
    }

    @Override
    public boolean isConnected() {
        Connection to = connection;
        return to != null && to.getStatus() == Connection.Status.CONNECTED;
    }

    @Override
    public boolean answers(Duration within) {
        Connection to = connection;
        if (to == null || !isConnected()) {
            return false;
        }
        try {
            to.flush(within);
            return isConnected(); // a flush without a connection returns, too
        } catch (TimeoutException | IllegalStateException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public long waiting() {
        return waiting;
    }

    @Override
    public long discarded() {
        return discarded.sum();
    }

    @Override
    public void close() {
        closed = true;
        Thread trying = connecting;
        if (trying != null && connection == null) {
            trying.interrupt();
        }
        Connection to = connection;
        if (to == null) {
            return;
        }
        try {
            to.flush(LAST_WORDS);
        } catch (TimeoutException | IllegalStateException e) {
            ERROR.tell(String.valueOf(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(to);
        }
    }

    private static void end(Connection connection) {
        boolean interrupted = Thread.interrupted(); // else it would not be closed
        try {
            connection.close();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
