package dev.myriad.net;

import java.util.function.Consumer;

/**
 * Every bound of the net layer, each with a documented overflow, which is counted in {@link
 * NetStats#limits} and logged once a second at most.
 *
 * @param connectionsMax over it a new connection is answered 503 and closed
 * @param connectionsPerAddressMax WebSockets of one IPv4 address or IPv6 network of 64 bits; over
 *     it an upgrade is answered 429; 0 = any number, since behind a proxy all have the proxy's
 *     address
 * @param frameBytesMax of one inbound frame; over it close 1009
 * @param messageBytesMax of one inbound message; over it close 1009
 * @param headBytesMax of a request head; over it 431, or 414 if its first line is longer
 * @param headersMax in a request head; over it 431
 * @param httpBodyBytesMax of a plain HTTP request; over it 413
 * @param outboundBytesMax queued for one connection that reads too slowly; over it that is cut off,
 *     and its handler hears 1013
 * @param handshakeMillis from accept to a complete upgrade request; over it 408 and closed
 * @param idleMillis since the last received byte; over it close 1002; 0 = never
 * @param closeMillis to wait for the peer's close frame; over it the socket is closed
 */
public record Limits(
        int connectionsMax,
        int connectionsPerAddressMax,
        int frameBytesMax,
        int messageBytesMax,
        int headBytesMax,
        int headersMax,
        int httpBodyBytesMax,
        int outboundBytesMax,
        int handshakeMillis,
        int idleMillis,
        int closeMillis) {
    public static final Limits DEFAULT =
            new Limits(
                    110_000, 0, 1 << 20, 1 << 20, 8 << 10, 64, 1 << 20, 1 << 20, 10_000, 60_000,
                    2_000);

    public Limits withConnectionsMax(int connectionsMax) {
        return with(draft -> draft.connectionsMax = connectionsMax);
    }

    public Limits withConnectionsPerAddressMax(int connectionsPerAddressMax) {
        return with(draft -> draft.connectionsPerAddressMax = connectionsPerAddressMax);
    }

    public Limits withFrameBytesMax(int frameBytesMax) {
        return with(draft -> draft.frameBytesMax = frameBytesMax);
    }

    public Limits withMessageBytesMax(int messageBytesMax) {
        return with(draft -> draft.messageBytesMax = messageBytesMax);
    }

    public Limits withHeadBytesMax(int headBytesMax) {
        return with(draft -> draft.headBytesMax = headBytesMax);
    }

    public Limits withHeadersMax(int headersMax) {
        return with(draft -> draft.headersMax = headersMax);
    }

    public Limits withHttpBodyBytesMax(int httpBodyBytesMax) {
        return with(draft -> draft.httpBodyBytesMax = httpBodyBytesMax);
    }

    public Limits withOutboundBytesMax(int outboundBytesMax) {
        return with(draft -> draft.outboundBytesMax = outboundBytesMax);
    }

    public Limits withHandshakeMillis(int handshakeMillis) {
        return with(draft -> draft.handshakeMillis = handshakeMillis);
    }

    public Limits withIdleMillis(int idleMillis) {
        return with(draft -> draft.idleMillis = idleMillis);
    }

    public Limits withCloseMillis(int closeMillis) {
        return with(draft -> draft.closeMillis = closeMillis);
    }

    private Limits with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.limits();
    }

    /** The components, to be changed one by one. */
    private static final class Draft {
        int connectionsMax;
        int connectionsPerAddressMax;
        int frameBytesMax;
        int messageBytesMax;
        int headBytesMax;
        int headersMax;
        int httpBodyBytesMax;
        int outboundBytesMax;
        int handshakeMillis;
        int idleMillis;
        int closeMillis;

        Draft(Limits from) {
            connectionsMax = from.connectionsMax;
            connectionsPerAddressMax = from.connectionsPerAddressMax;
            frameBytesMax = from.frameBytesMax;
            messageBytesMax = from.messageBytesMax;
            headBytesMax = from.headBytesMax;
            headersMax = from.headersMax;
            httpBodyBytesMax = from.httpBodyBytesMax;
            outboundBytesMax = from.outboundBytesMax;
            handshakeMillis = from.handshakeMillis;
            idleMillis = from.idleMillis;
            closeMillis = from.closeMillis;
        }

        Limits limits() {
            return new Limits(
                    connectionsMax,
                    connectionsPerAddressMax,
                    frameBytesMax,
                    messageBytesMax,
                    headBytesMax,
                    headersMax,
                    httpBodyBytesMax,
                    outboundBytesMax,
                    handshakeMillis,
                    idleMillis,
                    closeMillis);
        }
    }
}
