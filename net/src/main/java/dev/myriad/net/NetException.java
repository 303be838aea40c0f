package dev.myriad.net;

/**
 * A fault of the net layer that its user can act on; the message is one clear sentence. Immutable.
 */
public final class NetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NetException(String message) {
        super(message);
    }

    public NetException(String message, Throwable cause) {
        super(message, cause);
    }
}
