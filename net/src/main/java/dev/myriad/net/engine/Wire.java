package dev.myriad.net.engine;

import dev.myriad.net.Budget;
import dev.myriad.net.Connection;
import dev.myriad.net.ConnectionHandler;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Receipt;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.FrameDecoder;
import dev.myriad.protocol.FrameEncoder;
import dev.myriad.protocol.Partial;
import dev.myriad.protocol.ProtocolException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One connection from the first byte to the last: requests, one of which may upgrade it, messages,
 * closing handshake, deadlines. A transport's subclass moves the bytes. Confined to its shard's
 * thread, but for the methods of {@link Connection}.
 *
 * <p>An idle, upgraded connection has this object and its handler, and no buffer: what requests
 * need hangs on {@link #role} only until then, and an unfinished message on {@link #partial} only
 * while there is one.
 */
public abstract class Wire implements Connection {
    /**
     * There are requests. A wire goes through the phases in this order, leaves some out, and never
     * goes back.
     */
    private static final byte HTTP = 0;

    /** It is a WebSocket. */
    private static final byte OPEN = 1;

    /** It is a WebSocket that closes: the client's close frame is awaited. */
    private static final byte CLOSING = 2;

    /** All has been said, and what the client still sends is not looked at. */
    private static final byte LEAVING = 3;

    /** It has ended. */
    private static final byte GONE = 4;

    private static final Object NOBODY = new Object();

    private final Shard shard;

    /** {@link HttpSession} while there are requests, then the handler. */
    private Object role;

    private @Nullable Partial partial;
    @Nullable Membership memberships;
    int indexInShard;
    private int deadlineFromMillis;
    private short closeCode = CloseCode.ABNORMAL;
    private byte phase = HTTP;

    /** The transport was full when it came: its request is answered 503. */
    private boolean tooMany;

    protected Wire(Shard shard) {
        this.shard = shard;
        this.role = NOBODY;
    }

    // ---- what a transport does

    /**
     * Sends bytes after all those before, or queues them; over the limit it calls {@link #tooSlow}.
     */
    protected abstract void transmit(byte[] bytes);

    /**
     * Ends the output once all that was transmitted has left, and then waits for the client's end,
     * with which the socket is closed: closing it with unread bytes, or amid more of them, would
     * reset the connection, and destroy what the client was told last (RFC 9112, section 9.6).
     */
    protected abstract void finish();

    /** Closes the socket at once. */
    protected abstract void abort();

    /**
     * What of all that was transmitted has not left yet, as it is charged to {@link
     * #outboundBudget}.
     */
    protected abstract int outputBytes();

    /** What waits to be sent, if anything does and the transport can say when it has gone. */
    protected @Nullable Output output() {
        return null;
    }

    private boolean hasOutput() {
        return outputBytes() > 0;
    }

    /** Where it sends. */
    public abstract Lane lane();

    /** A trusted proxy asks on behalf of this client: from now on {@link #peer} is the client. */
    protected abstract void peerIs(InetSocketAddress client);

    // ---- what a transport calls, on the shard's thread

    /** Once, before anything else. */
    protected final void begin() {
        deadlineFromMillis = shard.nowMillis();
        tooMany = !shard.adopt(this);
        role = new HttpSession(this);
    }

    /** Bytes from the client; they may be changed in place, and are not kept. */
    protected final void received(byte[] bytes, int from, int to) {
        shard.counters.bytesIn += to - from;
        try {
            dispatch(bytes, from, to);
        } catch (Throwable e) {
            shard.fault(e);
            fail(CloseCode.INTERNAL_ERROR, "internal error");
        }
    }

    private void dispatch(byte[] bytes, int from, int to) {
        switch (phase) {
            case OPEN, CLOSING -> receivedFrames(bytes, from, to);
            case HTTP -> ((HttpSession) role).received(bytes, from, to);
            default -> {}
        }
    }

    /** The socket is closed or about to be: memberships end, the handler hears it. Idempotent. */
    protected final void gone() {
        if (phase == GONE) {
            return;
        }
        boolean upgraded = role instanceof ConnectionHandler;
        if (upgraded) {
            shard.room().leaveFrom(this);
        }
        phase = GONE;
        dropPartial();
        for (Membership m = memberships; m != null; m = m.next) {
            m.members.vacate(m.index);
        }
        memberships = null;
        shard.release(this);
        if (upgraded) {
            shard.counters.open--;
            tellClosed((ConnectionHandler) role);
        } else if (role instanceof HttpSession session) {
            session.closed();
        }
        role = NOBODY;
    }

    /** By a command, since the end may have come within a call of this very handler. */
    private void tellClosed(ConnectionHandler handler) {
        int code = closeCode;
        shard.post(
                new Command() {
                    @Override
                    protected void run() {
                        handler.closed(code);
                    }
                });
    }

    /**
     * The client sends no more, but may still read. Whether an answer is under way that it may wait
     * for; if not, the socket can be closed.
     */
    protected final boolean awaitsAnswer() {
        return phase == HTTP && ((HttpSession) role).endsAfterAnswer();
    }

    /** Counts a send. */
    protected final void counted(int bytes) {
        shard.counters.framesOut++;
        shard.counters.bytesOut += bytes;
    }

    /** Output had to be queued. */
    protected final void congested() {
        shard.counters.congested++;
    }

    /** What may wait for clients that read slowly, over all of them. */
    protected final Budget outboundBudget() {
        return shard.outbound();
    }

    /**
     * The client reads too slowly.
     *
     * @param limit which its queue is over: its own, or the share of the memory for all of them
     */
    protected final void tooSlow(Limit limit) {
        if (phase != GONE) {
            shard.counters.closedSlow++;
            shard.counters.closed.count(CloseCode.TRY_AGAIN_LATER);
            shard.limitCounters().of(limit).exceeded(peer());
            closeCode = CloseCode.TRY_AGAIN_LATER;
            abort();
        }
    }

    protected final Limits limits() {
        return shard.limits();
    }

    // ---- what its requests come to

    /** The transport was full when it came: its request is answered 503. */
    boolean isTooMany() {
        return tooMany;
    }

    /** The connection is the handler's from now on, and so are the bytes behind the request. */
    void upgraded(byte[] response, ConnectionHandler handler, byte[] rest) {
        transmit(response);
        role = handler;
        phase = OPEN;
        deadlineFromMillis = shard.nowMillis();
        shard.counters.upgraded++;
        shard.counters.open++;
        try {
            handler.opened(this);
        } catch (ProtocolException e) {
            fail(e.closeCode(), e.getMessage());
        } catch (Throwable e) {
            shard.fault(e);
            fail(CloseCode.INTERNAL_ERROR, "internal error");
        }
        if (rest.length > 0 && phase != GONE) {
            receivedFrames(rest, 0, rest.length);
        }
    }

    /** The last answer has been given. */
    void finishHttp() {
        if (phase != GONE) { // it may have been one too many for the queue
            leave();
        }
    }

    /** Gives the client its whole time again: it has been answered, or begins a new request. */
    void restartDeadline() {
        deadlineFromMillis = shard.nowMillis();
    }

    // ---- messages

    private void receivedFrames(byte[] bytes, int from, int to) {
        if (!(role instanceof ConnectionHandler)) {
            return;
        }
        if (phase == OPEN) {
            deadlineFromMillis = shard.nowMillis();
        }
        // A handler may answer another connection's upgrade, whose first frames are then read
        // within.
        Shard.Inbox inbox = shard.inbox();
        Wire outer = inbox.swap(this);
        Partial pending = takePartial();
        try {
            Partial rest = shard.decoder().decode(pending, bytes, from, to, inbox);
            if (rest != null && phase != GONE) {
                if (unfinished().move(0, rest.bytes())) {
                    partial = rest;
                } else {
                    rest.abandon();
                    overUnfinished();
                }
            } else if (rest != null) {
                rest.abandon();
            }
        } catch (ProtocolException e) {
            if (pending != null) {
                pending.abandon();
            }
            if (e.closeCode() == CloseCode.TOO_BIG) {
                boolean frame = FrameDecoder.FRAME_TOO_BIG.equals(e.getMessage());
                Limit limit = frame ? Limit.FRAME_BYTES_MAX : Limit.MESSAGE_BYTES_MAX;
                shard.limitCounters().of(limit).exceeded(peer());
            }
            fail(e.closeCode(), e.getMessage());
        } finally {
            inbox.swap(outer);
        }
    }

    private @Nullable Partial takePartial() {
        Partial pending = partial;
        if (pending != null) {
            partial = null;
            boolean _ = unfinished().move(pending.bytes(), 0);
        }
        return pending;
    }

    private Budget unfinished() {
        return shard.unfinished();
    }

    private void dropPartial() {
        Partial pending = takePartial();
        if (pending != null) {
            pending.abandon();
        }
    }

    private void overUnfinished() {
        dropPartial();
        shard.limitCounters().of(Limit.UNFINISHED_MEMORY_PERCENT).exceeded(peer());
        fail(CloseCode.TRY_AGAIN_LATER, "too many unfinished messages");
    }

    void onText(byte[] bytes, int from, int to) {
        if (phase == OPEN) {
            shard.counters.messagesIn++;
            ((ConnectionHandler) role).text(bytes, from, to);
        }
    }

    void onBinary(byte[] bytes, int from, int to) {
        if (phase == OPEN) {
            shard.counters.messagesIn++;
            ((ConnectionHandler) role).binary(bytes, from, to);
        }
    }

    void onPing(byte[] bytes, int from, int to) {
        if (phase == OPEN) {
            transmit(FrameEncoder.frame(FrameEncoder.PONG, bytes, from, to));
        }
    }

    void onClose(int code, String reason) {
        if (phase == OPEN) {
            closeCode = (short) code;
            phase = CLOSING;
            transmit(FrameEncoder.close(code == CloseCode.NO_STATUS ? CloseCode.NORMAL : code, ""));
        }
        if (phase == CLOSING) { // the close frame may have been one too many: then it is gone
            leave();
        }
    }

    /** The client broke the protocol: it is told, and its further bytes are not looked at. */
    private void fail(int code, @Nullable String reason) {
        if (phase == OPEN) {
            closeNow(code, reason == null ? "" : reason);
        }
        if (phase == CLOSING) {
            leave();
        } else if (phase == HTTP) {
            abort();
        }
    }

    /**
     * All has been said. The client sees the end at once, but may be sending still: what comes is
     * not looked at, and after a while the socket is closed whatever the client does.
     */
    private void leave() {
        phase = LEAVING;
        deadlineFromMillis = shard.nowMillis();
        finish();
    }

    // ---- closing and deadlines

    /** Starts its end; false if that has begun already. */
    boolean drain(int code, String reason) {
        boolean present = phase < CLOSING;
        closeNow(code, reason);
        return present;
    }

    void closeNow(int code, String reason) {
        switch (phase) {
            case OPEN -> {
                shard.counters.closed.count(code);
                closeCode = (short) code;
                phase = CLOSING;
                deadlineFromMillis = shard.nowMillis();
                transmit(FrameEncoder.close(code, reason));
            }
            case HTTP -> ((HttpSession) role).endSoon(reason);
            default -> {}
        }
    }

    /** Ends it if its time is over, or if it holds too much of what has become scarce. */
    void sweep(int nowMillis, boolean scarce) {
        checkDeadline(nowMillis);
        if (scarce && phase != GONE) {
            checkMemory();
        }
    }

    private void checkMemory() {
        if (!outboundBudget().mayHold(outputBytes())) {
            tooSlow(Limit.OUTBOUND_MEMORY_PERCENT);
        } else if (partial != null && !unfinished().mayHold(partial.bytes())) {
            overUnfinished();
        } else if (phase == HTTP) {
            ((HttpSession) role).checkMemory();
        }
    }

    private void checkDeadline(int nowMillis) {
        Limits limits = shard.limits();
        int passed = nowMillis - deadlineFromMillis;
        switch (phase) {
            case HTTP -> {
                if (passed > limits.of(Limit.HANDSHAKE_MILLIS)) {
                    ((HttpSession) role).timeIsOver();
                }
            }
            case OPEN -> {
                if (limits.of(Limit.IDLE_MILLIS) > 0 && passed > limits.of(Limit.IDLE_MILLIS)) {
                    shard.limitCounters().of(Limit.IDLE_MILLIS).exceeded(peer());
                    closeNow(CloseCode.PROTOCOL_ERROR, "idle");
                }
            }
            case CLOSING -> {
                if (passed > limits.of(Limit.CLOSE_MILLIS)) {
                    shard.limitCounters().of(Limit.CLOSE_MILLIS).exceeded(peer());
                    abort();
                }
            }
            case LEAVING -> {
                if (passed > limits.of(Limit.CLOSE_MILLIS) && !isReadingLastAnswer(passed)) {
                    abort(); // it was told all that there is: to be slow is no fault
                }
            }
            default -> {}
        }
    }

    /** A long answer has as much time as a long request. */
    private boolean isReadingLastAnswer(int passed) {
        return role instanceof HttpSession
                && hasOutput()
                && passed <= shard.limits().of(Limit.HANDSHAKE_MILLIS);
    }

    // ---- Connection, from any thread

    @Override
    public final void send(byte[] frames) {
        if (shard.isInside()) {
            sendNow(frames);
        } else {
            shard.post(new Sending(this, frames));
        }
    }

    void sendNow(byte[] frames) {
        if (phase == OPEN) {
            transmit(frames);
        }
    }

    /** Ends a part when all that was sent so far has left, or nothing can leave any more. */
    void tellWhenSent(Receipt receipt) {
        Output waiting = phase == OPEN ? output() : null;
        if (waiting == null) {
            receipt.end();
        } else {
            waiting.tellWhenGone(receipt);
        }
    }

    /** What was sent has found no room on its way here. */
    void cutOff() {
        if (phase == OPEN) {
            tooSlow(Limit.OUTBOUND_MEMORY_PERCENT);
        }
    }

    @Override
    public final void close(int code, String reason) {
        if (!CloseCode.validOnWire(code)) {
            throw new IllegalArgumentException("not a close code: " + code);
        }
        execute(() -> closeNow(code, reason));
    }

    @Override
    public final void execute(Runnable task) {
        if (shard.isInside()) {
            try {
                task.run();
            } catch (Throwable e) {
                shard.fault(e); // as if the task had been posted
            }
        } else {
            shard.post(
                    new Command() {
                        @Override
                        protected void run() {
                            task.run();
                        }
                    });
        }
    }

    public final Shard shard() {
        return shard;
    }

    final boolean isOpen() {
        return phase == OPEN;
    }
}
