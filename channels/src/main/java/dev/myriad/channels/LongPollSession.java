package dev.myriad.channels;

import dev.myriad.net.Connection;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.ProtocolException;
import dev.myriad.protocol.Utf8;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that polls, as the connection that its channels know: what a shard's thread is to a
 * WebSocket, this object's lock is to it. Thread-safe; what its handler does is done while the lock
 * is held, and user code is never called then.
 *
 * <p>A lock instead of a process with a mailbox, because every call is short: so what one caller
 * asks for keeps its order by itself, a client that does not fetch its messages is noticed by the
 * one that is too much, and a broadcast wakes nobody but a poll that waits.
 */
final class LongPollSession implements Connection {
    private static final System.Logger LOG = System.getLogger(Endpoint.class.getName());
    private static final byte[] NOTHING = {};
    private static final PolledGroup[] NO_GROUPS = {};
    private static final int TEXT_BYTES_MIN = 256;

    private final LongPoll longPoll;
    private final LongPollRoute route;
    private final String id;
    private final InetSocketAddress peer;
    private @Nullable ConnectionHandler handler;

    /** What the client is to fetch, as {@link LongPollText} has it. */
    private byte[] texts = NOTHING;

    private int length;

    /** Those of topics that the client has joined. */
    private PolledGroup[] groups = NO_GROUPS;

    private long polledNanos = System.nanoTime();

    /** The number of the last poll. */
    private int polls;

    /** Zero while it is open. */
    private int closeCode;

    /** Tasks of the handler that run, one within another. */
    private int depth;

    LongPollSession(LongPoll longPoll, LongPollRoute route, String id, InetSocketAddress peer) {
        this.longPoll = longPoll;
        this.route = route;
        this.id = id;
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

    String id() {
        return id;
    }

    LongPollRoute route() {
        return route;
    }

    // ---- what the client asks for, on virtual threads

    /** Its client has waited until now, however long it took to decide: its silence begins here. */
    synchronized void open(ConnectionHandler accepted) {
        polledNanos = System.nanoTime();
        if (closeCode == 0) { // else the handler, which is not known yet, would not hear of the end
            handler = accepted;
            run(() -> accepted.opened(this));
        }
    }

    /** Waits for messages. Of several polls the last gets them, the others nothing. */
    synchronized Polled poll(Duration window) throws InterruptedException {
        polledNanos = System.nanoTime();
        long deadline = polledNanos + window.toNanos();
        int mine = ++polls;
        notifyAll(); // whoever waited until now, perhaps for a client that has gone, waits no more
        while (closeCode == 0 && length == 0 && mine == polls) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return Polled.NONE;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        if (mine != polls) {
            return Polled.NONE;
        }
        if (length == 0) {
            clientHearsOfEnd();
            return Polled.ENDED;
        }
        byte[] taken = Arrays.copyOf(texts, length);
        drop();
        return new Polled(200, taken);
    }

    /** Hands on what the client sent; whether the session is still open then. */
    synchronized boolean receive(List<LongPollFrame> frames) {
        for (LongPollFrame frame : frames) {
            if (closeCode != 0) {
                break;
            }
            if (longPoll.limits().admitsMessage(frame.length(), this)) {
                receive(frame);
            } else {
                boolean _ = end(CloseCode.TOO_BIG);
            }
        }
        if (closeCode == 0) {
            return true;
        }
        clientHearsOfEnd();
        return false;
    }

    /** Ends it, as the client is told in answer to what it sent. */
    synchronized void breakOff(int code) {
        boolean _ = end(code);
        clientHearsOfEnd();
    }

    private void clientHearsOfEnd() {
        if (length == 0) {
            longPoll.forget(this);
        }
    }

    private void receive(LongPollFrame frame) {
        ConnectionHandler receiver = Objects.requireNonNull(handler);
        if (!frame.isText()) {
            run(() -> receiver.binary(frame.bytes(), frame.from(), frame.to()));
        } else if (Utf8.valid(frame.bytes(), frame.from(), frame.to())) {
            run(() -> receiver.text(frame.bytes(), frame.from(), frame.to()));
        } else {
            boolean _ = end(CloseCode.INVALID_PAYLOAD);
        }
    }

    // ---- Connection, from any thread

    @Override
    public void send(byte[] frames) {
        push(LongPollText.of(frames, longPoll.counters()));
    }

    @Override
    public synchronized void close(int code, String reason) {
        if (!CloseCode.validOnWire(code)) {
            throw new IllegalArgumentException("not a close code: " + code);
        }
        boolean _ = end(code);
    }

    @Override
    public synchronized void execute(Runnable task) {
        run(task);
    }

    @Override
    public InetSocketAddress peer() {
        return peer;
    }

    // ---- for its groups

    /** Adds messages to what the client is to fetch. */
    synchronized void push(byte[] more) {
        if (closeCode != 0 || more.length == 0) {
            return;
        }
        if (!longPoll.limits().admitsWaiting((long) length + more.length, this)) {
            drop();
            boolean _ = end(CloseCode.TRY_AGAIN_LATER);
            return;
        }
        if (length + more.length > texts.length) {
            int capacity = Math.max(2 * texts.length, Math.max(TEXT_BYTES_MIN, more.length));
            texts = Arrays.copyOf(texts, Math.max(capacity, length + more.length));
        }
        System.arraycopy(more, 0, texts, length, more.length);
        length += more.length;
        notifyAll();
    }

    /** Makes it a member of a group, in one step with what it gets before the group's messages. */
    synchronized void enter(PolledGroup group, byte[] firstTexts) {
        push(firstTexts);
        if (closeCode == 0 && group.enter(this)) {
            groups = Arrays.copyOf(groups, groups.length + 1);
            groups[groups.length - 1] = group;
        }
    }

    synchronized void leave(PolledGroup group) {
        if (group.leave(this)) {
            groups =
                    Arrays.stream(groups)
                            .filter(each -> !each.equals(group))
                            .toArray(PolledGroup[]::new);
        }
    }

    // ---- the end

    /** Ends it if the last poll is longer ago than that. */
    synchronized void endIfSilentFor(long nanos) {
        if (System.nanoTime() - polledNanos > nanos) {
            drop();
            boolean _ = end(CloseCode.ABNORMAL);
            longPoll.forget(this);
        }
    }

    /**
     * Nothing is sent or received from now on, but what waits can still be fetched; false if it had
     * ended already.
     */
    synchronized boolean end(int code) {
        if (closeCode != 0) {
            return false;
        }
        closeCode = code;
        for (PolledGroup group : groups) {
            boolean _ = group.leave(this);
        }
        groups = NO_GROUPS;
        longPoll.ended();
        notifyAll();
        if (depth == 0) {
            tellHandler();
        } // else when its task has returned
        return true;
    }

    private void drop() {
        texts = NOTHING;
        length = 0;
    }

    /** Lets the handler do something. Its faults are its own affair, as on a shard. */
    private void run(Runnable task) {
        boolean wasOpen = closeCode == 0;
        depth++;
        try {
            task.run();
        } catch (ProtocolException e) {
            boolean _ = end(e.closeCode());
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a handler or task of a long-polling client", e);
            boolean _ = end(CloseCode.INTERNAL_ERROR);
        }
        depth--;
        if (wasOpen && closeCode != 0 && depth == 0) {
            tellHandler();
        }
    }

    private void tellHandler() {
        ConnectionHandler told = handler;
        if (told != null) {
            int code = closeCode;
            run(() -> told.closed(code));
        }
    }
}
