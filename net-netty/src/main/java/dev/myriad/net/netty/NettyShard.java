package dev.myriad.net.netty;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Application;
import dev.myriad.net.Limits;
import dev.myriad.net.engine.Command;
import dev.myriad.net.engine.Lane;
import dev.myriad.net.engine.Room;
import dev.myriad.net.engine.Shard;
import dev.myriad.net.engine.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Buffer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A shard on one Netty event loop, which is its only lane. Confined to the loop's thread, but for
 * {@link #post}, {@link #isInside} and what the transport does to start and stop it.
 *
 * <p>The loop does, over and over: wait for sockets and read them; run a turn; flush each wire that
 * got something to send meanwhile. It waits only if no turn is due.
 */
final class NettyShard extends Shard implements Lane {
    private static final Line FAULT = Log.of(NettyShard.class).error("a fault of shard {}");

    /** Frames that fit are copied once and then sent straight from there. */
    private static final int SEND_BUFFER_BYTES = 64 << 10;

    /** What Netty holds of a congested connection: enough to wait for its socket. */
    private static final int HAND_OVER_BYTES = 4 << 10;

    private static final byte[] NOTHING = {};
    private static final int OUTBOXES_KEPT = 64;

    /** A connection is congested exactly as long as Netty holds bytes of it. */
    private static final WriteBufferWaterMark ANY_BYTE = new WriteBufferWaterMark(1, 1);

    private final Lane[] lanes = {this};
    private final Loop loop;
    private final ReceiveBuffer receiveBuffer = new ReceiveBuffer();
    private final byte[] scratch = new byte[ReceiveBuffer.BYTES];

    private final ByteBuffer sendBuffer = ByteBuffer.allocateDirect(SEND_BUFFER_BYTES);
    private final ByteBuffer shared = ByteBuffer.allocateDirect(SEND_BUFFER_BYTES);
    private final long sendAddress;
    private final long sharedAddress;
    private byte[] sharedFrames = NOTHING;
    private long sharedFramesAddress;

    private final Outbox[] outboxes = new Outbox[OUTBOXES_KEPT];
    private int outboxCount;
    private @Nullable NettyWire[] dirty = new NettyWire[64];
    private int dirtyCount;
    private boolean busy;
    private boolean closing;

    /**
     * @param direct whether the sockets can be written to without Netty's queue
     */
    NettyShard(
            int index,
            Limits limits,
            Application application,
            Room room,
            IoHandlerFactory io,
            boolean direct) {
        super(index, limits, application, room);
        sendAddress = direct ? Buffer.memoryAddress(sendBuffer) : 0;
        sharedAddress = direct ? Buffer.memoryAddress(shared) : 0;
        loop = new Loop(io);
    }

    /** The event loop, with a turn of the shard after each round of input. */
    private final class Loop extends SingleThreadIoEventLoop {
        Loop(IoHandlerFactory io) {
            super(null, new DefaultThreadFactory("myriad-netty-" + NettyShard.this.index()), io);
        }

        @Override
        protected void run() {
            super.run();
            endAll(); // Netty may have ended without telling those whose socket it closed last
        }

        @Override
        protected int runIo() {
            int handled = super.runIo();
            afterInput();
            return handled;
        }

        /** The loop asks this before it waits, and again when a {@link #wakeUp} would be heard. */
        @Override
        protected boolean hasTasks() {
            return busy || dirtyCount > 0 || super.hasTasks() || !fallAsleep();
        }

        void wakeUp() {
            wakeup(false);
        }
    }

    private void afterInput() {
        awake();
        try {
            busy = turn();
            flushDirty();
        } catch (Throwable e) {
            FAULT.tell(e, index());
            busy = true;
        }
    }

    private void flushDirty() {
        for (int i = 0; i < dirtyCount; i++) {
            NettyWire wire = dirty[i];
            dirty[i] = null;
            if (wire != null) {
                wire.flushDirty();
            }
        }
        dirtyCount = 0;
    }

    void addDirty(NettyWire wire) {
        if (dirtyCount == dirty.length) {
            dirty = Arrays.copyOf(dirty, dirtyCount * 2);
        }
        dirty[dirtyCount++] = wire;
    }

    // ---- life

    /** Starts the thread. */
    void start() {
        long millis = sleepMillisMax();
        var _ = loop.scheduleAtFixedRate(() -> {}, millis, millis, TimeUnit.MILLISECONDS);
    }

    IoEventLoop loop() {
        return loop;
    }

    /** Takes over a socket that any loop of the transport accepted. */
    void accept(SocketChannel channel) {
        channel.config().setRecvByteBufAllocator(receiveBuffer);
        channel.config().setWriteBufferWaterMark(ANY_BYTE);
        channel.config().setAllowHalfClosure(true);
        channel.config().setAutoClose(false); // a failed write leaves what has come to be read
        channel.pipeline().addLast(new NettyWire(this, channel));
        channel.unsafe().register(loop, channel.unsafe().voidPromise());
    }

    /** Closes what is accepted from now on. Called by any thread. */
    void closeNewcomersSoon() {
        post(
                new Command() {
                    @Override
                    protected void run() {
                        closing = true;
                    }
                });
    }

    boolean isClosing() {
        return closing;
    }

    @Override
    public boolean isInside() {
        return loop.inEventLoop();
    }

    @Override
    protected void wake() {
        loop.wakeUp();
    }

    // ---- the lane

    @Override
    public Lane[] lanes() {
        return lanes;
    }

    @Override
    public Shard shard() {
        return this;
    }

    @Override
    public void shareBegins(byte[] frames) {
        boolean fits = sharedAddress != 0 && frames.length <= SEND_BUFFER_BYTES;
        if (fits) {
            shared.put(0, frames);
        }
        sharedFrames = frames;
        sharedFramesAddress = fits ? sharedAddress : 0;
    }

    @Override
    public void share(Wire wire) {
        ((NettyWire) wire).share(sharedFrames, sharedFramesAddress);
    }

    @Override
    public void shareEnds() {
        sharedFrames = NOTHING;
    }

    // ---- buffers, shared by all wires

    byte[] scratch() {
        return scratch;
    }

    ByteBuffer sendBuffer() {
        return sendBuffer;
    }

    long sendAddress() {
        return sendAddress;
    }

    /** As many bytes as Netty is given at most of one connection. */
    int handOverBytes(boolean all) {
        return all ? SEND_BUFFER_BYTES : HAND_OVER_BYTES;
    }

    /** The oldest bytes of the box, few unless Netty is to send them {@code all}. */
    ByteBuf handOverBuffer(ByteBufAllocator allocator, Outbox box, boolean all) {
        int length = box.peek(sendBuffer);
        int taken = all ? length : Math.min(length, HAND_OVER_BYTES);
        ByteBuf buffer = allocator.directBuffer(taken);
        buffer.writeBytes(sendBuffer.slice(0, taken));
        return buffer;
    }

    Outbox borrowOutbox() {
        return outboxCount == 0 ? new Outbox() : outboxes[--outboxCount];
    }

    void giveBack(Outbox box) {
        if (box.clear() && outboxCount < OUTBOXES_KEPT) {
            outboxes[outboxCount++] = box;
        }
    }
}
