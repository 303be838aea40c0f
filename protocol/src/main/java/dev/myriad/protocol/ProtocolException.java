package dev.myriad.protocol;

/**
 * The peer sent something that ends its connection: the one thing a parser of frames or messages
 * throws. Immutable.
 *
 * <p>It carries the WebSocket close code to answer with and has no stack trace, because it tells
 * about the peer's bytes and not about our code, and a flood of bad frames must stay cheap.
 */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int closeCode;

    public ProtocolException(int closeCode, String message) {
        super(message, null, false, false);
        this.closeCode = closeCode;
    }

    /** A message that no serializer can decode; Phoenix lets the socket die with 1011 then. */
    static ProtocolException undecodable(String message) {
        return new ProtocolException(CloseCode.INTERNAL_ERROR, message);
    }

    /** The code to send in the close frame, see {@link CloseCode}. */
    public int closeCode() {
        return closeCode;
    }
}
