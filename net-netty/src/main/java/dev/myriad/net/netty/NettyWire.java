package dev.myriad.net.netty;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import dev.myriad.net.Limit;
import dev.myriad.net.engine.Lane;
import dev.myriad.net.engine.Output;
import dev.myriad.net.engine.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection on a Netty channel, and the only handler in that channel's pipeline. Confined to its
 * shard's thread, but for the methods of {@link dev.myriad.net.Connection}.
 *
 * <p>Bytes leave in one of two ways. While the socket takes everything (nearly always) they go from
 * the shard's buffer straight to it: no buffer, promise or queue entry per send. What the socket
 * does not take waits in {@link #outbox}; its first few kilobytes are handed to Netty, which waits
 * for the socket to become writable, and when they are gone the rest follows. On NIO, where Netty
 * does not show the socket, all goes by the second way.
 *
 * <p>Netty may close a socket and say so a little later; by then the descriptor's number may be
 * another connection's. So each direct send asks {@link Socket#isOpen} first; only this thread
 * closes it.
 *
 * <p>A send that fails (the client has closed, and reset what came after) ends the output, not the
 * connection: what has come from the client may lie unread in its socket, and is read until the end
 * or the error behind it. What the kernel had not taken from the network when the reset came is
 * lost.
 *
 * <p>To finish politely the output is shut and the peer's end of file awaited, for as long as
 * {@link dev.myriad.net.Limit#CLOSE_MILLIS}: closing at once would reset the connection if anything
 * unread came from the peer, and with it lose what was sent last.
 */
final class NettyWire extends Wire implements ChannelInboundHandler {
    private static final Line FAULT =
            Log.of(NettyWire.class).error("a fault on the way to or from {}");

    /** On the shard's list of wires to flush. */
    private static final int DIRTY = 1;

    /** Netty holds bytes of this wire: nothing may overtake them. */
    private static final int CONGESTED = 2;

    /** Once everything has left, the output is shut. */
    private static final int FINISHING = 4;

    /** The output is shut; what remains is the peer's end of file. */
    private static final int SHUT = 8;

    private static final int ABORTED = 16;

    /** This congestion is counted already; it ends when the outbox is empty. */
    private static final int COUNTED = 32;

    /** The peer sends no more. */
    private static final int DEAF = 64;

    /** What Netty holds of this wire is charged. */
    private static final int CHARGED = 128;

    private static final int RETRY_MILLIS = 5;

    private final SocketChannel channel;
    private final @Nullable Socket socket;
    private @Nullable Outbox outbox;
    private int state;

    /** For whom a trusted proxy asks, if one does. */
    private @Nullable InetSocketAddress client;

    NettyWire(NettyShard shard, SocketChannel channel) {
        super(shard);
        this.channel = channel;
        this.socket = channel instanceof UnixChannel unix ? (Socket) unix.fd() : null;
    }

    // ---- sending

    @Override
    protected void transmit(byte[] bytes) {
        if ((state & (FINISHING | SHUT | ABORTED)) == 0) {
            queue(bytes, 0);
        }
    }

    /** Sends what the shard shares just now; {@code address} is where its first byte lies. */
    void share(byte[] frames, long address) {
        Socket direct = socket;
        if (direct == null || address == 0 || state != 0 || !direct.isOpen()) {
            transmit(frames);
            return;
        }
        try {
            int sent = direct.sendAddress(address, 0, frames.length);
            if (sent == frames.length) {
                counted(sent);
            } else {
                queue(frames, sent);
            }
        } catch (IOException _) {
            endOutput();
        }
    }

    private void queue(byte[] bytes, int from) {
        Outbox box = outbox;
        if (box != null && box.cost() + bytes.length > limits().of(Limit.OUTBOUND_BYTES_MAX)) {
            flush();
            box = outbox;
            if (box != null && box.cost() + bytes.length > limits().of(Limit.OUTBOUND_BYTES_MAX)) {
                tooSlow(Limit.OUTBOUND_BYTES_MAX);
                return;
            }
        }
        if (box == null) {
            box = home().borrowOutbox();
            outbox = box;
        }
        box.add(bytes, from);
        counted(bytes.length);
        if ((state & CONGESTED) != 0 && !box.charge(outboundBudget())) {
            tooSlow(Limit.OUTBOUND_MEMORY_PERCENT);
            return;
        }
        markDirty();
    }

    private void markDirty() {
        if ((state & DIRTY) == 0) {
            state |= DIRTY;
            home().addDirty(this);
        }
    }

    /** Called by the shard at the end of its turn, once per wire that has something to send. */
    void flushDirty() {
        state &= ~DIRTY;
        flush();
    }

    private void flush() {
        Outbox box;
        while ((box = outbox) != null && (state & (CONGESTED | ABORTED)) == 0) {
            int taken = socket == null ? 0 : sendNow(socket, box);
            if (taken < 0) {
                endOutput();
                return;
            }
            box.remove(taken);
            if (!box.isEmpty() && !box.charge(outboundBudget())) {
                tooSlow(Limit.OUTBOUND_MEMORY_PERCENT);
                return;
            }
            if (!box.isEmpty() && socket != null && (state & DEAF) != 0) {
                // Netty's epoll forgets a socket whose input is shut: it could not wait for it.
                var _ = home().loop().schedule(this::flush, RETRY_MILLIS, TimeUnit.MILLISECONDS);
                return;
            }
            if (box.isEmpty() || handOver(box)) {
                dropOutbox();
            }
        }
        if (box == null && (state & CONGESTED) == 0) {
            state &= ~COUNTED;
            if ((state & FINISHING) != 0) {
                shutOutput();
            }
        }
    }

    private void shutOutput() {
        if ((state & (SHUT | ABORTED)) == 0) {
            state |= SHUT;
            if ((state & DEAF) == 0) {
                var _ = channel.shutdownOutput();
            } else {
                abort(); // both ends are through
            }
        }
    }

    /** A send has failed, and so would all others. */
    private void endOutput() {
        dropOutbox();
        relieve();
        state |= FINISHING;
        shutOutput();
    }

    /** Sends until the socket is full or the box empty; returns how much went, -1 if it failed. */
    private int sendNow(Socket direct, Outbox box) {
        if (!direct.isOpen()) {
            return -1;
        }
        NettyShard shard = home();
        int length = box.peek(shard.sendBuffer());
        try {
            int sent = direct.sendAddress(shard.sendAddress(), 0, length);
            while (sent == length && length < box.bytes()) {
                box.remove(sent);
                length = box.peek(shard.sendBuffer());
                sent = direct.sendAddress(shard.sendAddress(), 0, length);
            }
            return sent;
        } catch (IOException _) {
            return -1;
        }
    }

    /**
     * Lets Netty send the next bytes when the socket is writable again; whether they were the last.
     * Netty may find out meanwhile that the connection is broken, and so end this wire.
     */
    private boolean handOver(Outbox box) {
        ByteBuf buffer = home().handOverBuffer(channel.alloc(), box, socket == null);
        box.remove(buffer.readableBytes());
        boolean last = box.isEmpty();
        state |= CONGESTED;
        var _ = box.charge(outboundBudget());
        if ((state & CHARGED) == 0
                && outboundBudget().move(0, home().handOverBytes(socket == null))) {
            state |= CHARGED;
        }
        var _ = channel.write(buffer, channel.voidPromise());
        channel.flush();
        if ((state & (CONGESTED | ABORTED | COUNTED)) == CONGESTED) {
            state |= COUNTED;
            congested();
        }
        return last;
    }

    @Override
    protected void finish() {
        state |= FINISHING;
        markDirty();
    }

    @Override
    protected void abort() {
        if ((state & ABORTED) == 0) {
            state |= ABORTED;
            relieve();
            dropOutbox();
            channel.unsafe().close(channel.unsafe().voidPromise());
        }
    }

    @Override
    protected int outputBytes() {
        int handedOver = (state & CONGESTED) == 0 ? 0 : home().handOverBytes(socket == null);
        Outbox box = outbox;
        return handedOver + (box == null ? 0 : Math.max(1, box.charged()));
    }

    @Override
    protected @Nullable Output output() {
        return outbox;
    }

    /** Netty holds nothing of this wire any more. */
    private void relieve() {
        if ((state & CHARGED) != 0) {
            boolean _ = outboundBudget().move(home().handOverBytes(socket == null), 0);
        }
        state &= ~(CONGESTED | CHARGED);
    }

    private void dropOutbox() {
        Outbox box = outbox;
        if (box != null) {
            outbox = null;
            box.forget(outboundBudget());
            home().giveBack(box);
        }
    }

    @Override
    public Lane lane() {
        return home();
    }

    @Override
    public InetSocketAddress peer() {
        InetSocketAddress other = client;
        return other == null ? channel.remoteAddress() : other;
    }

    @Override
    protected void peerIs(InetSocketAddress client) {
        this.client = client;
    }

    private NettyShard home() {
        return (NettyShard) shard();
    }

    // ---- what Netty calls

    @Override
    public void channelActive(ChannelHandlerContext context) {
        begin();
        if (home().isClosing()) {
            abort();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            byte[] scratch = home().scratch();
            while (bytes.isReadable() && (state & ABORTED) == 0) {
                int length = Math.min(bytes.readableBytes(), scratch.length);
                bytes.readBytes(scratch, 0, length);
                received(scratch, 0, length);
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // What answers the last bytes before an end of file has to leave before the socket closes.
        flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable() && (state & CONGESTED) != 0) {
            relieve();
            markDirty();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            state |= DEAF;
            flush();
            boolean shut = (state & SHUT) != 0;
            if (shut || !((state & FINISHING) != 0 || awaitsAnswer())) {
                abort();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        state |= ABORTED;
        relieve();
        dropOutbox();
        gone();
    }

    @Override
    @SuppressWarnings("deprecation") // only for handlers that are not inbound ones
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            endOutput(); // if it was a read that failed, the input's end follows
        } else {
            FAULT.tell(cause, peer());
            abort();
        }
    }

    @Override
    public void channelRegistered(ChannelHandlerContext context) {}

    @Override
    public void channelUnregistered(ChannelHandlerContext context) {}

    @Override
    public void handlerAdded(ChannelHandlerContext context) {}

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {}
}
