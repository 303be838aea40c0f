package dev.myriad.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * The one buffer into which a shard receives for all of its connections: the handler takes the
 * bytes before the next read, so an idle connection holds no buffer and a read allocates nothing.
 * Confined to its shard's thread.
 */
@SuppressWarnings("deprecation") // Handle is, its heir ExtendedHandle is not
final class ReceiveBuffer implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {
    /**
     * Also what a connection is read in a turn, however much it sends: hundreds that send without
     * end shall not keep one that sends little waiting.
     */
    static final int BYTES = 16 << 10;

    private final ByteBuf buffer =
            new UnpooledByteBufAllocator(true, true).directBuffer(BYTES, BYTES);

    private int lastBytes;
    private int attemptedBytes;

    @Override
    public Handle newHandle() {
        return this;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator unused) {
        return buffer.clear().retain();
    }

    @Override
    public int guess() {
        return BYTES;
    }

    @Override
    public void reset(ChannelConfig config) {
        // Nothing is counted.
    }

    @Override
    public void incMessagesRead(int count) {
        // One a turn.
    }

    @Override
    public void lastBytesRead(int bytes) {
        lastBytes = bytes;
    }

    @Override
    public int lastBytesRead() {
        return lastBytes;
    }

    @Override
    public void attemptedBytesRead(int bytes) {
        attemptedBytes = bytes;
    }

    @Override
    public int attemptedBytesRead() {
        return attemptedBytes;
    }

    @Override
    public boolean continueReading() {
        return false;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
        return false;
    }

    @Override
    public void readComplete() {
        // Nothing is learnt from it: the size is fixed.
    }
}
