package dev.myriad.net.uring;

import dev.myriad.net.Limit;
import dev.myriad.net.engine.Lane;
import dev.myriad.net.engine.Output;
import dev.myriad.net.engine.Shard;
import dev.myriad.net.engine.Wire;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A connection in a slot of a ring's table. Its lane does the work; here is the state. Confined to
 * its shard's thread, but for the methods of {@link dev.myriad.net.Connection}.
 */
final class UringWire extends Wire {
    private final UringLane lane;
    final int slot;
    final int generation;

    /** The submission that carries its last send, whose failure is unknown until then. */
    int sentInBatch;

    @Nullable Backlog backlog;

    /** A receive is armed; it must end before the slot is closed. */
    boolean receiving;

    /** A receive is to be armed, when it is this wire's turn. */
    boolean rationed;

    /** A chunk of the backlog is under way; it must end before the slot is closed. */
    boolean sendingAll;

    /** Nothing more is sent: all that was to be said has been, or a send has failed. */
    boolean finishing;

    /** The output is shut, or that is under way; what remains is the client's end. */
    boolean shut;

    /** The shutting is under way; it must end before the slot is closed. */
    boolean shutting;

    /** To be closed now; and how far that got. */
    boolean closing;

    boolean receiveCancelled;
    boolean sendCancelled;
    boolean closeQueued;

    private int ipv4;
    private short port;
    private byte @Nullable [] ipv6;

    UringWire(Shard shard, UringLane lane, int slot, int generation, int batchBefore) {
        super(shard);
        this.lane = lane;
        this.slot = slot;
        this.generation = generation;
        this.sentInBatch = batchBefore;
    }

    @Override
    public Lane lane() {
        return lane;
    }

    @Override
    protected void transmit(byte[] bytes) {
        lane.transmit(this, bytes);
    }

    @Override
    protected void finish() {
        finishing = true;
        lane.finishLater(this);
    }

    @Override
    protected void abort() {
        lane.close(this);
    }

    @Override
    protected int outputBytes() {
        Backlog waiting = backlog;
        return waiting == null ? 0 : Math.max(1, waiting.charged());
    }

    /**
     * Asked after frames that may be many: whether the socket took them shows in the submission.
     */
    @Override
    protected @Nullable Output output() {
        lane.settle(this);
        return backlog;
    }

    // Methods of the engine that only a subclass may call, under other names, for the lane.

    void start() {
        begin();
    }

    void heard(byte[] bytes, int to) {
        received(bytes, 0, to);
    }

    void sent(int bytes) {
        counted(bytes);
    }

    void stalled() {
        congested();
    }

    void overflowed(Limit limit) {
        tooSlow(limit);
    }

    /** Nothing that waits will be sent any more. */
    void dropBacklog() {
        Backlog waiting = backlog;
        if (waiting != null) {
            backlog = null;
            waiting.forget(outboundBudget());
        }
    }

    boolean chargeBacklog(Backlog waiting) {
        return waiting.charge(outboundBudget());
    }

    boolean awaits() {
        return awaitsAnswer();
    }

    void ended() {
        gone();
    }

    int outboundBytesMax() {
        return limits().of(Limit.OUTBOUND_BYTES_MAX);
    }

    void peerIs(int ipv4, short port) {
        this.ipv4 = ipv4;
        this.port = port;
    }

    void peerIs(byte[] ipv6, short port) {
        this.ipv6 = ipv6;
        this.port = port;
    }

    @Override
    protected void peerIs(InetSocketAddress client) {
        byte[] address = client.getAddress().getAddress();
        port = (short) client.getPort();
        if (address.length == 4) {
            ipv4 = ByteBuffer.wrap(address).order(ByteOrder.LITTLE_ENDIAN).getInt();
            ipv6 = null;
        } else {
            ipv6 = address;
        }
    }

    @Override
    public InetSocketAddress peer() {
        byte[] address = ipv6;
        if (address == null) {
            address =
                    new byte[] {
                        (byte) ipv4, (byte) (ipv4 >> 8), (byte) (ipv4 >> 16), (byte) (ipv4 >> 24)
                    };
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port & 0xffff);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
