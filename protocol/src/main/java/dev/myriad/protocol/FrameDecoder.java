package dev.myriad.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads WebSocket frames (RFC 6455, section 5) and hands whole messages to a {@link Sink}.
 * Thread-safe, unless it was given {@link Pieces}: it holds only the role and the limits; what a
 * connection leaves unfinished lies in its {@link Partial}.
 *
 * <p>A frame that arrived whole is handed on where it lies, without a copy or an object. A frame or
 * message over its limit is refused with {@link CloseCode#TOO_BIG} as soon as its header is there.
 * Text is checked while it arrives.
 */
public final class FrameDecoder {
    /** What an exception says of one frame too long; otherwise it was the message. */
    public static final String FRAME_TOO_BIG = "frame too big";

    private final boolean expectsMask;
    private final int maxFrameBytes;
    private final int maxMessageBytes;
    private final @Nullable Pieces pieces;

    private FrameDecoder(
            boolean expectsMask, int maxFrameBytes, int maxMessageBytes, @Nullable Pieces pieces) {
        if (maxFrameBytes < 0 || maxMessageBytes < 0) {
            throw new IllegalArgumentException("negative limit");
        }
        this.expectsMask = expectsMask;
        this.maxFrameBytes = maxFrameBytes;
        this.maxMessageBytes = maxMessageBytes;
        this.pieces = pieces;
    }

    /**
     * A decoder of what clients send: every frame must be masked. Limits are in payload bytes of a
     * data frame and of a whole message.
     */
    public static FrameDecoder server(int maxFrameBytes, int maxMessageBytes) {
        return new FrameDecoder(true, maxFrameBytes, maxMessageBytes, null);
    }

    /** The same, for one thread: long messages are gathered in these pieces. */
    public static FrameDecoder server(int maxFrameBytes, int maxMessageBytes, Pieces pieces) {
        return new FrameDecoder(true, maxFrameBytes, maxMessageBytes, pieces);
    }

    /**
     * A decoder of what servers send: no frame may be masked. Limits are in payload bytes of a data
     * frame and of a whole message.
     */
    public static FrameDecoder client(int maxFrameBytes, int maxMessageBytes) {
        return new FrameDecoder(false, maxFrameBytes, maxMessageBytes, null);
    }

    /**
     * Where messages and control frames go. Called by the decoding thread; byte ranges are valid
     * only during the call.
     */
    public interface Sink {
        /** A whole text message, valid UTF-8. */
        void text(byte[] bytes, int from, int to);

        void binary(byte[] bytes, int from, int to);

        void ping(byte[] bytes, int from, int to);

        void pong(byte[] bytes, int from, int to);

        /**
         * The peer closes, with {@link CloseCode#NO_STATUS} and an empty reason if it gave none.
         * Nothing follows.
         */
        void close(int code, String reason);
    }

    /**
     * Decodes all of the range, unmasking in place, and returns what to pass as {@code pending}
     * with the next bytes: null if nothing is unfinished. After a close frame everything is
     * ignored.
     *
     * @throws ProtocolException if the peer broke a rule; the connection has to end, {@code
     *     pending} is of no use any more
     */
    public @Nullable Partial decode(
            @Nullable Partial pending, byte[] bytes, int from, int to, Sink sink) {
        Objects.checkFromToIndex(from, to, bytes.length);
        Partial partial = pending;
        int at = from;
        while (at < to && partial != Partial.CLOSED) {
            if (partial == null || !partial.inFrame()) {
                if (partial == null || !partial.inHeader()) {
                    int headerLength = FrameHeader.length(bytes, at, to - at);
                    if (headerLength <= to - at) {
                        int payload = at + headerLength;
                        int length = check(partial, bytes, at);
                        if (length <= to - payload) {
                            partial = whole(partial, bytes, at, payload, payload + length, sink);
                            at = payload + length;
                            continue;
                        }
                    }
                    partial = partial == null ? begin() : partial;
                }
                at = partial.takeHeader(bytes, at, to);
                if (!partial.headerComplete()) {
                    return partial;
                }
                partial.openFrame(partial.header(), 0, check(partial, partial.header(), 0));
            }
            at = partial.takePayload(bytes, at, to);
            if (partial.frameComplete()) {
                partial = completed(partial, sink);
            }
        }
        return partial;
    }

    /**
     * Checks the whole header at {@code at} against the protocol and the limits and returns the
     * length of the payload.
     */
    private int check(@Nullable Partial partial, byte[] bytes, int at) {
        int opcode = FrameHeader.opcode(bytes, at);
        long length = FrameHeader.payloadLength(bytes, at);
        if (FrameHeader.hasReservedBits(bytes, at)) {
            throw error("reserved bit set");
        }
        if (FrameHeader.isMasked(bytes, at) != expectsMask) {
            throw error(expectsMask ? "frame is not masked" : "frame is masked");
        }
        if (length < 0) {
            throw error("negative length");
        }
        if (FrameHeader.isControl(opcode)) {
            if (opcode > FrameEncoder.PONG) {
                throw error("unknown opcode");
            }
            if (!FrameHeader.isFinal(bytes, at) || length > FrameEncoder.CONTROL_BYTES_MAX) {
                throw error("control frame is fragmented or too long");
            }
            return (int) length;
        }
        if (opcode > FrameEncoder.BINARY) {
            throw error("unknown opcode");
        }
        if ((opcode == FrameHeader.CONTINUATION) != Partial.inMessage(partial)) {
            throw error("continuation out of place");
        }
        if (length > maxFrameBytes) {
            throw new ProtocolException(CloseCode.TOO_BIG, FRAME_TOO_BIG);
        }
        if (length > (long) maxMessageBytes - Partial.messageLength(partial)) {
            throw new ProtocolException(CloseCode.TOO_BIG, "message too big");
        }
        return (int) length;
    }

    /**
     * Handles a frame that lies complete in {@code bytes}: its header at {@code at}, its payload
     * from {@code from} to {@code to}.
     */
    private @Nullable Partial whole(
            @Nullable Partial partial, byte[] bytes, int at, int from, int to, Sink sink) {
        int opcode = FrameHeader.opcode(bytes, at);
        boolean isFinal = FrameHeader.isFinal(bytes, at);
        FrameEncoder.mask(bytes, from, to, FrameHeader.maskKey(bytes, at));
        if (FrameHeader.isControl(opcode)) {
            return control(partial, opcode, bytes, from, to, sink);
        }
        if (isFinal && opcode != FrameHeader.CONTINUATION) {
            if (opcode == FrameEncoder.TEXT && !Utf8.valid(bytes, from, to)) {
                throw notUtf8();
            }
            data(opcode, bytes, from, to, sink);
            return null;
        }
        Partial fragments = partial == null ? begin() : partial;
        if (opcode != FrameHeader.CONTINUATION) {
            fragments.openMessage(opcode);
        }
        fragments.append(bytes, from, to, isFinal ? to - from : Partial.MORE);
        return isFinal ? endOfMessage(fragments, sink) : fragments;
    }

    /** Handles the frame that was just completed in {@code partial}. */
    private static @Nullable Partial completed(Partial partial, Sink sink) {
        int opcode = partial.opcode();
        byte[] control = partial.control();
        partial.closeFrame();
        if (FrameHeader.isControl(opcode)) {
            Partial rest = Partial.inMessage(partial) ? partial : null;
            return control(rest, opcode, control, 0, control.length, sink);
        }
        return partial.isFinal() ? endOfMessage(partial, sink) : partial;
    }

    private static @Nullable Partial endOfMessage(Partial message, Sink sink) {
        if (!message.textComplete()) {
            throw notUtf8();
        }
        Gathered gathered = message.message();
        int length = gathered.length();
        byte[] few = gathered.inOnePiece();
        if (few != null) {
            data(message.messageOpcode(), few, 0, length, sink);
            return null;
        }
        Pieces pool = gathered.pool();
        byte[] all = pool.takeWhole(length);
        gathered.copyInto(all);
        gathered.free();
        try {
            data(message.messageOpcode(), all, 0, length, sink);
        } finally {
            pool.giveBackWhole(all);
        }
        return null;
    }

    private Partial begin() {
        return new Partial(pieces == null ? new Pieces() : pieces);
    }

    private static void data(int opcode, byte[] bytes, int from, int to, Sink sink) {
        if (opcode == FrameEncoder.TEXT) {
            sink.text(bytes, from, to);
        } else {
            sink.binary(bytes, from, to);
        }
    }

    private static @Nullable Partial control(
            @Nullable Partial rest, int opcode, byte[] bytes, int from, int to, Sink sink) {
        if (opcode == FrameEncoder.CLOSE) {
            close(bytes, from, to, sink);
            return Partial.CLOSED;
        }
        if (opcode == FrameEncoder.PING) {
            sink.ping(bytes, from, to);
        } else {
            sink.pong(bytes, from, to);
        }
        return rest;
    }

    private static void close(byte[] bytes, int from, int to, Sink sink) {
        if (from == to) {
            sink.close(CloseCode.NO_STATUS, "");
            return;
        }
        if (to - from == 1) {
            throw error("close frame with half a code");
        }
        int code = (bytes[from] & 0xFF) << 8 | (bytes[from + 1] & 0xFF);
        if (!CloseCode.validOnWire(code)) {
            throw error("invalid close code");
        }
        if (!Utf8.valid(bytes, from + 2, to)) {
            throw new ProtocolException(CloseCode.INVALID_PAYLOAD, "close reason is not UTF-8");
        }
        sink.close(code, new String(bytes, from + 2, to - from - 2, StandardCharsets.UTF_8));
    }

    private static ProtocolException error(String message) {
        return new ProtocolException(CloseCode.PROTOCOL_ERROR, message);
    }

    private static ProtocolException notUtf8() {
        return new ProtocolException(CloseCode.INVALID_PAYLOAD, "text message is not UTF-8");
    }
}
