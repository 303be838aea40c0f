package dev.myriad.net.engine;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Application;
import dev.myriad.net.Budget;
import dev.myriad.net.Limit;
import dev.myriad.net.Limits;
import dev.myriad.net.Memory;
import dev.myriad.protocol.CloseCode;
import dev.myriad.protocol.FrameDecoder;
import dev.myriad.protocol.Pieces;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An event loop's share of a transport: the connections it owns, the commands of other threads, the
 * group sends under way. Everything but {@link #post}, {@link #isInside} and what never changes is
 * confined to its thread.
 *
 * <p>A turn serves commands first (replies, pushes, joins), then one slice of the group sends; the
 * transport reads between turns. So a broadcast to many delays nobody's reply by more than a slice.
 */
public abstract class Shard {
    private static final Line FAULT = Log.of(Shard.class).error("a handler or task on shard {}");

    private static final int COMMANDS_A_TURN = 4_096;
    private static final int SWEEP_MILLIS = 50;
    private static final int SWEEPS_A_ROUND = 20;

    private final int index;
    private final Limits limits;
    private final Application application;
    private final Room room;
    private final Budget requests;
    private final Budget unfinished;
    private final Budget outbound;
    private final Budget broadcasts;
    private final Pieces pieces = new Pieces();
    private final FrameDecoder decoder;
    private final Commands commands = new Commands();
    private final FanOut fanOut = new FanOut();
    private final Inbox inbox = new Inbox();
    private final RunningClock clock = new RunningClock(System::nanoTime);
    private volatile boolean asleep;

    private @Nullable Wire[] wires = new Wire[64];
    private int wireCount;
    private int sweeps;
    private int sweepCursor;
    private int nowMillis;
    private int sweptAtMillis;
    private int drainMark = Integer.MAX_VALUE;

    /** Written by the shard alone; others read it for the metrics, a little late at worst. */
    final Counters counters = new Counters();

    /**
     * @param room of the transport, shared by its shards
     */
    protected Shard(int index, Limits limits, Application application, Room room) {
        this.index = index;
        this.limits = limits;
        this.application = application;
        this.room = room;
        this.requests = room.memory().of(Memory.Kind.REQUESTS);
        this.unfinished = room.memory().of(Memory.Kind.UNFINISHED);
        this.outbound = room.memory().of(Memory.Kind.OUTBOUND);
        this.broadcasts = room.memory().of(Memory.Kind.BROADCASTS);
        this.decoder =
                FrameDecoder.server(
                        limits.of(Limit.FRAME_BYTES_MAX),
                        limits.of(Limit.MESSAGE_BYTES_MAX),
                        pieces);
    }

    /** Its lanes; the same array each time. */
    public abstract Lane[] lanes();

    /** Whether the calling thread is this shard's. */
    public abstract boolean isInside();

    /** Makes {@link #turn} be called soon. Called by any thread, only when the shard sleeps. */
    protected abstract void wake();

    /** Hands a command to this shard. Thread-safe. */
    public final void post(Command command) {
        commands.offer(command);
        if (asleep) {
            asleep = false;
            wake();
        }
    }

    /** Runs what is due; whether there is more to do at once. */
    protected final boolean turn() {
        updateClock();
        serve();
        boolean more = slice();
        if (nowMillis - sweptAtMillis >= SWEEP_MILLIS) {
            sweptAtMillis = nowMillis;
            sweep();
        }
        return more || !commands.isEmpty();
    }

    /**
     * Sends one slice of the group sends; whether more is left. A test's shard may hold it back.
     */
    protected boolean slice() {
        return fanOut.slice();
    }

    /** Runs the commands that are due. */
    final void serve() {
        int budget = COMMANDS_A_TURN;
        Command command;
        while (budget-- > 0 && (command = commands.poll()) != null) {
            try {
                command.run();
            } catch (Throwable e) {
                fault(e);
            }
        }
    }

    /** A handler or task threw: that is its own affair, the shard goes on. */
    protected final void fault(Throwable cause) {
        FAULT.tell(cause, index);
    }

    /** Announces that the shard is about to sleep; false if there is work after all. */
    protected final boolean fallAsleep() {
        asleep = true;
        if (commands.isEmpty()) {
            return true;
        }
        asleep = false;
        return false;
    }

    /** The shard runs again. */
    protected final void awake() {
        asleep = false;
        updateClock();
    }

    /** How long a sleep may last at most: until the next sweep is due. */
    protected static long sleepMillisMax() {
        return SWEEP_MILLIS;
    }

    /** Deadlines are checked in small portions, so that a million connections cause no pause. */
    private void sweep() {
        if (++sweeps % SWEEPS_A_ROUND == 0) {
            pieces.trim();
        }
        boolean scarce = isShort();
        int portion = wireCount / SWEEPS_A_ROUND + 1;
        for (int i = 0; i < portion && wireCount > 0; i++) {
            if (sweepCursor >= wireCount) {
                sweepCursor = 0;
            }
            Wire wire = wires[sweepCursor++];
            if (wire != null) {
                wire.sweep(nowMillis, scarce);
            }
        }
    }

    private void updateClock() {
        nowMillis = (int) (clock.nanos() / 1_000_000);
        if (clock.stoodStill()) {
            sweptAtMillis = nowMillis; // first what clients sent meanwhile is read
        }
    }

    /** Takes charge of a new connection; false if the transport is full. */
    final boolean adopt(Wire wire) {
        counters.accepted++;
        boolean within = room.enter();
        if (wireCount == wires.length) {
            wires = Arrays.copyOf(wires, wireCount + (wireCount >> 1));
        }
        wire.indexInShard = wireCount;
        wires[wireCount++] = wire;
        return within;
    }

    final void release(Wire wire) {
        room.leave();
        wireCount--;
        Wire last = wires[wireCount];
        wires[wireCount] = null;
        if (last != null && wire.indexInShard != wireCount) {
            wires[wire.indexInShard] = last;
            last.indexInShard = wire.indexInShard;
        }
    }

    /** Someone was refused before a wire could be made. */
    protected final void full() {
        counters.refused++;
        limitCounters().of(Limit.CONNECTIONS_MAX).exceeded();
    }

    /** A broadcast was dropped. */
    final void dropped(Limit limit) {
        counters.dropped++;
        limitCounters().of(limit).exceeded();
    }

    /** Starts the thread that puts a question to the application. A test's shard may fail to. */
    protected void ask(Runnable asking) {
        Thread.ofVirtual().name("myriad-http").start(asking);
    }

    /** Closes connections, the youngest first, for as long as there are permits. */
    final void drain(AtomicLong permits) {
        // Those at the mark and above have been told already, or are newcomers in places that have
        // become free, whom the transport turns away.
        for (int i = Math.min(drainMark, wireCount) - 1; i >= 0; i--) {
            if (permits.get() <= 0) {
                return;
            }
            drainMark = i;
            Wire wire = wires[i];
            if (wire != null && wire.drain(CloseCode.SERVICE_RESTART, "service restart")) {
                permits.decrementAndGet();
            }
        }
    }

    /**
     * Ends every connection that is left, without a handshake, and runs the commands that are left,
     * among them those that tell the handlers so: the shard itself ends.
     */
    protected final void endAll() {
        asleep = false; // there is nobody to be woken
        for (int i = wireCount - 1; i >= 0; i--) {
            Wire wire = wires[i];
            if (wire != null) {
                wire.gone();
            }
        }
        while (!commands.isEmpty()) {
            serve();
        }
    }

    /** Connections that this shard owns now, those still in their handshake included. */
    protected final int wireCount() {
        return wireCount;
    }

    public final int index() {
        return index;
    }

    final Room room() {
        return room;
    }

    final LimitCounters limitCounters() {
        return room.limitCounters();
    }

    final Limits limits() {
        return limits;
    }

    final Application application() {
        return application;
    }

    final Pieces pieces() {
        return pieces;
    }

    final FrameDecoder decoder() {
        return decoder;
    }

    final FanOut fanOut() {
        return fanOut;
    }

    final int nowMillis() {
        return nowMillis;
    }

    /** What clients may make the server hold. */
    final Memory memory() {
        return room.memory();
    }

    final Budget requests() {
        return requests;
    }

    final Budget unfinished() {
        return unfinished;
    }

    final Budget outbound() {
        return outbound;
    }

    final Budget broadcasts() {
        return broadcasts;
    }

    /** Whether something that a connection holds has become scarce. */
    private boolean isShort() {
        return requests.isShort() || unfinished.isShort() || outbound.isShort();
    }

    final Inbox inbox() {
        return inbox;
    }

    /** Leads decoded messages to the wire that is being read. */
    static final class Inbox implements FrameDecoder.Sink {
        private @Nullable Wire wire;

        /** From now on messages go to {@code next}; returns who got them before. */
        @Nullable Wire swap(@Nullable Wire next) {
            Wire before = wire;
            wire = next;
            return before;
        }

        private Wire wire() {
            Wire reading = wire;
            if (reading == null) {
                throw new AssertionError("nothing is being read");
            }
            return reading;
        }

        @Override
        public void text(byte[] bytes, int from, int to) {
            wire().onText(bytes, from, to);
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {
            wire().onBinary(bytes, from, to);
        }

        @Override
        public void ping(byte[] bytes, int from, int to) {
            wire().onPing(bytes, from, to);
        }

        @Override
        public void pong(byte[] bytes, int from, int to) {
            // It was heard; that is all a pong is for.
        }

        @Override
        public void close(int code, String reason) {
            wire().onClose(code, reason);
        }
    }
}
