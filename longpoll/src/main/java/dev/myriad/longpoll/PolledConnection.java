package dev.myriad.longpoll;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Connection;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.ProtocolException;
import dev.myriad.protocol.Utf8;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A client that polls, as the connection that an application knows. Thread-safe; its state is
 * confined to the commands of its {@link Strand}.
 */
final class PolledConnection implements Connection {
    private static final Line THREW =
            Log.of(PolledConnection.class).error("a handler of a client that polls");
    private static final byte[] NOTHING = {};
    private static final int TEXT_BYTES_MIN = 256;

    /** Roughly what a session costs that has nothing to fetch. */
    static final int SESSION_BYTES = 1 << 10;

    private final Sessions sessions;
    private final LongPollRoute route;
    private final String token;
    private final InetSocketAddress peer;
    private final Strand strand = new Strand();

    private @Nullable ConnectionHandler handler;

    /** What the client is to fetch, as {@link JsonTexts} has it. */
    private byte[] texts = NOTHING;

    private int length;

    /** What it is charged with of the memory for output. */
    private int charged;

    private final Set<PolledGroup> groups = new HashSet<>();

    /** The poll that waits for messages; completed when there are some. */
    private @Nullable CompletableFuture<Void> waiting;

    /** For how long no poll has waited, as far as the sweep has counted it. */
    private long silentNanos;

    /** Zero while it is open. */
    private int closeCode;

    PolledConnection(Sessions sessions, LongPollRoute route, String token, InetSocketAddress peer) {
        this.sessions = sessions;
        this.route = route;
        this.token = token;
        this.peer = peer;
    }

    /**
     * What a poll brings.
     *
     * @param status 200 with messages, 204 with none in time, 500 if the session has ended: it
     *     makes clients connect anew, while those before Phoenix 1.8 take 410 for a new session
     *     that knows their topics
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    record Polled(int status, byte[] texts) {
        private static final Polled NONE = new Polled(204, NOTHING);
        private static final Polled ENDED = new Polled(500, NOTHING);
    }

    String token() {
        return token;
    }

    LongPollRoute route() {
        return route;
    }

    // ---- what the client asks for, on virtual threads

    /** The application has let the client in. */
    void open(ConnectionHandler accepted) {
        strand.run(
                () -> {
                    if (closeCode == 0) { // else it may not hear of anything any more
                        handler = accepted;
                        if (!charge()) {
                            overMemory();
                        }
                        call(() -> accepted.opened(this));
                    }
                });
    }

