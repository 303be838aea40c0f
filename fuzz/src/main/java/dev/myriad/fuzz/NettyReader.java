package dev.myriad.fuzz;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Netty's decoder of requests, as it is unless it is told otherwise. Thread-safe: no state. */
final class NettyReader implements Function<byte[], Reading> {
    private static final int LIMIT = 100_000;

    @Override
    public Reading apply(byte[] stream) {
        Reading reading = new Reading();
        HttpDecoderConfig config =
                new HttpDecoderConfig().setMaxInitialLineLength(LIMIT).setMaxHeaderSize(LIMIT);
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(config));
        channel.writeInbound(Unpooled.wrappedBuffer(stream));
        @Nullable HttpRequest request = null;
        ByteText body = new ByteText();
        for (HttpObject part = channel.readInbound(); part != null; part = channel.readInbound()) {
            if (part.decoderResult().isFailure()) {
                reading.over = String.valueOf(part.decoderResult().cause());
                ReferenceCountUtil.release(part);
                break;
            }
            if (part instanceof HttpRequest begun) {
                request = begun;
                body.clear();
            }
            if (part instanceof HttpContent content) {
                body.add(ByteBufUtil.getBytes(content.content()));
            }
            if (part instanceof LastHttpContent && request != null) {
                String method = request.method().name();
                String target = AgainstTarget.relative(method, request.uri());
                reading.requests.add(Reading.request(method, target, body.toBytes()));
                request = null;
            }
            ReferenceCountUtil.release(part);
        }
        reading.unfinished = request != null;
        channel.finishAndReleaseAll();
        return reading;
    }
}
