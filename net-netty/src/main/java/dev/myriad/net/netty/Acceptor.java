package dev.myriad.net.netty;

import dev.myriad.log.Line;
import dev.myriad.log.Log;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * Hands each socket that a listener accepts to a shard, one after the other in turn. Confined to
 * the listener's event loop.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final Line CANNOT = Log.of(Acceptor.class).warning("cannot accept: {}");
    private static final int PAUSE_MILLIS = 200;

    private final NettyShard[] shards;
    private final int sendBufferBytes;
    private int next;

    /**
     * @param sendBufferBytes to set on each socket, 0 if it inherits the listener's
     */
    Acceptor(NettyShard[] shards, int sendBufferBytes) {
        this.shards = shards;
        this.sendBufferBytes = sendBufferBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        SocketChannel channel = (SocketChannel) message;
        if (sendBufferBytes > 0) {
            channel.config().setSendBufferSize(sendBufferBytes);
        }
        shards[next].accept(channel);
        next = next + 1 == shards.length ? 0 : next + 1;
    }

    /** Usually no file descriptor is left; to try again at once would only burn the CPU. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        CANNOT.tell(cause);
        context.channel().config().setAutoRead(false);
        var _ =
                context.executor()
                        .schedule(
                                () -> context.channel().config().setAutoRead(true),
                                PAUSE_MILLIS,
                                TimeUnit.MILLISECONDS);
    }
}