    /**
     * Waits for messages, for as long as the route's window; an interrupt ends the wait. Of several
     * polls at a time the last gets the messages, and the others nothing: their clients may have
     * gone.
     */
    Polled poll() {
        CompletableFuture<Void> news = new CompletableFuture<>();
        strand.run(() -> await(news));
        try {
            news.get(route.options().window().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException _) {
            // There is nothing yet.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return strand.ask(() -> fetch(news));
    }

    private void await(CompletableFuture<Void> news) {
        tellWaiting();
        waiting = news;
        if (length > 0 || closeCode != 0) {
            tellWaiting();
        }
    }

    private void tellWaiting() {
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    private Polled fetch(CompletableFuture<Void> news) {
        if (waiting != news) {
            return Polled.NONE;
        }
        waiting = null;
        silentNanos = 0;
        if (length > 0) {
            byte[] taken = Arrays.copyOf(texts, length);
            drop();
            return new Polled(200, taken);
        }
        if (closeCode != 0) {
            sessions.forget(this);
            return Polled.ENDED;
        }
        return Polled.NONE;
    }

    /** Hands on what the client sent; whether the session is still open then. */
    boolean receive(List<ClientMessage> messages) {
        return strand.ask(
                () -> {
                    messages.forEach(this::receive);
                    if (closeCode != 0) {
                        clientHearsOfEnd();
                    }
                    return closeCode == 0;
                });
    }

    private void receive(ClientMessage message) {
        if (closeCode != 0) {
            return;
        }
        ConnectionHandler receiver = Objects.requireNonNull(handler);
        if (!sessions.limits().admitsMessage(message.length(), this)) {
            boolean _ = end(CloseCode.TOO_BIG);
        } else if (!message.isText()) {
            call(() -> receiver.binary(message.bytes(), message.from(), message.to()));
        } else if (Utf8.valid(message.bytes(), message.from(), message.to())) {
            call(() -> receiver.text(message.bytes(), message.from(), message.to()));
        } else {
            boolean _ = end(CloseCode.INVALID_PAYLOAD);
        }
    }

    /** Ends it, as the client is told in answer to what it sent. */
    void breakOff(int code) {
        boolean _ =
                strand.ask(
                        () -> {
                            boolean ended = end(code);
                            clientHearsOfEnd();
                            return ended;
                        });
    }

    /**
     * The client hears of the end now, so the session can be forgotten, unless there are messages
     * to be fetched: then the poll that finds no more tells of the end again.
     */
    private void clientHearsOfEnd() {
        if (length == 0) {
            sessions.forget(this);
        }
    }

    // ---- Connection, from any thread

    @Override
    public void send(byte[] frames) {
        sendTexts(JsonTexts.of(frames, sessions.counters()));
    }

    /** What {@link #send} does, with messages that are texts already. */
    void sendTexts(byte[] texts) {
        strand.run(() -> push(texts));
    }

    @Override
    public void close(int code, String reason) {
        if (!CloseCode.validOnWire(code)) {
            throw new IllegalArgumentException("not a close code: " + code);
        }
        strand.run(
                () -> {
                    boolean _ = end(code);
                });
    }

    @Override
    public void execute(Runnable task) {
        strand.run(task);
    }

    @Override
    public InetSocketAddress peer() {
        return peer;
    }

    // ---- for its groups

    /** Makes it a member of a group, in one step with what it gets before the group's messages. */
    void enter(PolledGroup group, byte[] firstTexts) {
        strand.run(
                () -> {
                    push(firstTexts);
                    if (closeCode != 0 || !groups.add(group)) {
                        group.left(this);
                    }
                });
    }

    void leave(PolledGroup group) {
        strand.run(
                () -> {
                    if (groups.remove(group)) {
                        group.left(this);
                    }
                });
    }

    /** A message of a group, for its members. */
    void pushFrom(PolledGroup group, byte[] more) {
        strand.run(
                () -> {
                    if (groups.contains(group)) {
                        push(more);
                    }
                });
    }

    private void push(byte[] more) {
        if (closeCode != 0 || more.length == 0) {
            return;
        }
        if (!sessions.limits().admitsWaiting((long) length + more.length, this)) {
            drop();
            boolean _ = end(CloseCode.TRY_AGAIN_LATER);
            return;
        }
        if (length + more.length > texts.length) {
            int capacity = Math.max(2 * texts.length, Math.max(TEXT_BYTES_MIN, more.length));
            texts = Arrays.copyOf(texts, Math.max(capacity, length + more.length));
            if (!charge()) {
                overMemory();
                return;
            }
        }
        System.arraycopy(more, 0, texts, length, more.length);
        length += more.length;
        tellWaiting();
    }

    private void drop() {
        texts = NOTHING;
        length = 0;
        boolean _ = charge();
    }

    // ---- memory

    /** Charges what it holds by now; whether that may be. */
    private boolean charge() {
        int now = closeCode == 0 || length > 0 ? SESSION_BYTES + texts.length : 0;
        boolean held = sessions.limits().outbound().move(charged, now);
        if (held) {
            charged = now;
        }
        return held;
    }

    private void overMemory() {
        sessions.limits().overOutbound(this);
        drop();
        boolean _ = end(CloseCode.TRY_AGAIN_LATER);
    }

    // ---- the end

    /** Counts one more pause of the sweep; after too many without a poll the session ends. */
    void endIfSilent(long pauseNanos) {
        strand.run(
                () -> {
                    long windowNanos = route.options().window().toNanos();
                    if (!sessions.limits().outbound().mayHold(charged)) {
                        overMemory();
                    }
                    if (waiting == null) {
                        silentNanos += Math.min(pauseNanos, Sweep.pauseNanos(windowNanos));
                    }
                    if (waiting == null && silentNanos > windowNanos + windowNanos / 2) {
                        drop();
                        boolean _ = end(CloseCode.ABNORMAL);
                        sessions.forget(this);
                    }
                });
    }

    /** Begins to count anew. */
    void forgiveSilence() {
        strand.run(() -> silentNanos = 0);
    }

    /** Starts its end; false if that has begun already. */
    boolean drain(int code) {
        return strand.ask(() -> end(code));
    }

    /**
     * Nothing is sent or received from now on, but what waits can still be fetched; false if it had
     * ended already. The handler hears of it when the call or task that ends it has returned.
     */
    private boolean end(int code) {
        if (closeCode != 0) {
            return false;
        }
        closeCode = code;
        var _ = charge();
        groups.forEach(group -> group.left(this));
        groups.clear();
        sessions.ended();
        tellWaiting();
        ConnectionHandler told = handler;
        if (told != null) {
            strand.later(() -> call(() -> told.closed(code)));
        }
        return true;
    }

    /** Calls the handler, whose faults cost it the connection. */
    private void call(Runnable call) {
        try {
            call.run();
        } catch (ProtocolException e) {
            boolean _ = end(e.closeCode());
        } catch (Throwable e) {
            THREW.tell(e);
            boolean _ = end(CloseCode.INTERNAL_ERROR);
        }
    }
}
