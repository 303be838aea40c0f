package dev.myriad.net.engine;

import dev.myriad.net.Application;
import dev.myriad.net.HttpAnswer;
import dev.myriad.net.HttpQuestion;
import dev.myriad.net.Limit;
import dev.myriad.protocol.HttpException;
import dev.myriad.protocol.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks plain HTTP/1.1: Netty's own codec, fed by hand. Confined to its shard's
 * thread; the application answers on a virtual thread.
 *
 * <p>Requests are answered one at a time, in their order. While one is being answered no more bytes
 * are decoded: they wait, up to {@link Limit#HTTP_WAITING_BYTES_MAX}, beyond which the connection
 * is aborted.
 */
final class HttpSession {
    private static final System.Logger LOG = System.getLogger(HttpSession.class.getName());

    /** What the aggregator hands on instead of a request whose body is too long. */
    private static final Object TOO_LONG = new Object();

    private final Wire wire;
    private final Application application;
    private final EmbeddedChannel codec;
    private Opening waiting = Opening.NOTHING_YET;
    private boolean answering;
    private boolean ended;
    private boolean last;

    HttpSession(Wire wire, Application application) {
        this.wire = wire;
        this.application = application;
        int headBytesMax = wire.limits().of(Limit.HEAD_BYTES_MAX);
        HttpDecoderConfig bounds =
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(headBytesMax)
                        .setMaxHeaderSize(headBytesMax);
        this.codec =
                new EmbeddedChannel(
                        new HttpServerCodec(bounds),
                        new Aggregator(wire.limits().of(Limit.HTTP_BODY_BYTES_MAX)));
    }

    /**
     * Refuses in turn: an answer that the aggregator sent by itself could overtake earlier ones.
     */
    private static final class Aggregator extends HttpObjectAggregator {
        Aggregator(int bodyBytesMax) {
            super(bodyBytesMax);
        }

        @Override
        protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage message) {
            context.fireChannelRead(TOO_LONG);
        }

        @Override
        protected @Nullable Object newContinueResponse(
                HttpMessage start, int bodyBytesMax, ChannelPipeline pipeline) {
            Object response = super.newContinueResponse(start, bodyBytesMax, pipeline);
            if (response instanceof FullHttpResponse interim
                    && interim.status().equals(HttpResponseStatus.CONTINUE)) {
                return response;
            }
            ReferenceCountUtil.release(response);
            return null;
        }
    }

    void received(byte[] bytes, int from, int to) {
        if (ended) {
            return;
        }
        if (!answering) {
            decode(bytes, from, to);
            return;
        }
        if (waiting == Opening.NOTHING_YET) {
            waiting = Opening.of(bytes, from, to);
        } else if (!waiting.keep(bytes, from, to, wire.limits().of(Limit.HTTP_WAITING_BYTES_MAX))) {
            limitCounters().of(Limit.HTTP_WAITING_BYTES_MAX).exceeded(wire.peer());
            abort();
        }
    }

    /** Whether the application has yet to answer: that may take its time. */
    boolean isAnswering() {
        return answering;
    }

    /** The client sends no more: whether an answer is under way, after which the session ends. */
    boolean endsAfterAnswer() {
        last = true;
        return answering;
    }

    /** Ends it after the answer that is under way, if there is one. */
    void endSoon() {
        if (!endsAfterAnswer() && !ended) {
            ended = true;
            wire.finishHttp();
        }
    }

    void closed() {
        ended = true;
        waiting = Opening.NOTHING_YET;
        try {
            codec.finishAndReleaseAll();
        } catch (PrematureChannelClosureException _) {
            // A request was not whole. What it held is released all the same.
        }
    }

    private void decode(byte[] bytes, int from, int to) {
        codec.writeInbound(Unpooled.copiedBuffer(bytes, from, to - from));
        if (codec.inboundMessages().size() > wire.limits().of(Limit.HTTP_WAITING_REQUESTS_MAX)) {
            limitCounters().of(Limit.HTTP_WAITING_REQUESTS_MAX).exceeded(wire.peer());
            abort();
            return;
        }
        transmitEncoded();
        serveNext();
    }

    /** Turns to the next request, until one has to be waited for or there is none. */
    private void serveNext() {
        while (!answering && !ended) {
            Object next = codec.readInbound();
            if (next == null) {
                if (waiting == Opening.NOTHING_YET) {
                    return;
                }
                Opening more = waiting;
                waiting = Opening.NOTHING_YET;
                decode(more.bytes(), 0, more.length());
                return;
            }
            if (next instanceof FullHttpRequest request) {
                try {
                    serve(request);
                } finally {
                    request.release();
                }
            } else {
                limitCounters().of(Limit.HTTP_BODY_BYTES_MAX).exceeded(wire.peer());
                refuse(HttpAnswer.text(413, "the body is too long"));
            }
        }
    }

    private void serve(FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            Throwable cause = request.decoderResult().cause();
            if (cause instanceof TooLongHttpLineException
                    || cause instanceof TooLongHttpHeaderException) {
                limitCounters().of(Limit.HEAD_BYTES_MAX).exceeded(wire.peer());
            }
            refuse(refusal(cause));
            return;
        }
        HttpQuestion question;
        try {
            question = question(request);
        } catch (HttpException e) {
            answer(HttpAnswer.text(e.status(), String.valueOf(e.getMessage())), false);
            return;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        answering = true;
        Thread.ofVirtual()
                .name("myriad-http")
                .start(
                        () -> {
                            HttpAnswer answer = ask(question);
                            wire.execute(() -> answered(answer, keepAlive));
                        });
    }

    private HttpAnswer ask(HttpQuestion question) {
        try {
            return application.http(question);
        } catch (Throwable fault) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "no answer to " + question.method() + " " + question.path(),
                    fault);
            return HttpAnswer.text(500, "internal error");
        }
    }

    private void answered(HttpAnswer answer, boolean keepAlive) {
        if (!ended) {
            answering = false;
            wire.restartDeadline();
            answer(answer, keepAlive && !last);
            serveNext();
        }
    }

    private HttpQuestion question(FullHttpRequest request) {
        Map<String, List<String>> headers = new HashMap<>();
        for (Map.Entry<String, String> header : request.headers()) {
            headers.computeIfAbsent(
                            header.getKey().toLowerCase(Locale.ROOT), _ -> new ArrayList<>(1))
                    .add(header.getValue());
        }
        return new HttpQuestion(
                RequestHead.of(request.method().name(), request.uri(), headers),
                ByteBufUtil.getBytes(request.content()),
                wire.peer());
    }

    private static HttpAnswer refusal(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> HttpAnswer.text(414, "the request line is too long");
            case TooLongHttpHeaderException _ -> HttpAnswer.text(431, "the headers are too long");
            default -> HttpAnswer.text(400, "malformed request");
        };
    }

    /** Refuses a request of which more may be on its way. */
    private void refuse(HttpAnswer answer) {
        boolean _ = transmit(answer, false);
        ended = true;
        wire.listenNoMore();
    }

    private void answer(HttpAnswer answer, boolean keepAlive) {
        if (!transmit(answer, keepAlive)) {
            ended = true;
            wire.finishHttp();
        }
    }

    /** Whether the connection stays. */
    private boolean transmit(HttpAnswer answer, boolean keepAlive) {
        FullHttpResponse response;
        try {
            response = response(answer);
        } catch (IllegalArgumentException fault) {
            LOG.log(System.Logger.Level.ERROR, "an answer with a malformed header", fault);
            response = response(HttpAnswer.text(500, "internal error"));
        }
        boolean stays = keepAlive && HttpUtil.isKeepAlive(response);
        if (!stays) {
            response.headers().set(HttpHeaderNames.CONNECTION, "close");
        }
        codec.writeOutbound(response);
        transmitEncoded();
        return stays;
    }

    private static FullHttpResponse response(HttpAnswer answer) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(answer.status()),
                        Unpooled.wrappedBuffer(answer.body()));
        answer.headers().forEach((name, value) -> response.headers().set(name, value));
        response.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length)
                .set(
                        HttpHeaderNames.DATE,
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                ZonedDateTime.now(ZoneOffset.UTC)));
        return response;
    }

    /**
     * Sends what the codec has encoded as one array, so that it is one step in the wire's queue.
     */
    private void transmitEncoded() {
        byte[] bytes = {};
        ByteBuf encoded;
        while ((encoded = codec.readOutbound()) != null) {
            int length = encoded.readableBytes();
            bytes = Arrays.copyOf(bytes, bytes.length + length);
            encoded.readBytes(bytes, bytes.length - length, length);
            encoded.release();
        }
        if (bytes.length > 0) {
            wire.transmit(bytes);
        }
    }

    private LimitCounters limitCounters() {
        return wire.shard().limitCounters();
    }

    private void abort() {
        ended = true;
        wire.abort();
    }
}
