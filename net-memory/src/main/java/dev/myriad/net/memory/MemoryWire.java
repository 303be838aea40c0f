package dev.myriad.net.memory;

import dev.myriad.net.Limit;
import dev.myriad.net.engine.Command;
import dev.myriad.net.engine.Lane;
import dev.myriad.net.engine.Wire;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;

/**
 * A connection whose bytes go through two {@link Pipe}s. Confined to its shard's thread, but for
 * what its client calls.
 *
 * <p>As with a socket, a client that reads no more ends the output, not the connection: what it
 * sent before is read to its end. A client's reset loses all that is on its way.
 */
final class MemoryWire extends Wire {
    /** What a client can send ahead of its shard. */
    private static final int INBOUND_BYTES = 64 << 10;

    /** What an array that waits costs beside its bytes. */
    private static final int ARRAY_BYTES = 32;

    private final Pipe inbound;
    private final Pipe outbound;
    private InetSocketAddress peer;

    /** What the outbound pipe had no room for; of the first array some may have left. */
    private final ArrayDeque<byte[]> backlog = new ArrayDeque<>(0);

    private int sentOfFirst;
    private int backlogBytes;

    /** What of the backlog it is charged with. */
    private int charged;

    /** Nothing more is sent, but for the backlog. */
    private boolean finishing;

    /** The outbound pipe has ended; what remains is the end of the inbound one. */
    private boolean shut;

    /** The inbound pipe has ended. */
    private boolean deaf;

    private boolean closed;

    /**
     * @param outboundBytes what the client's end takes before it reads
     */
    MemoryWire(MemoryShard shard, InetSocketAddress peer, int outboundBytes) {
        super(shard);
        this.peer = peer;
        this.inbound = new Pipe(INBOUND_BYTES, () -> soon(() -> shard.readable(this)), () -> {});
        this.outbound = new Pipe(outboundBytes, () -> {}, () -> soon(this::flush));
    }

    // ---- what its client calls, from any thread

    Pipe inbound() {
        return inbound;
    }

    Pipe outbound() {
        return outbound;
    }

    void beginSoon() {
        soon(this::open);
    }

    void resetSoon() {
        soon(this::abort);
    }

    private void soon(Runnable step) {
        shard().post(
                        new Command() {
                            @Override
                            protected void run() {
                                step.run();
                            }
                        });
    }

    // ---- on the shard's thread

    private void open() {
        home().opened(this);
        begin();
        if (home().isClosing()) {
            abort();
        }
    }

    /** Reads once; whether there is more to read. */
    boolean read(byte[] scratch) {
        if (closed) {
            return false;
        }
        int length = inbound.poll(scratch);
        if (length < 0) {
            deaf = true;
            if (shut || !(finishing || awaitsAnswer())) {
                abort();
            }
            return false;
        }
        received(scratch, 0, length);
        return inbound.isReadable();
    }

    @Override
    protected void transmit(byte[] bytes) {
        if (finishing || closed) {
            return;
        }
        if (!backlog.isEmpty()
                && backlogCost() + bytes.length > limits().of(Limit.OUTBOUND_BYTES_MAX)) {
            tooSlow(Limit.OUTBOUND_BYTES_MAX);
            return;
        }
        counted(bytes.length); // first: who has received it finds it counted
        int sent = 0;
        if (backlog.isEmpty()) {
            sent = outbound.offer(bytes, 0);
            if (sent < 0) {
                endOutput();
                return;
            }
        }
        if (sent < bytes.length) {
            if (backlog.isEmpty()) {
                congested();
                sentOfFirst = sent;
            }
            backlog.add(bytes);
            backlogBytes += bytes.length - sent;
            if (!charge()) {
                tooSlow(Limit.OUTBOUND_MEMORY_PERCENT);
            }
        }
    }

    /** Charges what waits by now; whether that may be. */
    private boolean charge() {
        int now = backlogCost();
        boolean held = outboundBudget().move(charged, now);
        if (held) {
            charged = now;
        }
        return held;
    }

    private void dropBacklog() {
        backlog.clear();
        backlogBytes = 0;
        boolean _ = charge();
    }

    /** Many small arrays are more than their bytes. */
    private int backlogCost() {
        return backlogBytes + ARRAY_BYTES * backlog.size();
    }

    /** There is room again. */
    private void flush() {
        byte[] first;
        while (!closed && (first = backlog.peek()) != null) {
            int sent = outbound.offer(first, sentOfFirst);
            if (sent < 0) {
                endOutput();
                return;
            }
            backlogBytes -= sent;
            sentOfFirst += sent;
            if (sentOfFirst < first.length) {
                return;
            }
            backlog.remove();
            sentOfFirst = 0;
        }
        boolean _ = charge();
        if (finishing) {
            endOutput();
        }
    }

    /** All has left, or nobody reads it. */
    private void endOutput() {
        dropBacklog();
        finishing = true;
        shut = true;
        outbound.end();
        if (deaf) {
            abort(); // both ends are through
        }
    }

    @Override
    protected void finish() {
        finishing = true;
        soon(this::flush); // not amid what is being received
    }

    @Override
    protected void abort() {
        if (!closed) {
            closed = true;
            dropBacklog();
            inbound.refuse();
            outbound.end();
            home().closed(this);
            soon(this::gone); // within no call of the handler or of a group
        }
    }

    @Override
    protected int outputBytes() {
        return charged;
    }

    @Override
    public Lane lane() {
        return home();
    }

    @Override
    public InetSocketAddress peer() {
        return peer;
    }

    @Override
    protected void peerIs(InetSocketAddress client) {
        peer = client;
    }

    private MemoryShard home() {
        return (MemoryShard) shard();
    }
}
