package dev.myriad.cluster;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    private static final Duration AGAIN = Duration.ofMillis(100);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final String SEQUENCE = "Nats-Sequence";
    private static final String PREVIOUS = "Nats-Last-Sequence";
    private static final long PAYLOAD_USUAL = 1 << 20;
    private static final int WAITING_MAX = 1 << 17;
    private static final long WAITING_BYTES_MAX = 64 << 20;
    private static final long COMING_MAX = 1 << 20;
    private static final long COMING_BYTES_MAX = 128 << 20;

    /** Where a log tells what it has stored, and what became of this node's messages. */
    private record LogPlaces(LogKind log, String told, String acknowledged) {}

    private final Options.Builder options;
    private final List<LogPlaces> logs = new CopyOnWriteArrayList<>();
    private final Set<String> subjects = ConcurrentHashMap.newKeySet();
    private final CountDownLatch first = new CountDownLatch(1);
    private final LongAdder discarded = new LongAdder();
    private volatile @Nullable Connection connection;
    private volatile @Nullable Dispatcher dispatcher;

    /** What connects, or holds the connection. */
    private volatile @Nullable Thread connecting;

    /** Counts the connections, and their ends. */
    private volatile long session;

    /** What waited to be sent at the last look, and what was taken since. */
    private volatile long waiting;

    private volatile long waitingBytes;
    private final AtomicLong waitingSince = new AtomicLong();
    private volatile boolean closed;
    private volatile long payloadMax = PAYLOAD_USUAL;

    /**
     * @param options whom to connect to, and how; the rest is set here
     */
    NatsBus(Options.Builder options) {
        this.options =
                options.noEcho()
                        .noReconnect()
                        .pingInterval(Duration.ofSeconds(1))
                        .maxPingsOut(16)
                        .maxMessagesInOutgoingQueue(WAITING_MAX)
                        .discardMessagesWhenOutgoingQueueFull();
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
     * On a thread of its own: holds a connection as long as it lives, looks how much waits to be
     * sent, and makes another. The client could go on by itself, but it would send what waited
     * while there was no connection.
     */
    private void connect(Listener listener) {
        connecting = Thread.ofVirtual().name("myriad-nats").start(() -> keepConnected(listener));
    }

    private void keepConnected(Listener listener) {
        while (!closed) {
            try {
                Connection made =
                        Nats.connect(
                                options.connectionListener(new Events())
                                        .errorListener(new Errors(listener))
                                        .build());
                try {
                    begin(made, listener);
                    lookAfter(made);
                } finally {
                    if (!closed) {
                        lost(made, listener);
                    }
                }
            } catch (InterruptedException e) {
                return;
            } catch (Throwable fault) { // most likely there is no server, or no memory
                LockSupport.parkNanos(AGAIN.toNanos());
            }
        }
    }

    private void lookAfter(Connection made) {
        while (!closed && made.getStatus() == Connection.Status.CONNECTED) {
            waitingSince.set(0);
            waitingBytes = made.outgoingPendingBytes();
            waiting = made.outgoingPendingMessageCount();
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** Nothing more comes by that connection, even if it is still on its way to the listener. */
    private void lost(Connection made, Listener listener) throws InterruptedException {
        synchronized (this) {
            connection = null;
            dispatcher = null;
            session++;
        }
        AWAY.tell();
        listener.disconnected();
        made.close();
    }

    /** A server that is going to end is left at once. */
    private static final class Events implements ConnectionListener {
        @Override
        @SuppressWarnings("deprecation") // the newer one has a default that calls this
        public void connectionEvent(Connection from, ConnectionListener.Events event) {
            if (event == ConnectionListener.Events.LAME_DUCK) {
                Thread _ = Thread.ofVirtual().start(() -> end(from));
            }
        }
    }

    /** A new connection hears what is wanted; the listener is told when no lock is held. */
    private void begin(Connection made, Listener listener) {
        synchronized (this) {
            long mine = ++session;
            Dispatcher with =
                    made.createDispatcher(
                            message -> {
                                if (session == mine) {
                                    take(message, listener);
                                }
                            });
            with.setPendingLimits(COMING_MAX, COMING_BYTES_MAX);
            subjects.forEach(with::subscribe);
            payloadMax = made.getMaxPayload();
            dispatcher = with;
            connection = made;
        }
        THERE.tell(ServerAddress.shown(String.valueOf(made.getConnectedUrl())));
        listener.connected();
        first.countDown();
        if (closed) {
            close();
        }
    }

    private void take(Message message, Listener listener) {
        String subject = message.getSubject();
        for (LogPlaces log : logs) {
            if (subject.startsWith(log.told)) {
                logged(log.log, message, listener);
                return;
            }
            if (subject.startsWith(log.acknowledged)) {
                long id = Long.parseLong(subject.substring(log.acknowledged.length()));
                listener.acknowledged(log.log, id, place(message));
                return;
            }
        }
        listener.received(message.getData());
    }

    private static void logged(LogKind log, Message message, Listener listener) {
        Headers headers = message.getHeaders();
        if (headers != null && headers.containsKey(SEQUENCE)) {
            listener.logged(
                    log,
                    Long.parseLong(headers.getFirst(SEQUENCE)),
                    Long.parseLong(headers.getFirst(PREVIOUS)),
                    message.getData());
        }
    }

    private static long place(Message answer) {
        if (answer.isStatusMessage()) { // there is nobody who stores anything
            return 0;
        }
        try {
            return new PublishAck(answer).getSeqno();
        } catch (IOException | JetStreamApiException e) {
            ERROR.tell(String.valueOf(e.getMessage()));
            return 0;
        }
    }

    private final class Errors implements ErrorListener {
        private final Listener listener;

        Errors(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void errorOccurred(Connection from, String error) {
            ERROR.tell(error);
        }

        @Override
        public void exceptionOccurred(Connection from, Exception failure) {
            if (isConnected()) { // else it has been said that there is no connection
                ERROR.tell(String.valueOf(failure));
            }
        }

        @Override
        public void slowConsumerDetected(Connection from, Consumer consumer) {
            SLOW.tell();
            listener.overrun();
        }

        @Override
        public void messageDiscarded(Connection from, Message message) {
            discarded.increment();
        }
    }

    @Override
    public boolean publish(String subject, byte[] message) {
        return send(connection, message.length, to -> to.publish(subject, message));
    }

    /** The same, with headers, for an answer, and only by one connection. */
    boolean publish(long wanted, String subject, String answer, Headers headers, byte[] message) {
        Connection to = connection;
        return session == wanted // read after the connection: it is that one's, or a later
                && send(to, message.length, it -> it.publish(subject, answer, headers, message));
    }

    /** Gives a message to the client. */
    @FunctionalInterface
    private interface Sending {
        void accept(Connection to);
    }

    private boolean send(@Nullable Connection to, int length, Sending sending) {
        if (to == null
                || to.getStatus() != Connection.Status.CONNECTED
                || waiting > WAITING_MAX / 2 // else the client drops some and does not say so
                || waitingBytes + waitingSince.get() > WAITING_BYTES_MAX) {
            return false;
        }
        waitingSince.addAndGet(length);
        try {
            uninterrupted(() -> sending.accept(to));
            return true;
        } catch (IllegalStateException | IllegalArgumentException e) { // just lost, or too large
            return false;
        }
    }

    /** For a thread that is interrupted the client would do nothing, and not say so. */
    private static void uninterrupted(Runnable action) {
        boolean interrupted = Thread.interrupted();
        try {
            action.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public synchronized boolean subscribe(String subject) {
        Dispatcher with = dispatcher;
        try {
            if (subjects.add(subject) && with != null && !closed) {
                uninterrupted(() -> with.subscribe(subject));
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
                uninterrupted(() -> with.unsubscribe(subject));
            }
        } catch (IllegalStateException e) {
            ERROR.tell(String.valueOf(e)); // it is heard on, and nobody here wants it
        }
    }

    /** What comes to subjects that begin so is of a log, or its answer to a message. */
    void hears(LogKind log, String told, String acknowledged) {
        logs.add(new LogPlaces(log, told, acknowledged));
        boolean _ = subscribe(acknowledged + "*");
    }

    /**
     * The connection, to ask something.
     *
     * @throws IOException if there is none
     */
    Connection connected() throws IOException {
        Connection to = connection;
        if (to == null || !isConnected()) {
            throw new IOException("there is no connection to NATS");
        }
        return to;
    }

    /** How much a message may have, as the last server has said. */
    long payloadBytesMax() {
        return payloadMax;
    }

    @Override
    public boolean isConnected() {
        Connection to = connection;
        return to != null && to.getStatus() == Connection.Status.CONNECTED;
    }

    @Override
    public long session() {
        return session;
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
